import { expect, test } from 'vitest';
import { resolver } from '../../../shared/probe/addresses.ts';

test('localhost with a trailing dot is loopback as well (RFC 6761 §6.3)', async () => {
  const resolve = resolver();
  const [bare, absolute] = [await resolve('localhost', 5000), await resolve('localhost.', 5000)];
  expect(bare.ok).toBe(true);
  expect(absolute).toEqual(bare);
});
