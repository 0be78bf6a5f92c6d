/**
 * Part of `npm run bench`: wall, CPU and peak memory of one `mtls-monitor check`, in a process of its own, as the number of endpoints and identities, the
 * share of endpoints that accept and never answer, and the time of a round trip grow. TLS 1.3 only, all suites, the default `timeout` of 10 s, 64 connections at a time.
 * The 10,000 endpoints take some ten minutes.
 */
import { isQuick, print } from './record.ts';
import { type Shape, startCrowd } from './scale/crowd.ts';
import { type Measured, measuredCheck } from './scale/measured-check.ts';

const BASE: Shape = { endpoints: 40, identities: 1, tarpits: 0, rtt: 0 };
const AXES: readonly (readonly [axis: string, key: keyof Shape, values: readonly number[]])[] = [
  ['endpoints', 'endpoints', isQuick ? [10, 100] : [10, 100, 1_000, 10_000]],
  ['identities', 'identities', isQuick ? [1, 10] : [1, 10, 25, 50]],
  ['% of endpoints that never answer', 'tarpits', isQuick ? [0, 10] : [0, 5, 10, 20]],
  ['ms of round trip', 'rtt', isQuick ? [0, 50] : [0, 50, 100, 200]],
];

const measured = async (shape: Shape): Promise<Measured> => {
  const crowd = await startCrowd(shape);
  try {
    return await measuredCheck(crowd);
  } finally {
    await crowd.stop();
  }
};

/** All axes have it in common: it is measured once. */
const base = await measured(BASE);
for (const [axis, key, values] of AXES)
  for (const x of values)
    print({ kind: 'point', axis, x, ...(x === BASE[key] ? base : await measured({ ...BASE, [key]: x })) });
