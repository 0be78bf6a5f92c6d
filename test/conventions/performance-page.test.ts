/** docs/performance.md: each pair of markers has its measurement, and writing one section leaves all else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesOf, sectionOf, slugOf, withSection } from '../bench/page.ts';
import { plotOf, sentenceOf } from '../bench/plot.ts';
import { roomOf, sharesOf } from '../bench/profile-shares.ts';
import type { Point } from '../bench/record.ts';
import { ROOT, textOf } from './support/sources.ts';

const PAGE = textOf('docs/performance.md');
const point = (x: number): Point => ({
  kind: 'point',
  axis: 'endpoints',
  x,
  wall: x,
  cpu: 1,
  memory: 2,
  others: 0.5,
  inconclusive: 5,
});

test('each name between markers is a measurement, and its section is closed', () => {
  const names = namesOf(PAGE);
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !existsSync(join(ROOT, 'test/bench', `${name}.ts`)))).toEqual([]);
  for (const name of names)
    expect(withSection(PAGE, name, 'x')).toContain(`<!-- bench:${name} -->\nx\n<!-- /bench:${name} -->`);
});

test('what is written by hand stays', () => {
  const page =
    'by hand\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nby hand too\n<!-- bench:b -->\nb\n<!-- /bench:b -->\n';
  expect(withSection(page, 'a', 'new')).toBe(page.replace('old', 'new'));
  expect(() => withSection(page, 'c', 'new')).toThrow('no section');
});

test('a section has a row for each record and a plot for each axis', () => {
  const quota = { kind: 'quota', what: 'children', page: 'Service quotas', most: '9', at: ['1', '2', '3'] } as const;
  const records = [{ kind: 'figure', what: 'a|b', seen: '1', reach: '' } as const, quota, point(10), point(1000)];
  const text = sectionOf(records, 'today');
  expect(text).toContain('| a\\|b | 1 |  |');
  expect(text).toContain('| 1,000 endpoints | 1000.0 s | 1.0 s | 2 MiB | 5.0 % | 0.5 |');
  expect(text).toContain('| children | 1 | 2 | 3 | 9 (Service quotas) |');
  expect(text.match(/performance\/endpoints\.svg/gu)).toHaveLength(1);
  expect(plotOf([point(1000), point(10)]).match(/<circle/gu)).toHaveLength(6);
});

test('a plot names each axis with its unit, is readable on a dark page, and says in a sentence what it shows', () => {
  const points = [point(1000), point(10)];
  const plot = plotOf(points);
  for (const text of ['wall time, seconds', 'CPU, seconds', 'peak memory, MiB', 'endpoints'])
    expect(plot).toContain(`>${text}</text>`);
  expect(plot).toContain('prefers-color-scheme:dark');
  expect(plot).not.toMatch(/NaN|Infinity|<script|href/u);
  expect(sentenceOf(points)).toBe(
    'From 10 to 1,000 endpoints: 100 times the wall time, 1.0 times the CPU, 1.0 times the peak memory.',
  );
  expect(sectionOf(points, 'today')).toContain(sentenceOf(points));
});

test.each([
  ['% of endpoints that never answer', 'of-endpoints-that-never-answer'],
  ['ms of round trip', 'ms-of-round-trip'],
])('the plot by %s is %s.svg', (axis, name) => {
  expect(slugOf(axis)).toBe(name);
});

test('an axis is logarithmic where its values grow a hundredfold, and begins at 0 otherwise', () => {
  const flat = plotOf([0, 10, 20].map((x) => ({ ...point(x), wall: 5 + x })));
  expect(flat).toContain('>0</text>');
  const xs = [...plotOf([10, 100, 1000].map(point)).matchAll(/cx="([\d.]+)"/gu)].map(([, x]) => Number(x));
  expect((xs[1] ?? 0) - (xs[0] ?? 0)).toBeCloseTo((xs[2] ?? 0) - (xs[1] ?? 0), 1);
});

test('shares of a profile are of the time that is not idle, each sample in one group', () => {
  const frames = [
    ['(idle)', ''],
    ['readBuffer', ''],
    ['writeBuffer', ''],
    ['connect', 'node:net'],
    ['profileOf', 'file:///x/shared/pki/x509/profile.ts'],
    ['(garbage collector)', ''],
  ] as const;
  const nodes = frames.map(([functionName, url], id) => ({
    id,
    callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
  }));
  const shares = sharesOf({ nodes, samples: [0, 1, 2, 3, 4, 5, 1], timeDeltas: [50, 2, 1, 1, 2, 1, 3] }, roomOf);
  expect(shares).toEqual([
    ['OpenSSL in node:tls: handshakes and records', 0.5],
    ['shared/pki', 0.2],
    ['the kernel: connect, write, close', 0.1],
    ['the rest of Node: streams, sockets, events, timers, V8', 0.1],
    ['garbage collection', 0.1],
  ]);
});
