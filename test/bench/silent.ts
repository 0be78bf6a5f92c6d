/**
 * `npm run bench:silent [-- OTHER-CHECKOUT]`: how long sweeps of silent servers take, and a fleet of 185 of which 27 hang. With a second checkout, its
 * figures of the same minutes stand beside, and each verdict that differs is printed. The servers run in this process, the product in its own.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../shared/model/report.ts';
import { peer } from '../helpers/peers.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import { type LabEndpoint, labRegistry } from '../helpers/registry.ts';
import { type Started, startServers } from './silent-servers.ts';

const [SOUND, ROUNDS, FLEET_TIMEOUT] = [158, 3, 7];
const LONGEST_MS = 900_000;

const own = join(import.meta.dirname, '../..');
const [other] = process.argv.slice(2);
const checkouts = other === undefined ? [own] : [other, own];

type Run = { readonly seconds: number; readonly cpu: number; readonly report: Report };

const check = async (checkout: string, file: string, ...args: readonly string[]): Promise<Run> => {
  const command = [join(checkout, 'bin/mtls-monitor.mjs'), 'check', file, '--format', 'json', ...args];
  const begun = performance.now();
  const script = `TIMEFORMAT='cpu %U %S'; time "$0" "$@"`;
  const said = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    const options = { maxBuffer: 1 << 28, timeout: LONGEST_MS, env: { ...process.env, NO_COLOR: '1' } };
    execFile('bash', ['-c', script, process.execPath, ...command], options, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
  const seconds = (performance.now() - begun) / 1000;
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(said.stderr) ?? [];
  if (said.stdout === '') throw new Error(`no report: ${said.stderr.slice(0, 2000)}`);
  return { seconds, cpu: Number(user) + Number(system), report: JSON.parse(said.stdout) as Report };
};

const print = (line: string) => process.stdout.write(`${line}\n`);
const named = (checkout: string) => (checkout === own ? 'this checkout' : 'the other');
const lab = await pkiOnDisk();
const { files } = lab;
const registryOf = async (name: string, endpoints: readonly LabEndpoint[], defaults: object): Promise<string> => {
  const file = join(files.directory, `${name}.yaml`);
  await writeFile(file, labRegistry(files, endpoints, defaults));
  return file;
};

const silent = await peer(() => {});
for (const timeout of [2, 7]) {
  const endpoint = {
    name: 'silent',
    url: `https://127.0.0.1:${silent.port}/`,
    refuses: ['orders'],
    tlsVersions: ['1.3'],
  };
  const file = await registryOf(`silent-${timeout}`, [endpoint], { timeout: `${timeout}s` });
  for (const checkout of checkouts) {
    const { report } = await check(checkout, file);
    const wall = Date.parse(report.run.finishedAt) - Date.parse(report.run.startedAt);
    const checks = report.checks.filter((each) => each.endpoint !== null).length;
    print(
      `a server that never answers, T = ${timeout} s, ${checks} checks: ${(wall / 1000).toFixed(1)} s, ${(wall / 1000 / timeout).toFixed(2)} T (${named(checkout)})`,
    );
  }
}
await silent.stop();

const { certificate, privateKey } = files.server('good');
const [cert, key, ca] = await Promise.all([certificate, privateKey, files.ca].map((path) => readFile(path)));
const servers = await startServers({ cert, key, ca }, SOUND, ROUNDS);
const endpoints = servers.map(({ name, port, silenceRefuses }, at) => ({
  name: `${name.replaceAll(/[^a-z0-9]+/g, '-')}-${at}`,
  url: `https://127.0.0.1:${port}/`,
  tlsVersions: ['1.2', '1.3'],
  refuses: ['orders'],
  ...(silenceRefuses ? { rejects: { silence: true } } : {}),
}));
const file = await registryOf('fleet', endpoints, { timeout: `${FLEET_TIMEOUT}s` });
const runs: Run[] = [];
for (const checkout of checkouts) {
  const run = await check(checkout, file, '--concurrency', '16');
  runs.push(run);
  const { summary } = run.report;
  const hanging = servers.filter(({ hangs }) => hangs).length;
  print(
    `${servers.length} servers, ${hanging} of them hanging, T = ${FLEET_TIMEOUT} s, concurrency 16: ${run.seconds.toFixed(1)} s, ${run.cpu.toFixed(1)} s of CPU; ${summary.pass} pass, ${summary.fail} fail, ${summary.inconclusive} inconclusive (${named(checkout)})`,
  );
}
await Promise.all(servers.map(({ stop }: Started) => stop()));

/** By what differs, with an example. */
const [before, after] = runs;
if (before !== undefined && after !== undefined) {
  const later = new Map(after.report.checks.map((each) => [each.id, each]));
  const differing = before.report.checks.flatMap((each) => {
    const now = later.get(each.id);
    const [was, is] = [`${each.verdict} ${each.code}`, now === undefined ? 'gone' : `${now.verdict} ${now.code}`];
    return was === is ? [] : [{ id: each.id, change: `${was} → ${is}`, message: now?.message ?? '' }];
  });
  const groups = Map.groupBy(differing, ({ change }) => change);
  print(`${differing.length} of ${before.report.checks.length} checks ended otherwise`);
  for (const [change, group] of groups)
    print(`  ${group.length} × ${change}, as ${group[0]?.id}: ${group[0]?.message}`);
}
lab.remove();
