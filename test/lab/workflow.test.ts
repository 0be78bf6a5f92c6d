// The workflow of docs/ci.md, as it stands: each of its `run` steps in bash, against a server of the lab.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startNodeServer } from '../../functions/cli/demo/node-server.ts';
import { reportSchema } from '../../shared/model/report.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const STRICT = { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' } as const;

const step = z.union([
  z.strictObject({
    name: z.string().optional(),
    run: z.string(),
    env: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ uses: z.string(), if: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }),
]);
const workflow = z.object({
  jobs: z.object({ enforcement: z.object({ steps: z.array(step) }) }),
});

const { steps } = workflow.parse(
  parse(/^```yaml\n([\s\S]*?)^```/m.exec(readFileSync(join(ROOT, 'docs/ci.md'), 'utf8'))?.[1] ?? ''),
).jobs.enforcement;

let onDisk: PkiOnDisk;
let servers: readonly Awaited<ReturnType<typeof startNodeServer>>[];
let checkout: string;

beforeAll(async () => {
  onDisk = await pkiOnDisk();
  servers = [
    await startNodeServer(STRICT, onDisk.files),
    await startNodeServer({ ...STRICT, clients: 'optional' }, onDisk.files),
  ];
  checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ dependencies: { 'mtls-monitor': `file:${ROOT}` } }));
  execFileSync('npm', ['install', '--package-lock-only', '--offline', '--no-audit'], { cwd: checkout });
});
afterAll(async () => {
  await Promise.all(servers.map(({ stop }) => stop()));
  onDisk.remove();
  rmSync(checkout, { recursive: true });
});

/** Expressions of a step's `env` that name the repository's secrets. */
const secretsOf = (env: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      secrets[/^\$\{\{ secrets\.(\w+) \}\}$/.exec(value)?.[1] ?? ''] ?? value,
    ]),
  );

/** GitHub Docs, "Workflow syntax", jobs.<job_id>.steps[*].shell. The servers run in this process: it must not wait. */
const bash = (script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; out: string }> =>
  new Promise((done) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd, env });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.on('close', (code) => done({ code, out }));
  });

/** Runs the steps in a repository with these endpoints, until one fails. */
const runJob = async (...endpoints: readonly string[]) => {
  const at = mkdtempSync(join(tmpdir(), 'job-'));
  cpSync(checkout, at, { recursive: true });
  const { certificate, privateKey } = onDisk.files.identity('payments');
  const registry = [
    'version: 1',
    `trustBundles: { lab: { file: ${onDisk.files.ca} } }`,
    `identities: { checkout: { certificate: ${certificate}, privateKey: pki/checkout.key } }`,
    'endpoints:',
    ...endpoints,
  ].join('\n');
  writeFileSync(join(at, 'registry.yaml'), registry);
  const secrets = { CHECKOUT_KEY: readFileSync(privateKey, 'utf8') };
  const environment = {
    ...process.env,
    ...{ PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, npm_config_offline: 'true' },
    ...{ GITHUB_STEP_SUMMARY: join(at, 'summary.md'), GITHUB_WORKSPACE: at, NO_COLOR: '1' },
  };
  const codes: (number | null)[] = [];
  let out = '';
  for (const each of steps) {
    if (!('run' in each)) continue;
    const ran = await bash(each.run, at, { ...environment, ...secretsOf(each.env ?? {}, secrets) });
    codes.push(ran.code);
    out += ran.out;
    if (ran.code !== 0) break;
  }
  const read = (name: string) => (existsSync(join(at, name)) ? readFileSync(join(at, name), 'utf8') : '');
  const job = { codes, out, summary: read('summary.md'), files: ['mtls.xml', 'mtls.html', 'mtls.json'].map(read) };
  rmSync(at, { recursive: true });
  return job;
};

const endpoint = (name: string, at: number) =>
  `  - { name: ${name}, url: "https://127.0.0.1:${servers[at]?.port}/", trustBundle: lab, admits: [checkout] }`;

test('green: where mutual TLS is enforced, with a summary, and every file that it uploads', async () => {
  const { codes, out, summary, files } = await runJob(endpoint('strict', 0));
  expect(codes).toEqual([0, 0, 0]);
  expect(out).toMatch(/\d+ checks: \d+ pass, 0 fail, 0 inconclusive, 0 waived/);
  expect(summary).toMatch(/^## Mutual TLS\n\n1 endpoint, \d+ checks: \*\*\d+ pass\*\*/);
  expect(files[0]).toContain('<testsuite name="strict"');
  expect(files[1]).toContain('<!doctype html>');
  expect(reportSchema.parse(JSON.parse(files[2] ?? '')).summary.fail).toBe(0);
});

test('red: an endpoint that anybody gets into is annotated once, at its line of the registry', async () => {
  const { codes, out, summary, files } = await runJob(endpoint('strict', 0), endpoint('open', 1));
  expect(codes).toEqual([0, 0, 1]);
  const errors = out.split('\n').filter((line) => line.startsWith('::error'));
  expect(errors).toEqual([expect.stringMatching(/^::error file=registry\.yaml,line=6,title=open%3A /)]);
  expect(summary).toMatch(/^\| ✘ fail \| `open` \| .*`CLIENT_CERTIFICATE_OPTIONAL`/m);
  expect(files.every((text) => text.includes('open'))).toBe(true);
});
