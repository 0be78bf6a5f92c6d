/** A process that lives long stays as large as it was: one connection keeps nothing, a whole sweep neither. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { labRegistry } from '../helpers/registry.ts';
import { keeper, tlsPeer, VALIDITY } from '../helpers/tls-peers.ts';

const CONNECTIONS = 12_000;
const SWEEPS = 240;
/** A chain whose two intermediates are kept costs 9,000 bytes a connection; without it readings lie around zero. */
const MOST_A_CONNECTION = 400;
/** Some twenty connections: 167,000 bytes where their chains are kept. */
const MOST_A_SWEEP = 40_000;
const CHILD = join(import.meta.dirname, 'soak-child.ts');

const keep = keeper();
let lab: PkiOnDisk;
let server: { readonly cert: string; readonly key: string };

/** The leaf goes out with two intermediates. */
const serverOf = async (root: Authority) => {
  const issuing = async (subject: string, parent: Authority) =>
    issueAuthority({ subject, validity: VALIDITY }, { parent });
  const { certificatePem, privateKey } = await issue(
    {
      subject: 'CN=localhost',
      validity: VALIDITY,
      altNames: [{ dns: 'localhost' }, { ip: '127.0.0.1' }],
      extendedKeyUsage: ['serverAuth'],
    },
    await issuing('CN=Second', await issuing('CN=First', root)),
  );
  return { cert: certificatePem, key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })) };
};

beforeAll(async () => {
  lab = await pkiOnDisk();
  server = await serverOf(lab.pki.root);
});
afterAll(() => lab.remove());

const growth = async (...args: readonly string[]): Promise<number> => {
  // One arena and small spaces for new objects: less noise.
  const env = { ...process.env, MALLOC_ARENA_MAX: '1' };
  const flags = ['--expose-gc', '--max-semi-space-size=4'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, CHILD, ...args], { env });
  return JSON.parse(stdout).growth;
};
const served = (own: object = {}) =>
  keep(
    tlsPeer({ ...server, ...own }, (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')),
    ),
  );

test('connections to a server that sends its intermediates', async () => {
  const { port } = await served();
  expect(await growth('connections', String(port), String(CONNECTIONS))).toBeLessThan(MOST_A_CONNECTION);
});

test('whole sweeps of an endpoint that enforces', async () => {
  const { port } = await served({ requestCert: true, rejectUnauthorized: true, ca: lab.pki.root.certificatePem });
  const file = join(lab.files.directory, 'soak.yaml');
  await writeFile(file, labRegistry(lab.files, [{ name: 'enforcing', url: `https://localhost:${port}/` }]));
  expect(await growth('sweeps', file, String(SWEEPS))).toBeLessThan(MOST_A_SWEEP);
});
