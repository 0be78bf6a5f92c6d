/**
 * Part of `npm run bench`: wall, CPU and peak memory of one `check`, in a process of its own, as the number of endpoints and identities, the share of
 * endpoints that accept and never answer, and the time of a round trip grow. TLS 1.3 only, all suites, `timeout` 2 s, 64 connections at a time. 10,000 endpoints
 * with `--full`: they take a quarter of an hour.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isQuick, type Point, print } from './record.ts';
import { type Crowd, type Shape, startCrowd } from './scale/crowd.ts';

const isFull = process.argv.includes('--full');
const BASE: Shape = { endpoints: 100, identities: 1, tarpits: 0, rtt: 0 };
const AXES: readonly (readonly [axis: string, key: keyof Shape, values: readonly number[]])[] = [
  ['endpoints', 'endpoints', isQuick ? [10, 100] : [10, 100, 1_000, ...(isFull ? [10_000] : [])]],
  ['identities', 'identities', isQuick ? [1, 10] : [1, 10, 50]],
  ['% of endpoints that never answer', 'tarpits', isQuick ? [0, 10] : [0, 5, 10, 20]],
  ['ms of round trip', 'rtt', isQuick ? [0, 50] : [0, 50, 100, 200]],
];
const CHILD = join(import.meta.dirname, 'scale/check-child.ts');

const measured = async (shape: Shape, axis: string, x: number): Promise<Point> => {
  const crowd: Crowd = await startCrowd(shape);
  try {
    const child = execFile(process.execPath, [CHILD, crowd.registry], { maxBuffer: 1 << 20 });
    child.stderr?.pipe(process.stderr);
    let said = '';
    child.stdout?.on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the check of ${x} ${axis} ended with ${code}`);
    return { kind: 'point', axis, x, ...(JSON.parse(said) as Pick<Point, 'wall' | 'cpu' | 'memory'>) };
  } finally {
    await crowd.stop();
  }
};

for (const [axis, key, values] of AXES)
  for (const value of values) print(await measured({ ...BASE, [key]: value }, axis, value));
