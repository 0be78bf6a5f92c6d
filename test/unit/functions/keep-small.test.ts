import { getHeapStatistics } from 'node:v8';
import { expect, test, vi } from 'vitest';
import { keepSmall } from '../../../functions/process/keep-small.ts';

const MEGABYTE = 1_000_000;
const outside = () => getHeapStatistics().external_memory;

test('garbage outside the heap, less than V8 would collect by itself, is gone after the call', async () => {
  const tidy = keepSmall();
  tidy();
  const before = outside();
  for (let each = 0; each < 30; each += 1) Buffer.allocUnsafeSlow(MEGABYTE).fill(1);
  tidy();
  // The collector frees buffers on a thread of its own.
  await vi.waitFor(() => expect(outside() - before).toBeLessThan(4 * MEGABYTE));
});
