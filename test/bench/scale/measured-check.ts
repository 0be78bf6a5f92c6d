/** One `mtls-monitor check` in a process of its own, and what it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Point } from '../record.ts';
import type { Crowd } from './crowd.ts';

const PROGRAM = join(import.meta.dirname, '../../../bin/mtls-monitor.mjs');
const MEASURE = join(import.meta.dirname, '../memory-child.mjs');
export type Measured = Omit<Point, 'kind' | 'axis' | 'x'>;

/** Seconds. A check that takes longer is ended, and its measurement fails. */
const MOST = 5400;

/** Seconds that all processors of this machine were busy since it started. */
const busySeconds = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1000;

const headOf = async (file: string): Promise<string> => {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
};

/** Percent. The summary stands in front of the checks. */
const inconclusiveIn = (report: string): number => {
  const [, checks, inconclusive] = /"checks": (\d+),.*?"inconclusive": (\d+)/su.exec(report) ?? [];
  return (100 * Number(inconclusive)) / Number(checks);
};

/** Writes the report as JSON beside the registry. Rejects where a check fails: the servers of a measurement enforce, or are silent. */
export const measuredCheck = async ({ registry, serversCpu }: Crowd): Promise<Measured> => {
  const child = spawn(
    process.execPath,
    ['--import', MEASURE, PROGRAM, 'check', registry, '--format', 'json', '--output', `${registry}.json`],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], timeout: MOST * 1000 },
  );
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const [since, busy, served] = [performance.now(), busySeconds(), await serversCpu()];
  const figures = once(child, 'message');
  const [code] = await once(child, 'exit');
  if (code !== 0 && code !== 2) throw new Error(`the check ended with ${code}: ${said}`);
  const [{ maxRSS, cpu }] = (await figures) as [{ readonly maxRSS: number; readonly cpu: number }];
  const wall = (performance.now() - since) / 1000;
  const own = cpu + (await serversCpu()) - served;
  const others = Math.max(0, (busySeconds() - busy - own) / wall);
  const inconclusive = inconclusiveIn(await headOf(`${registry}.json`));
  return { wall, cpu, memory: maxRSS / 1024, others, inconclusive };
};
