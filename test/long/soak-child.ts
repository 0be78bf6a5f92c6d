/**
 * Probes in a process of its own and writes how much of its memory one connection, or one sweep, has kept: a JSON line on standard output.
 * Arguments: `connections PORT COUNT` or `sweeps REGISTRY COUNT`. To be run with `--expose-gc`.
 */
import { readLocalFile, readRegistry } from '../../functions/cli/registry-file.ts';
import { openSecrets } from '../../functions/cli/secret-source.ts';
import { checkRegistry } from '../../shared/pipeline/run/check-registry.ts';
import type { CheckPorts } from '../../shared/pipeline/run/checked.ts';
import { suitesOf } from '../../shared/plan/plan.ts';
import { secureContext } from '../../shared/probe/context.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import { runProbe } from '../../shared/probe/run-probe.ts';
import { aTarget } from '../helpers/target.ts';

const AT_ONCE = 4;
const WINDOWS = 8;

type Turn = () => Promise<unknown>;

/** The version is the other one each time. */
const connections = (port: number): Turn => {
  const contexts = (['1.2', '1.3'] as const).map((version) => secureContext(null, version));
  let made = 0;
  return async () => {
    made += 1;
    const { servedChain, ended } = await runProbe(
      aTarget(port, { context: contexts[made % 2]!, timeout: 30_000 }),
      Date.now,
    );
    if (ended.kind !== 'answered' || servedChain.length !== 3)
      throw new Error(`${ended.kind}, ${servedChain.length} certificates`);
  };
};

/** As a Lambda's process does that is used again and again: everything is kept between runs but what a run makes. */
const sweeps = async (file: string): Promise<Turn> => {
  const registry = await readRegistry(file);
  const ports: CheckPorts = {
    ...(await openSecrets('none')),
    readFile: readLocalFile,
    readEnv: () => undefined,
    limits: connectionLimits(16),
    clock: Date.now,
    deadline: () => Number.POSITIVE_INFINITY,
  };
  return async () => {
    const startedAt = Date.now();
    const options = { suites: suitesOf('all'), endpoints: null, runId: String(startedAt), vantage: 'soak', startedAt };
    const { summary } = await checkRegistry(registry, options, ports);
    if (summary.pass === 0) throw new Error('nothing passed');
  };
};

const times = async (count: number, turn: Turn): Promise<void> => {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await turn();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

/** After a collection, and the moment that finalizers take: all but what V8 holds in reserve. */
const memory = async (): Promise<number> => {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return rss - heapTotal + heapUsed;
};

/** Theil's slope, the median over all pairs of readings: a window in which something happened once does not matter. */
const slopeOf = (readings: readonly number[]): number => {
  const slopes = readings.flatMap((from, at) => readings.slice(at + 1).map((to, steps) => (to - from) / (steps + 1)));
  return slopes.toSorted((one, other) => one - other)[Math.floor(slopes.length / 2)] ?? 0;
};

const growthOf = async (count: number, turn: Turn): Promise<number> => {
  const each = Math.ceil(count / WINDOWS);
  await times(each * 2, turn);
  const readings = [await memory()];
  for (let window = 0; window < WINDOWS; window += 1) {
    await times(each, turn);
    readings.push(await memory());
  }
  return Math.round(slopeOf(readings) / each);
};

const [, , mode, where = '', count = '0'] = process.argv;
const cpu = process.cpuUsage();
const growth = await growthOf(Number(count), mode === 'sweeps' ? await sweeps(where) : connections(Number(where)));
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  `${JSON.stringify({ growth, rss: process.memoryUsage.rss(), cpuMs: Math.round((user + system) / 1000) })}\n`,
);
process.exit(0);
