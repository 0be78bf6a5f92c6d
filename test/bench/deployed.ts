/**
 * `npm run bench:deployed [-- COUNT [ROUNDS]]`: a fleet (default 10,000 endpoints, 5 % of them silent and 5 % refusing) through the deployed state
 * machine on the emulator of AWS, three runs in a row, and one more after all served certificates changed. The functions ask the emulator without the
 * proxy that can fail. Fails if a run lost anything: a batch, an endpoint, a message, a pending key, or a verdict that is not what its server deserves.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { runBucketOf, runOnce, runsIn } from '../aws/support/monitor.ts';
import { NOTIFICATIONS, subscribe } from '../aws/support/queue.ts';
import { startWorld, storeIdentity, type World } from '../aws/support/world.ts';
import { freePort } from '../helpers/ports.ts';
import { pythonTools } from '../setup/python-venv.ts';
import { faultsOf } from './deployed/faults-of.ts';
import { watchFunctions } from './deployed/function-processes.ts';
import { type Items, itemsOf, type Objects, objectsUnder, type Swept, sweptIn } from './deployed/left.ts';
import { fleetOfSecrets, IDENTITIES } from './deployed/mixed-fleet.ts';
import { isQuick, median, print } from './record.ts';

const [count = isQuick ? 200 : 10_000, rounds = isQuick ? 1 : 3] = process.argv
  .slice(2)
  .map(Number)
  .filter((each) => each > 0);
const suite = process.argv.find((each) => each.startsWith('--suite='))?.slice('--suite='.length) ?? 'all';
const PATIENCE_MS = 90 * 60_000;
/** Probe functions at a time: each is a process. */
const AT_ONCE = 12;
const FUNCTIONS = ['Plan', 'Probe', 'Report'] as const;

const startServers = async ({ pki: { files } }: World, port: number) => {
  const { certificate, privateKey } = files.server('chained');
  const program = join(import.meta.dirname, 'memory-server.ts');
  const args = [String(port), String(count), certificate, privateKey, files.ca, files.crl, 'mixed'];
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
};

/** From now on each endpoint serves another certificate. */
const renew = async ({ pki: { files } }: World): Promise<void> => {
  const { certificate, privateKey } = files.server('good');
  servers.stdin.write(`${certificate} ${privateKey}\n`);
  await once(servers.stdout, 'data');
};

const newsOf = (round: number) => (round === rounds ? 'renewed' : round === 0 ? 'first' : 'none');

type Round = {
  readonly wall: number;
  readonly objects: Objects;
  readonly items: Items;
  readonly swept: Swept;
  readonly output: string;
};

const runs: Round[] = [];
const faults: string[] = [];
const tools = await pythonTools();
if (!tools.ok) throw new Error(tools.reason);
const world = await startWorld(tools.tool, true);
const { emulator } = world;
const port = await freePort();
const servers = await startServers(world, port);
const functions = watchFunctions(emulator.directory);
try {
  for (const name of IDENTITIES) await storeIdentity(world, name);
  const outputs = await world.deployed(fleetOfSecrets({ files: world.pki.files, count, port }), {
    maxConcurrency: String(AT_ONCE),
  });
  const inbox = await subscribe(emulator, outputs.NotificationTopicArn, 'inbox', NOTIFICATIONS);
  const bucket = await runBucketOf(emulator);
  for (let round = 0; round <= rounds; round += 1) {
    if (newsOf(round) === 'renewed') await renew(world);
    const begun = performance.now();
    const { status, output = '', cause } = await runOnce(emulator, outputs, { suite }, PATIENCE_MS);
    const wall = (performance.now() - begun) / 1000;
    const [run = ''] = await runsIn(emulator, bucket);
    const swept = await sweptIn(emulator, bucket, run);
    const items = await itemsOf(emulator, outputs.StateTableName);
    const messages = (await inbox.receive()).map(({ document }) => document);
    runs.push({ wall, output, swept, items, objects: await objectsUnder(emulator, bucket, `runs/${run}/`) });
    if (status !== 'SUCCEEDED') faults.push(`run ${round + 1}: ${status} ${cause}`);
    faults.push(
      ...faultsOf({ count, swept, items, messages, news: newsOf(round) }).map((each) => `run ${round + 1}: ${each}`),
    );
    console.log(`run ${round + 1}: ${wall.toFixed(0)} s; ${output}; ${messages.length} messages`, faults);
  }
  report();
} finally {
  functions.stop();
  servers.kill();
  await world.end();
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

function report(): void {
  const last = runs.at(-1);
  if (last === undefined) return;
  const walls = runs.map(({ wall }) => wall);
  const spread = `${Math.min(...walls).toFixed(0)}–${Math.max(...walls).toFixed(0)}`;
  const figure = (what: string, seen: string, reach = '') => print({ kind: 'figure', what, seen, reach });
  const { swept, objects, items } = last;
  const n = (value: number) => value.toLocaleString('en-US');
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  figure(
    `wall of a run of ${n(count)} endpoints, suite ${suite}, ${n(swept.checks)} checks, ${AT_ONCE} probe functions at a time, runs in a row: ${rounds}, and one after all served certificates changed`,
    `${median(walls).toFixed(0)} s (${spread})`,
  );
  for (const name of FUNCTIONS) {
    const { peak, cpu, processes } = functions.used(name);
    figure(
      `${name} function: peak resident memory of a process; CPU a run`,
      `${peak.toFixed(0)} MiB of ${processes} processes; ${(cpu / runs.length).toFixed(0)} s`,
      name === 'Plan' ? '≤ 512 MiB' : '≤ 1,024 MiB',
    );
  }
  figure(
    'batches swept; of follow-up rounds',
    `${swept.planned + swept.followUps - swept.open} of ${swept.planned + swept.followUps}; ${swept.followUps}`,
    'all',
  );
  figure(
    'endpoints with results; keys pending at the end',
    `${n(swept.endpoints.size)}; ${items.pending}`,
    `${n(count)}; 0`,
  );
  figure(
    'objects in S3 of one run; their bytes; the largest',
    `${n(objects.count)}; ${mb(objects.bytes)}; ${mb(objects.largest)}`,
  );
  figure(
    'items in the state table; their bytes; the largest',
    `${n(items.count)}; ${mb(items.bytes)}; ${(items.largest / 1024).toFixed(0)} KiB`,
    '; ; ≤ 400 KiB',
  );
  figure('output of the execution', `${last.output.length} bytes`, '≤ 256 KiB');
}
