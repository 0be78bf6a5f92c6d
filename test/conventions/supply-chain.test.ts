/** The audit asks a registry, here one on loopback; the bill of materials holds what is installed, or what is bundled. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { billOfMaterials } from '../../packaging/sbom.ts';
import { ROOT } from './support/sources.ts';

const run = promisify(execFile);
const BULK = '/-/npm/v1/security/advisories/bulk';
const ADVISORY = { id: 1, url: 'https://advisories.example/1', title: 'planted', vulnerable_versions: '*' };

/** Runs the step at a registry that answers the audit with this status and these advisories, and serves nothing else. */
const audit = async (status: number, advisories: object = {}) => {
  let asked = 0;
  const registry = createServer((request, response) => {
    const isAudit = request.url === BULK && request.method === 'POST';
    asked += isAudit ? 1 : 0;
    request.resume().on('end', () => {
      response.writeHead(isAudit ? status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isAudit && status === 200 ? advisories : {}));
    });
  });
  await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  // npm keeps what it read of an advisory.
  const cache = await mkdtemp(join(tmpdir(), 'mtls-monitor-audit-'));
  try {
    const args = [join(ROOT, 'packaging/audit.ts'), '--registry', url, '--cache', cache];
    const { code = 0, stdout } = await run(process.execPath, args).then(
      (done) => ({ code: 0, ...done }),
      (failed: { readonly code: number; readonly stdout: string }) => failed,
    );
    return { asked, code, stdout };
  } finally {
    registry.closeAllConnections();
    registry.close();
    await rm(cache, { recursive: true, force: true });
  }
};

test('nothing known: it passes, and says how many packages it asked about', async () => {
  expect(await audit(200)).toMatchObject({ asked: 1, code: 0, stdout: expect.stringMatching(/^Audited [1-9]\d+ /) });
});

test.each(['high', 'critical'])('a planted vulnerability of severity %s fails, and is named', async (severity) => {
  expect(await audit(200, { yaml: [{ ...ADVISORY, severity }] })).toMatchObject({
    asked: 1,
    code: 1,
    stdout: expect.stringContaining(`${severity}: yaml`),
  });
});

test('a moderate one passes', async () => {
  expect(await audit(200, { yaml: [{ ...ADVISORY, severity: 'moderate' }] })).toMatchObject({ code: 0 });
});

test.each([404, 405])(
  'a registry without audits (%i): it passes, and says that nothing was audited',
  async (status) => {
    expect(await audit(status)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^NOT AUDITED/) });
  },
);

test.each([401, 500])('a registry that answers %i: it fails', async (status) => {
  expect(await audit(status)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^The audit failed/) });
});

test('the bill has every package of the dependencies with its version, and none for development', () => {
  const names = (text: string) => JSON.parse(text).components.map((each: { 'bom-ref': string }) => each['bom-ref']);
  const whole = names(billOfMaterials());
  expect(whole).toEqual(expect.arrayContaining(['zod@4.6.7', 'aws-cdk-lib@2.276.0']));
  expect(whole.filter((name: string) => /^(vitest|typescript|cdk-nag)@/.test(name))).toEqual([]);
  expect(names(billOfMaterials(new Set(['zod@4.6.7'])))).toEqual(['zod@4.6.7']);
  expect(billOfMaterials()).toBe(billOfMaterials());
  expect(() => billOfMaterials(new Set(['zod@0.0.1']))).toThrow('zod@0.0.1');
});
