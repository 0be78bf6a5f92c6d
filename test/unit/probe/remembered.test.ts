import { expect, test } from 'vitest';
import { Remembered } from '../../../shared/probe/remembered.ts';

test('the least recently used is forgotten once the bytes are too many', () => {
  const remembered = new Remembered<string>(10);
  remembered.add('a', 'A', 4);
  remembered.add('b', 'B', 4);
  expect(remembered.get('a')).toBe('A');
  remembered.add('c', 'C', 4);
  expect(['a', 'b', 'c'].map((key) => remembered.get(key))).toEqual(['A', undefined, 'C']);
});

test('a value that fills it drives all others out, a larger one is not kept', () => {
  const remembered = new Remembered<number>(10);
  for (let key = 0; key < 5; key += 1) remembered.add(String(key), key, 2);
  remembered.add('full', 9, 10);
  expect(['0', '4', 'full'].map((key) => remembered.get(key))).toEqual([undefined, undefined, 9]);
  remembered.add('too much', 1, 11);
  expect(['full', 'too much'].map((key) => remembered.get(key))).toEqual([9, undefined]);
});

test('what was forgotten frees its bytes', () => {
  const remembered = new Remembered<number>(10);
  for (let key = 0; key < 1_000; key += 1) remembered.add(String(key), key, 5);
  expect(['997', '998', '999'].map((key) => remembered.get(key))).toEqual([undefined, 998, 999]);
});
