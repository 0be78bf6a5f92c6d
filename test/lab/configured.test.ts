/** What real programs dump of themselves, held against what they do: each says the truth once, and once what another configuration would have said. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckResult } from '../../shared/model/report.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import { type Checked, checkLab, labRegistry, mtlsMonitor } from '../helpers/registry.ts';
import { caddy, caddyConfig } from './servers/caddy.ts';
import { envoy } from './servers/envoy.ts';
import { envoyConfig } from './servers/envoy-config.ts';
import { haproxy, haproxyConfig } from './servers/haproxy.ts';
import { fromPath } from './servers/installed.ts';
import type { LabProgram, Running } from './servers/lab-server.ts';
import { nginx, nginxConfig } from './servers/nginx.ts';

type Lab = Awaited<ReturnType<typeof pkiOnDisk>>;
type Modes = { readonly strict: string; readonly open: string };
type Dump = (mode: string, port: number, directory: string, lab: Lab) => Promise<string>;

const run = (program: string, ...args: readonly string[]) =>
  promisify(execFile)(...([...fromPath(program, args)] as [string, string[]]));

/** Each writes what the program says of a mode at a port. */
const PROGRAMS: readonly { readonly program: LabProgram; readonly modes: Modes; readonly dump: Dump }[] = [
  {
    program: nginx,
    modes: { strict: 'strict', open: 'optional' },
    dump: async (mode, port, directory, { files }) => {
      const file = join(directory, 'nginx.conf');
      await writeFile(file, nginxConfig(mode, { port, directory, upstream: null }, files));
      return (await run('nginx', '-T', '-p', directory, '-e', 'stderr', '-c', file)).stdout;
    },
  },
  {
    program: haproxy,
    modes: { strict: 'strict', open: 'optional' },
    dump: (mode, port, directory, { files }) => haproxyConfig(mode, port, directory, files),
  },
  {
    program: caddy,
    modes: { strict: 'require_and_verify', open: 'verify_if_given' },
    dump: async (mode, port, directory, { files }) => caddyConfig(mode, port, directory, files),
  },
  {
    program: envoy,
    modes: { strict: 'strict', open: 'permissive' },
    dump: async (mode, port, _, { files }) => envoyConfig(mode, port, files, null),
  },
];

const versions = await Promise.all(PROGRAMS.map(({ program }) => program.version()));
const present = PROGRAMS.filter((_, at) => versions[at] !== null || process.env['CI'] === 'true');
const HELD = ['strict', 'open'] as const;

let lab: Lab;
let checked: Checked;
let text: string;
const running: Running[] = [];

beforeAll(async () => {
  lab = await pkiOnDisk();
  const exports: Record<'right' | 'wrong', string[]> = { right: [], wrong: [] };
  const endpoints = [];
  for (const { program, modes, dump } of present)
    for (const held of HELD) {
      const server = await program.start(modes[held], lab.files);
      running.push(server);
      const name = `${program.name}-${held}`;
      const path = program.path ?? '/healthz';
      endpoints.push({ name, url: `https://127.0.0.1:${server.port}${path}`, refuses: [], tlsVersions: ['1.3'] });
      for (const said of ['right', 'wrong'] as const) {
        const other = held === 'strict' ? 'open' : 'strict';
        const directory = join(lab.files.directory, `${name}-${said}`);
        await mkdir(directory);
        const file = join(directory, 'dump.txt');
        await writeFile(file, await dump(modes[said === 'right' ? held : other], server.port, directory, lab));
        exports[said].push(file);
      }
    }
  const sources = { right: { files: exports.right }, wrong: { files: exports.wrong } };
  const registry = { ...JSON.parse(labRegistry(lab.files, endpoints)), sources };
  checked = await checkLab(JSON.stringify(registry), lab.files, '--suite', 'all');
  const file = join(lab.files.directory, 'registry.yaml');
  await writeFile(file, JSON.stringify(registry));
  text = (
    await mtlsMonitor('check', file, '--suite', 'enforcement', '--state', join(lab.files.directory, 'state.json'))
  ).stdout;
}, 120_000);
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await lab.remove();
});

