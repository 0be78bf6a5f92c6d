// The command line as people run it: a child process, its exit code, what it prints and what it must never print.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodeServer } from '../../functions/cli/demo/node-server.ts';
import { type Report, reportSchema } from '../../shared/model/report.ts';
import { peer } from '../helpers/peers.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';

const BIN = resolve(import.meta.dirname, '../../bin/mtls-monitor.mjs');
const STRICT = { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' } as const;

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };
let onDisk: PkiOnDisk;
let strict: Awaited<ReturnType<typeof startNodeServer>>;
let optional: Awaited<ReturnType<typeof startNodeServer>>;
const printed: string[] = [];

beforeAll(async () => {
  onDisk = await pkiOnDisk();
  strict = await startNodeServer(STRICT, onDisk.files);
  optional = await startNodeServer({ ...STRICT, clients: 'optional' }, onDisk.files);
});
afterAll(async () => {
  await Promise.all([strict.stop(), optional.stop()]);
  onDisk.remove();
});

const run = (
  args: readonly string[],
  options: { interruptAfter?: number; env?: Record<string, string> } = {},
): Promise<Ran> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, NO_COLOR: '1', ...options.env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => {
      printed.push(out, err);
      done({ code, out, err });
    });
    if (options.interruptAfter !== undefined) setTimeout(() => child.kill('SIGINT'), options.interruptAfter);
  });

const place = (name: string): string => join(onDisk.files.directory, name);
const write = (name: string, text: string): string => {
  writeFileSync(place(name), text, { mode: 0o600 });
  return place(name);
};
const identity = (name: 'payments' | 'orders'): string => {
  const { certificate, privateKey } = onDisk.files.identity(name);
  return `{ certificate: ${certificate}, privateKey: ${privateKey} }`;
};
const registry = (
  name: string,
  endpoints: readonly string[],
  identities = [`payments: ${identity('payments')}`, `orders: ${identity('orders')}`],
): string =>
  write(
    name,
    [
      'version: 1',
      'defaults: { timeout: 1s }',
      `trustBundles: { lab: { file: ${onDisk.files.ca} } }`,
      'identities:',
      ...identities.map((line) => `  ${line}`),
      'endpoints:',
      ...endpoints.map((line) => `  - ${line}`),
    ].join('\n'),
  );
const at = (name: string, port: number, rest = ''): string =>
  `{ name: ${name}, url: "https://127.0.0.1:${port}/", trustBundle: lab, admits: [payments]${rest} }`;
const json = (out: string): Report => reportSchema.parse(JSON.parse(out));

