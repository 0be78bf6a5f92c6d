// What is kept is what would be made again, whatever is asked for in which order; and it is bounded.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Latest } from '../../../shared/pki/x509/latest.ts';

test('a value is what its key makes, and no more than the given number are kept', () => {
  const ask = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(ask), (most, asked) => {
      const latest = new Latest<number, string>(most);
      const used: number[] = [];
      for (const key of asked) {
        const before = used.slice(-most);
        let isMade = false;
        const made = latest.of(key, () => {
          isMade = true;
          return `of ${key}`;
        });
        expect(made).toBe(`of ${key}`);
        expect(isMade).toBe(!before.includes(key));
        if (used.includes(key)) used.splice(used.indexOf(key), 1);
        used.push(key);
      }
    }),
  );
});

test('nothing is kept of a value that cannot be made', () => {
  const latest = new Latest<string, number>(2);
  const fail = () => {
    throw new Error('damaged');
  };
  expect(() => latest.of('a', fail)).toThrow('damaged');
  expect(latest.of('a', () => 1)).toBe(1);
});

test('what was forgotten is made again', () => {
  const latest = new Latest<string, number>(2);
  latest.of('a', () => 1);
  latest.forget('a');
  expect(latest.of('a', () => 2)).toBe(2);
});

test('objects are keys by identity', () => {
  const latest = new Latest<Uint8Array, number>(2);
  expect(latest.of(new Uint8Array([1]), () => 1)).toBe(1);
  expect(latest.of(new Uint8Array([1]), () => 2)).toBe(2);
});
