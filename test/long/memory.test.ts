/** A check needs the memory of the endpoints that are in flight, and a few kilobytes for each other one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../bench/memory-fleet.ts';

/** MiB. */
const MOST = 256;
/** For 3,000 endpoints more: their part of the registry and of the packed report. They took 300 before. */
const MOST_FOR_MORE = 64;

const SERVED = 300;
let served: Fleet;
let closed: Fleet;
beforeAll(async () => {
  [served, closed] = await Promise.all([startFleet(SERVED), startFleet(null)]);
});
afterAll(() => {
  served.stop();
  closed.stop();
});

test('endpoints that answer', async () => {
  expect((await served.check(SERVED, '--format', 'json')).peak).toBeLessThan(MOST);
});

const FORMATS = ['json', 'junit', 'github', 'html', 'markdown', 'openmetrics'];

test('many endpoints, in every format at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'memory-'));
  const outputs = FORMATS.flatMap((format) => [`--${format}`, join(folder, format)]);
  const few = await closed.check(1_000, ...outputs);
  const many = await closed.check(4_000, ...outputs);
  await rm(folder, { recursive: true });
  expect(many.peak).toBeLessThan(MOST);
  expect(many.peak - few.peak).toBeLessThan(MOST_FOR_MORE);
});