describe('exit codes', () => {
  test('0: everything as it must be, in TLS 1.2 and 1.3', async () => {
    const file = registry('strict.yaml', [at('strict', strict.port, ', tlsVersions: ["1.2", "1.3"]')]);
    const { code, out } = await run(['check', file, '--format', 'json']);
    const report = json(out);
    expect(
      report.checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, code: why }) => `${id} ${why}`),
    ).toEqual([]);
    expect([code, report.summary.fail, new Set(report.checks.map(({ tls }) => tls))]).toEqual([
      0,
      0,
      new Set(['1.2', '1.3', null]),
    ]);
  });

  test('0: an endpoint of another vantage is probed from here, and the note is not in the report', async () => {
    const file = write(
      'vantages.yaml',
      `${readFileSync(registry('here.yaml', [at('strict', strict.port, ', from: [prod-vpc]')]), 'utf8')}\nvantages: { prod-vpc: {} }\n`,
    );
    const { code, out, err } = await run(['check', file, '--format', 'json']);
    const report = json(out);
    expect([code, report.run.vantage, report.summary.endpoints]).toEqual([0, 'default', 1]);
    expect(err).toMatch(/deployment probes 1 of these 1 endpoints from prod-vpc/);
  });

  test('1: a forbidden acceptance, and text that names it and its cure', async () => {
    const { code, out } = await run([
      'check',
      registry('open.yaml', [at('strict', strict.port), at('open', optional.port)]),
    ]);
    expect(code).toBe(1);
    expect(out).toContain('ACCEPTED_NO_CERTIFICATE');
    expect(out).toContain('CLIENT_CERTIFICATE_OPTIONAL');
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^2 endpoints, \d+ checks: \d+ pass, 2 fail, 1 inconclusive \(/);
  });

  test('the report links the runbook of each finding: the endpoint’s own, else the monitor’s', async () => {
    const [own, port] = [', runbook: "https://w/own"', await freePort()];
    const file = registry('runbook.yaml', [at('down', port), at('open', optional.port, own)]);
    writeFileSync(file, `monitor: { runbook: "https://w/m" }\n${readFileSync(file, 'utf8')}`);
    const { checks } = json((await run(['check', file, '--format', 'json'])).out);
    const linksOf = (name: string) => [
      ...new Set(checks.flatMap(({ endpoint, runbook }) => (endpoint === name ? (runbook ?? []) : []))),
    ];
    expect(linksOf('down')).toEqual(['https://w/m#endpoint_down']);
    expect(linksOf('open')).toContain('https://w/own#client_certificate_optional');
    expect(checks.filter(({ verdict, runbook }) => (verdict === 'pass') !== (runbook === undefined))).toEqual([]);
  });

  test('2: down, a name that does not resolve, SSH, and a server that never answers; with the reason, in time, nothing passes', async () => {
    const ssh = await peer((socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    const mute = await peer(() => {});
    const file = registry('down.yaml', [
      at('down', await freePort()),
      `{ name: unresolved, url: "https://nowhere.invalid/", trustBundle: lab, admits: [payments] }`,
      at('ssh', ssh.port, ', skip: [{ scenario: plaintext, reason: "not HTTP" }]'),
      at('mute', mute.port),
    ]);
    const begun = performance.now();
    const { code, out } = await run(['check', file, '--format', 'json']);
    await Promise.all([ssh.stop(), mute.stop()]);
    const report = json(out);
    const codes = (endpoint: string) => [
      ...new Set(report.checks.filter((check) => check.endpoint === endpoint).map((check) => check.code)),
    ];
    expect([code, report.summary.fail]).toEqual([2, 0]);
    expect(report.checks.filter(({ verdict, endpoint }) => verdict === 'pass' && endpoint !== null)).toEqual([]);
    expect([codes('down'), codes('unresolved'), codes('ssh'), codes('mute')]).toEqual([
      ['UNREACHABLE'],
      ['UNREACHABLE'],
      // Without an accepted control there is no session to come back with.
      ['NOT_TLS', 'CONTROL_NOT_ACCEPTED'],
      expect.arrayContaining(['TIMED_OUT']),
    ]);
    expect(
      report.checks.find(({ endpoint, scenario }) => endpoint === 'unresolved' && scenario === 'valid-identity')
        ?.message,
    ).toContain('does not resolve');
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['an unknown command', ['chek'], /Did you mean check/],
    ['an unknown option', ['check', 'x.yaml', '--sweet', 'all'], /unknown option/],
    ['an unknown suite', ['check', 'x.yaml', '--suite', 'isolatoin'], /Allowed choices/],
    ['a registry that is not there', ['check', '/nonexistent/registry.yaml'], /cannot be read: ENOENT.*init/],
    ['an unknown code', ['explain', 'ACCEPTED_NO_CERTIFICAT'], /did you mean "ACCEPTED_NO_CERTIFICATE"/],
    ['an unknown schema', ['schema', 'registri'], /did you mean "registry"/],
  ])('64: %s', async (_what, args, message) => {
    const { code, err } = await run(args);
    expect(code).toBe(64);
    expect(err).toMatch(message);
  });

  test('64: an unknown endpoint is named with the nearest right word, before anything is probed', async () => {
    const { code, err } = await run([
      'check',
      registry('known.yaml', [at('payments', strict.port)]),
      '--endpoint',
      'paymets',
    ]);
    expect([code, err]).toEqual([64, expect.stringContaining('did you mean "payments"?')]);
  });

  test('64: an output that cannot be written, and a damaged state file, which is left as it is', async () => {
    const file = registry('known.yaml', [at('payments', strict.port)]);
    const damaged = write('state.json', '{ "schema": "mtls-monitor/sta');
    expect([
      (await run(['check', file, '--output', '/nonexistent/report.txt'])).code,
      (await run(['check', file, '--state', damaged])).code,
    ]).toEqual([64, 64]);
    expect(readFileSync(damaged, 'utf8')).toBe('{ "schema": "mtls-monitor/sta');
  });

  test('130: interrupted, after writing what is known', async () => {
    const mute = await peer(() => {});
    const file = registry('slow.yaml', [
      at('strict', strict.port),
      at('mute', mute.port, ', timeout: 4s, limits: { perAddress: 1 }'),
    ]);
    const { code, out } = await run(['check', file, '--format', 'json'], { interruptAfter: 4000 });
    await mute.stop();
    const report = json(out);
    expect([code, report.run.complete]).toEqual([130, false]);
    expect(report.checks.find(({ id }) => id === 'strict/no-certificate')?.verdict).toBe('pass');
  });
});

describe('state', () => {
  test('what changed since the last run: nothing, a regression once, a recovery once', async () => {
    const port = await freePort();
    const file = registry('stateful.yaml', [at('payments', port)]);
    const state = place('changes.json');
    const say = async (clients: 'verified' | 'optional') => {
      const server = await startNodeServer({ ...STRICT, clients }, onDisk.files, port);
      const { out } = await run(['check', file, '--state', state]);
      await server.stop();
      return (
        /Since the last run\n([\s\S]*)$/
          .exec(out)?.[1]
          ?.trim()
          .split('\n')
          .map(
            (line) =>
              line
                .trim()
                .replace(/\s+/g, ' ')
                .split(/(?<=right again|not requested|optional) /)[0],
          ) ?? []
      );
    };
    expect([
      await say('verified'),
      await say('optional'),
      await say('optional'),
      await say('verified'),
      await say('verified'),
    ]).toEqual([
      [],
      ['regression payments: client certificate optional'],
      [],
      ['recovery payments: client certificate optional: right again'],
      [],
    ]);
  });
});

