/** The lock under which tests install their tools: a slow install keeps it, and a dead process does not. */
import { existsSync } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withLock } from '../setup/lock.ts';

const TIMES = { touchedEvery: 50, deadAfter: 1_000, askedEvery: 20 };
const nameOf = (what: string) => `lock-test-${what}-${process.pid}`;
const folderOf = (name: string) => join(import.meta.dirname, `../../node_modules/.${name}.lock`);

test('work that takes longer than a dead process’s lock lives is not disturbed', async () => {
  const name = nameOf('slow');
  const order: string[] = [];
  const slow = withLock(
    name,
    async () => {
      order.push('begins');
      await sleep(1_500);
      order.push('ends');
    },
    TIMES,
  );
  await sleep(100);
  await withLock(name, async () => void order.push('the other'), TIMES);
  await slow;
  expect(order).toEqual(['begins', 'ends', 'the other']);
  expect(existsSync(folderOf(name))).toBe(false);
});

test('a dead process’s lock is broken', async () => {
  const folder = folderOf(nameOf('dead'));
  await mkdir(folder);
  const before = new Date(Date.now() - 5_000);
  await utimes(folder, before, before);
  expect(await withLock(nameOf('dead'), async () => 'done', TIMES)).toBe('done');
});

test('work that fails gives it back', async () => {
  const name = nameOf('failing');
  await expect(withLock(name, () => Promise.reject(new Error('no network')), TIMES)).rejects.toThrow('no network');
  expect(await withLock(name, async () => 'done', TIMES)).toBe('done');
});
