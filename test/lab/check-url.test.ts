// A check without a registry, as people run it: a child process with a URL and files.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodeServer } from '../../functions/cli/demo/node-server.ts';
import { reportSchema } from '../../shared/model/report.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { mtlsMonitor } from '../helpers/registry.ts';
import { differs } from './pasted.ts';

const BIN = resolve(import.meta.dirname, '../../bin/mtls-monitor.mjs');
const STRICT = { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' } as const;

let onDisk: PkiOnDisk;
let strict: Awaited<ReturnType<typeof startNodeServer>>;
let lax: typeof strict;
beforeAll(async () => {
  onDisk = await pkiOnDisk();
  strict = await startNodeServer(STRICT, onDisk.files);
  lax = await startNodeServer({ ...STRICT, clients: 'asks' }, onDisk.files);
});
afterAll(async () => {
  await Promise.all([strict.stop(), lax.stop()]);
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

  test.each([[[]], [['--server-name', 'localhost', '--tls', '1.3']]])(
    'its lines run as pasted, from another folder and without a registry (%j)',
    async (more) => {
      const { certificate, privateKey } = onDisk.files.identity('payments');
      const [ca, cert, key] = [onDisk.files.ca, certificate, privateKey].map((file) => relative(process.cwd(), file));
      const given = [...['--ca', ca ?? '', '--cert', cert ?? '', '--key', key ?? ''], ...more];
      const { out } = await run(`https://127.0.0.1:${lax.port}/`, ...given, '--format', 'json');
      expect(out).not.toContain('registry.yaml');
      const { checks } = reportSchema.parse(JSON.parse(out));
      const asked = ['untrusted-issuer', 'leaf-as-issuer', 'forged-header', 'resumed-identity'].map((scenario) =>
        checks.find((each) => each.scenario === scenario),
      );
      expect(asked.map((check) => check?.verdict)).toEqual(['fail', 'fail', 'pass', 'pass']);
      for (const check of asked) {
        expect(check?.reproduce).toContain(`present https://127.0.0.1:${lax.port}/ `);
        expect(check === undefined ? 'no check' : await differs(check)).toBeNull();
      }
    },
    60_000,
  );

  test.each([
    [['payments', 'no-certificate', '--ca', 'x'], /--ca goes with a URL \(present https:\/\/host:port --ca …\)/],
    [['https://h:1', 'no-certificate', '--registry', 'other.yaml'], /--registry goes with the name of an endpoint/],
    [['https://h:1', 'no-certificate'], /needs a client certificate that the server must accept/],
    [['https://h:1', 'no-such', '--cert', resolve('x')], /no-such/],
  ])('present %j says what is wrong', async (args, message) => {
    expect(await mtlsMonitor('present', ...args)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringMatching(message),
    });
  });

  test('an unknown scheme is named, and an option of a URL is refused for a registry', async () => {
    expect((await run('htps://h:1', '--cert', 'x')).err).toMatch(/unknown scheme "htps"; expected one of https/);
    expect((await run('registry.yaml', '--ca', 'x')).err).toMatch(/--ca goes with a URL/);
  });
});
