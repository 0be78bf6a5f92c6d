/** docs/performance.md: each pair of markers has its measurement, and writing one section leaves all else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesOf, plotOf, sectionOf, withSection } from '../bench/page.ts';
import type { Point } from '../bench/record.ts';
import { ROOT, textOf } from './support/sources.ts';

const PAGE = textOf('docs/performance.md');
const point = (x: number): Point => ({ kind: 'point', axis: 'endpoints', x, wall: x, cpu: 1, memory: 2 });

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
  expect(text).toContain('| children | 1 | 2 | 3 | 9 (Service quotas) |');
  expect(text).toContain('| 1,000 endpoints | 1000.0 s | 1.0 s | 2 MiB |');
  expect(text.match(/performance\/endpoints\.svg/gu)).toHaveLength(1);
  expect(plotOf([point(1000), point(10)]).match(/<circle/gu)).toHaveLength(6);
});
