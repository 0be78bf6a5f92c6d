// A check without a registry, as people run it: a child process with a URL and files.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodeServer } from '../../functions/cli/demo/node-server.ts';
import { reportSchema } from '../../shared/model/report.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';

const BIN = resolve(import.meta.dirname, '../../bin/mtls-monitor.mjs');
const STRICT = { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' } as const;

let onDisk: PkiOnDisk;
let strict: Awaited<ReturnType<typeof startNodeServer>>;
beforeAll(async () => {
  onDisk = await pkiOnDisk();
  strict = await startNodeServer(STRICT, onDisk.files);
});
afterAll(async () => {
  await strict.stop();
  onDisk.remove();
});

const run = (...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [BIN, 'check', ...args], { env: { ...process.env, NO_COLOR: '1' } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => done({ code, out, err }));
  });
const url = () => `https://127.0.0.1:${strict.port}/`;

describe('check of a URL', () => {
  test('makes the same report as a registry of one endpoint', async () => {
    const { certificate, privateKey } = onDisk.files.identity('payments');
    const { code, out, err } = await run(
      ...[url(), '--ca', onDisk.files.ca, '--cert', certificate, '--key', privateKey],
      ...['--tls', '1.2', '1.3', '--format', 'json'],
    );
    const report = reportSchema.parse(JSON.parse(out));
    expect([code, report.summary.fail]).toEqual([0, 0]);
    expect([...new Set(report.checks.map((each) => each.endpoint))]).toContain(`127-0-0-1-${strict.port}`);
    expect(report.checks.filter(({ scenario }) => scenario === 'valid-identity').map(({ tls }) => tls)).toEqual([
      '1.2',
      '1.3',
    ]);
    expect(err).toContain('mtls-monitor');
  });

  test('the key may stand in the file of the certificate', async () => {
    const { certificate, privateKey } = onDisk.files.identity('payments');
    const both = join(onDisk.files.directory, 'both.pem');
    writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(privateKey, 'utf8'), { mode: 0o600 });
    expect(await run(url(), '--ca', onDisk.files.ca, '--cert', both)).toMatchObject({ code: 0 });
  });

  test.each([
    [[], /needs a client certificate that the server must accept.*--cert FILE.*--key FILE.*--ca FILE/s],
    [['--cert', 'x', '--server-name', 'a b'], /--server-name: found "a b"; expected a host name/],
    [['--cert', 'x', '--tls', '1.1'], /Allowed choices are 1\.2, 1\.3/],
  ])('with %j: it says what it needs', async (args, message) => {
    const { code, err } = await run(url(), ...args);
    expect(code).toBe(64);
    expect(err).toMatch(message);
  });

  test('an unknown scheme is named, and an option of a URL is refused for a registry', async () => {
    expect((await run('htps://h:1', '--cert', 'x')).err).toMatch(/unknown scheme "htps"; expected one of https/);
    expect((await run('registry.yaml', '--ca', 'x')).err).toMatch(/--ca goes with a URL/);
  });
});
