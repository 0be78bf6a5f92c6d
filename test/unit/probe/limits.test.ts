import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  connectionLimits,
  MOST_AT_ADDRESS,
  MOST_IN_SILENCE,
  type Pace,
  type Place,
} from '../../../shared/probe/limits.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const PACE: Pace = { perAddress: 4, perSecond: null, pause: 0 };

/** Connections that stay open until they are ended, by the name of each. */
const opening = (overall: number) => {
  const limits = connectionLimits(overall);
  const open = new Map<string, { readonly place: Place; readonly end: () => void }>();
  const ended: (string | null)[] = [];
  const ask = (name: string, own: Partial<Pace> = {}, address = '127.0.0.1:1') => {
    const task = (place: Place) =>
      new Promise<string>((resolve) => {
        open.set(name, {
          place,
          end: () => {
            open.delete(name);
            resolve(name);
          },
        });
      });
    void limits(address, { ...PACE, ...own }, task).then((value) => ended.push(value));
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const names = async () => {
    await settle();
    return [...open.keys()];
  };
  return { ask, open, ended, names };
};

describe('places', () => {
  test('at an address and over all; one that ends gives its place to the next', async () => {
    const { ask, open, names } = opening(5);
    for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
    for (const name of ['x', 'y']) ask(name, {}, '127.0.0.1:2');
    expect(await names()).toEqual(['a', 'b', 'c', 'd', 'x']);
    open.get('a')?.end();
    expect((await names()).length).toBe(5);
    open.get('b')?.end();
    expect(await names()).toEqual(expect.arrayContaining(['e', 'y']));
  });

  test('the sweep that began first goes first', async () => {
    const { ask, open, names } = opening(1);
    ask('first', { order: 1 });
    ask('later', { order: 3 }, '127.0.0.1:2');
    ask('sooner', { order: 2 }, '127.0.0.1:3');
    await names();
    open.get('first')?.end();
    expect(await names()).toEqual(['sooner']);
  });

  test('waiting for a place ends when its time is over, and the place goes to another', async () => {
    const { ask, open, ended, names } = opening(1);
    ask('first');
    ask('hasty', { patience: 1000 }, '127.0.0.1:2');
    ask('patient', {}, '127.0.0.1:3');
    await vi.advanceTimersByTimeAsync(1000);
    expect(ended).toEqual([null]);
    open.get('first')?.end();
    expect(await names()).toEqual(['patient']);
  });

  test('a pace that would come too late is not waited for', async () => {
    const { ask, ended, names } = opening(8);
    for (const name of ['a', 'b', 'c']) ask(name, { perSecond: 1, patience: 1500 });
    expect(await names()).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1000);
    expect([await names(), ended]).toEqual([['a', 'b'], [null]]);
  });
});

describe('silence', () => {
  test('one that waits leaves its place among all, and keeps the one at its address', async () => {
    const { ask, open, names } = opening(1);
    ask('slow', { perAddress: 1 });
    ask('neighbour', { perAddress: 1 });
    ask('fast', {}, '127.0.0.1:2');
    await names();
    open.get('slow')?.place.waits();
    expect(await names()).toEqual(['slow', 'fast']);
    open.get('fast')?.end();
    open.get('slow')?.place.yields();
    expect(await names()).toEqual(['slow', 'neighbour']);
  });

  test('what begins in silence takes no place of the others, sixty-four of it at an address', async () => {
    const { ask, names } = opening(1);
    for (let at = 0; at < MOST_AT_ADDRESS + 1; at += 1) ask(`silent ${at}`, { kind: 'silent' });
    ask('usual', {}, '127.0.0.1:2');
    expect((await names()).length).toBe(MOST_AT_ADDRESS + 1);
    expect(await names()).toContain('usual');
  });

  test('no more wait than a Lambda function has file descriptors for', async () => {
    const { ask, open, names } = opening(256);
    for (let at = 0; at < 2000; at += 1) ask(`silent ${at}`, { kind: 'silent' }, `127.0.0.1:${at}`);
    for (let at = 0; at < 2000; at += 1) ask(`usual ${at}`, {}, `127.0.0.2:${at}`);
    for (let round = 0; round < 20; round += 1) {
      await names();
      for (const { place } of open.values()) place.waits();
    }
    const { length } = await names();
    expect(length).toBe(256 + MOST_IN_SILENCE);
    expect(length).toBeLessThan(1024 - 200);
  });

  test('a crowd is noted by all in it; one beside the others is none', async () => {
    const { ask, open, names } = opening(16);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    ask('control', { kind: 'beside' });
    expect(await names()).toContain('control');
    expect(open.get('a')?.place.wasCrowded()).toBe(false);
    open.get('a')?.place.yields();
    ask('e');
    await names();
    expect(['a', 'e', 'control'].map((name) => open.get(name)?.place.wasCrowded())).toEqual([true, true, false]);
  });

  test('a place that was yielded is given back once', async () => {
    const { ask, open, names } = opening(16);
    for (const name of ['a', 'b']) ask(name, { perAddress: 1 });
    await names();
    open.get('a')?.place.yields();
    open.get('a')?.place.yields();
    open.get('a')?.end();
    ask('c', { perAddress: 1 });
    expect(await names()).toEqual(['b']);
  });

  test('an address is remembered while it is used or has a pace to keep, and forgotten after that', async () => {
    const { ask, open, names } = opening(16);
    const paced = { perAddress: 1, perSecond: 1 };
    ask('a', paced);
    ask('b', paced);
    expect(await names()).toEqual(['a']);
    open.get('a')?.end();
    // `b` waited for the place, and now for its pace; `c` keeps both.
    ask('c', paced);
    expect(await names()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await names()).toEqual(['b']);
    open.get('b')?.end();
    await vi.advanceTimersByTimeAsync(1000);
    open.get('c')?.end();
    await names();
    // The pace of the last one still counts for the next.
    ask('d', paced);
    expect(await names()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    open.get('d')?.end();
    await vi.advanceTimersByTimeAsync(5000);
    for (const name of ['e', 'f']) ask(name, { perAddress: 1 });
    expect(await names()).toEqual(['e']);
    open.get('e')?.end();
    await names();
    open.get('f')?.end();
    await names();
    for (const name of ['g', 'h']) ask(name, { perAddress: 2 });
    expect(await names()).toEqual(['g', 'h']);
  });
});
