/** How many connections the paths of one gateway cost at real servers, and that what they share changes no verdict. docs/adr/0040 */
import { channel } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../shared/model/report.ts';
import { checkOf, registryOf } from '../bench/check-run.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { labRegistry } from '../helpers/registry.ts';
import { go } from './servers/go.ts';
import { nginx } from './servers/nginx.ts';
import { node } from './servers/node.ts';

const PATHS = 20;

let lab: PkiOnDisk;
beforeAll(async () => {
  lab = await pkiOnDisk();
});
afterAll(() => lab.remove());

let made = 0;
channel('net.client.socket').subscribe(() => {
  made += 1;
});

/** Without identities that have a fault, so that a sweep has fifteen checks. */
const registryAt = (port: number, paths: number) => {
  const endpoints = Array.from({ length: paths }, (_, at) => ({
    name: `e${at}`,
    url: `https://127.0.0.1:${port}/healthz?path=${at}`,
    serverName: 'localhost',
    tlsVersions: ['1.3'],
    refuses: ['orders'],
  }));
  const { identities, ...rest } = JSON.parse(labRegistry(lab.files, endpoints));
  const { payments, orders } = identities;
  return registryOf(JSON.stringify({ ...rest, identities: { payments, orders } }));
};

const checked = async (port: number, paths: number) => {
  const before = made;
  const { checks } = await checkOf(registryAt(port, paths));
  return { checks: checks.filter(({ endpoint }) => endpoint !== null), each: (made - before) / paths };
};

const verdicts = (checks: Report['checks']) =>
  new Set(checks.map(({ id, verdict, code, cause }) => `${id.slice(id.indexOf('/'))} ${verdict} ${code} ${cause}`));

describe('twenty paths of one server', () => {
  test.each([
    ['refuses in TLS', go, 'strict', 15, 15],
    ['refuses in TLS, and a foreign identity by a close', go, 'closes', 15, 15],
    ['lets in a client without a certificate', go, 'verify-if-given', 15, 19],
    ['lets in every client', go, 'request', 15, 26],
    ['answers 400', nginx, 'strict', 15, 19],
    ['closes without a word', node, 'strict', 15, 24],
  ] as const)('%s', async (_, program, mode, checks, most) => {
    const server = await program.start(mode, lab.files);
    try {
      const alone = await checked(server.port, 1);
      const together = await checked(server.port, PATHS);
      expect([alone.checks.length, together.checks.length / PATHS]).toEqual([checks, checks]);
      expect(verdicts(together.checks)).toEqual(verdicts(alone.checks));
      expect(together.each).toBeLessThanOrEqual(most);
    } finally {
      await server.stop();
    }
  });
});