describe('identities of ours that cannot be used', () => {
  test('each is named with what and where; nothing is lost for the others, and no refusal is made of it', async () => {
    const { certificate, privateKey } = onDisk.files.identity('payments');
    const key = readFileSync(privateKey, 'utf8');
    const damagedPem = write('damaged.crt', readFileSync(certificate, 'utf8').replace(/[A-Za-z0-9+/]{24}\n/, '!\n'));
    const damagedKey = write('damaged.key', key.replace(/\n[A-Za-z0-9+/]{20}/, '\n!!!!'));
    const identities = [
      `payments: ${identity('payments')}`,
      `swapped: { certificate: ${certificate}, privateKey: ${onDisk.files.identity('orders').privateKey} }`,
      `torn: { certificate: ${damagedPem}, privateKey: ${privateKey} }`,
      `hurt: { certificate: ${certificate}, privateKey: ${damagedKey} }`,
      `gone: { certificate: ${place('gone.crt')}, privateKey: ${privateKey} }`,
      'kept: { secret: some/where }',
      `valid: { certificate: ${certificate}, privateKey: ${privateKey}, fault: expired }`,
    ];
    const { code, out } = await run([
      'check',
      registry('broken.yaml', [at('strict', strict.port)], identities),
      '--format',
      'json',
    ]);
    const report = json(out);
    const health = (name: string) => report.checks.find(({ id }) => id === `identity-health/${name}`);
    expect(code).toBe(1);
    expect(['payments', 'swapped', 'torn', 'hurt', 'gone', 'kept', 'valid'].map((name) => health(name)?.code)).toEqual([
      'IDENTITY_OK',
      ...Array(6).fill('IDENTITY_UNUSABLE'),
    ]);
    expect([
      health('swapped')?.message,
      health('torn')?.message,
      health('gone')?.message,
      health('kept')?.message,
      health('valid')?.message,
    ]).toEqual([
      expect.stringContaining('does not belong to CN=payments'),
      expect.stringMatching(/the certificate in \S*damaged\.crt is damaged/),
      expect.stringContaining('gone.crt: ENOENT'),
      expect.stringContaining('--secrets aws'),
      expect.stringContaining('it says it is expired'),
    ]);
    expect(
      report.checks
        .filter(({ scenario }) => scenario === 'foreign-identity')
        .map(({ verdict, code: why }) => `${verdict} ${why}`),
    ).toEqual(Array(5).fill('inconclusive IDENTITY_UNUSABLE'));
    expect(report.checks.find(({ id }) => id === 'strict/no-certificate')?.verdict).toBe('pass');
  });
});

test('an identity that is the very certificate of one that is admitted opens nothing: it tests nothing', async () => {
  const { code, out } = await run([
    'check',
    registry(
      'twins.yaml',
      [at('strict', strict.port)],
      [`payments: ${identity('payments')}`, `copied: ${identity('payments')}`],
    ),
    '--format',
    'json',
  ]);
  const foreign = json(out).checks.find(({ scenario }) => scenario === 'foreign-identity');
  expect([code, foreign?.verdict, foreign?.code, foreign?.message]).toEqual([
    2,
    'inconclusive',
    'IDENTITY_UNUSABLE',
    expect.stringContaining('the same certificate as payments'),
  ]);
});

test('demo: every server gets the verdict it deserves', async () => {
  const { code, out } = await run(['demo']);
  expect([code, out]).toEqual([0, expect.stringContaining('servers got the verdict they deserve')]);
});

test('--help has examples everywhere', async () => {
  const helps = await Promise.all(
    ['check', 'demo', 'plan', 'explain', 'schema', 'completion'].map((command) => run([command, '--help'])),
  );
  expect(helps.map(({ code, out }) => [code, out.includes('Example')])).toEqual(helps.map(() => [0, true]));
});

test('nothing printed in this file holds key material', () => {
  const bodies = ['payments', 'orders'].flatMap((name) =>
    readFileSync(onDisk.files.identity(name as 'payments').privateKey, 'utf8')
      .split('\n')
      .filter((line) => line.length > 20 && !line.startsWith('-----')),
  );
  expect(printed.join('').length).toBeGreaterThan(10_000);
  expect(bodies.length).toBeGreaterThan(3);
  expect(bodies.filter((line) => printed.some((text) => text.includes(line)))).toEqual([]);
  expect(printed.filter((text) => text.includes('PRIVATE KEY-----'))).toEqual([]);
});