const found = (endpoint: string, source: string): CheckResult | undefined =>
  checked.report.checks.find(({ id }) => id === `${endpoint}/configuration/${source}`);

describe.each(present.map(({ program }) => program.name))('%s', (name) => {
  const wrongIsOpen = name === 'envoy' ? 'PLAINTEXT_ACCEPTED' : 'CLIENT_CERTIFICATE_OPTIONAL';

  test('strict, and says so', () => expect(found(`${name}-strict`, 'right')).toMatchObject({ verdict: 'pass' }));

  test('strict, where another configuration was dumped', () =>
    expect(found(`${name}-strict`, 'wrong')).toMatchObject({
      verdict: 'fail',
      code: 'CONFIGURATION_SAYS_OPEN',
      severity: 'warning',
    }));

  test('open, and says so: the cause is the wire’s', () => {
    const result = found(`${name}-open`, 'right');
    expect(result).toMatchObject({ verdict: 'fail', cause: wrongIsOpen });
    expect(['CONFIGURATION_OPTIONAL', 'CONFIGURATION_PERMISSIVE']).toContain(result?.code);
  });

  test('open, and says that it is enforced: the incident that everybody fears', () => {
    const result = found(`${name}-open`, 'wrong');
    expect(result).toMatchObject({
      verdict: 'fail',
      code: 'CONFIGURATION_SAYS_ENFORCED',
      severity: 'critical',
      cause: wrongIsOpen,
    });
    // The place can be opened: the file, and the line in it.
    const [, file = '', line = ''] = /\((\S+?):(\d+)/.exec(result?.message ?? '') ?? [];
    expect([result?.message, Number(line) > 0, file.length > 0]).toEqual([result?.message, true, true]);
  });
});

test('whoever is on call reads one finding, with what the configuration says in it', async () => {
  const [, finding = ''] = /\n✘ (caddy-open and 2 others: client certificate optional[\s\S]*?)\n\n/.exec(text) ?? [];
  expect(finding).toContain('caddy-open answered HTTP 200 to a client without a certificate');
  expect(finding.replaceAll(/\s+/g, ' ')).toContain('wrong says that caddy-open requires a client certificate');
  expect(await readFile(join(lab.files.directory, 'state.json'), 'utf8')).toContain('nginx-open/configuration/wrong');
});

test('describe has a row for each source, as istioctl authn tls-check had', async () => {
  const file = join(lab.files.directory, 'registry.yaml');
  const { stdout, exitCode } = await mtlsMonitor('describe', 'nginx-open', 'nginx-strict', '--registry', file);
  expect(exitCode).toBe(1);
  const rows = stdout
    .split('\n')
    .slice(0, 5)
    .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
  expect(rows[0]).toEqual(['ENDPOINT', 'HOST:PORT', 'STATUS', 'SERVER', 'CLIENT', 'WIRE', 'SOURCE']);
  expect(rows.slice(1).map(([name, , ...cells]) => [name, ...cells])).toEqual([
    ['nginx-strict', 'OK', 'required', '-', 'required', 'right'],
    ['nginx-strict', 'CONFLICT', 'optional', '-', 'required', 'wrong'],
    ['nginx-open', 'WEAK', 'optional', '-', 'open to anybody', 'right'],
    ['nginx-open', 'CONFLICT', 'required', '-', 'open to anybody', 'wrong'],
  ]);
  const unasked = await mtlsMonitor('describe', 'nginx-open', '--registry', file, '--no-connect');
  expect([unasked.exitCode, /nginx-open +\S+ +WEAK .*right/.test(unasked.stdout)]).toEqual([1, true]);
});

test('each source is read, in date and watched', () => {
  const health = checked.report.checks.filter(({ scenario }) => scenario === 'source-health');
  expect(health.map(({ id, code, message }) => [id, code === 'SOURCE_OK' ? '' : message])).toEqual([
    ['source-health/right', ''],
    ['source-health/wrong', ''],
  ]);
});
