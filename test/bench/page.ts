/** Sections of docs/performance.md: the text between a measurement's markers. Pure. */
import { sentenceOf } from './plot.ts';
import type { Figure, Point, Quota, Record } from './record.ts';

const opening = (name: string): string => `<!-- bench:${name} -->`;
const closing = (name: string): string => `<!-- /bench:${name} -->`;

/** Names between markers, in their order. */
export const namesOf = (page: string): readonly string[] =>
  [...page.matchAll(/^<!-- bench:([a-z-]+) -->$/gmu)].map(([, name = '']) => name);

/** The page with `text` between the markers of `name`; everything else stays. Throws where the page has no such markers. */
export const withSection = (page: string, name: string, text: string): string => {
  const [from, to] = [page.indexOf(opening(name)), page.indexOf(closing(name))];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no section ${opening(name)}`);
  return `${page.slice(0, from)}${opening(name)}\n${text}\n${page.slice(to)}`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const tableOf = (figures: readonly Figure[]): readonly string[] =>
  figures.length === 0
    ? []
    : [
        '',
        '| what | seen: median (least–most) | to reach |',
        '| --- | --- | --- |',
        ...figures.map(({ what, seen, reach }) => `| ${cell(what)} | ${cell(seen)} | ${cell(reach)} |`),
      ];

const pointsOf = (points: readonly Point[]): readonly string[] =>
  points.length === 0
    ? []
    : [
        '| | wall | CPU | peak memory | checks inconclusive | processors that other work kept busy |',
        '| --- | --- | --- | --- | --- | --- |',
        ...points.map(
          ({ axis, x, wall, cpu, memory, inconclusive, others }) =>
            `| ${x.toLocaleString('en-US')} ${axis} | ${wall.toFixed(1)} s | ${cpu.toFixed(1)} s | ${memory.toFixed(0)} MiB | ${inconclusive.toFixed(1)} % | ${others.toFixed(1)} |`,
        ),
      ];

const quotasOf = (quotas: readonly Quota[]): readonly string[] =>
  quotas.length === 0
    ? []
    : [
        '| endpoints | 10,000 | 100,000 | 1,000,000 | quota |',
        '| --- | --- | --- | --- | --- |',
        ...quotas.map(
          ({ what, page, most, at }) =>
            `| ${cell(what)} | ${at.map(cell).join(' | ')} | ${cell(page === '' ? most : `${most} (${page})`)} |`,
        ),
      ];

export const axesOf = (records: readonly Record[]): readonly string[] => [
  ...new Set(records.flatMap((record) => (record.kind === 'point' ? [record.axis] : []))),
];

/** As part of a file's name. */
export const slugOf = (axis: string): string =>
  axis
    .replaceAll(/[^a-z]+/giu, '-')
    .replace(/^-/u, '')
    .toLowerCase();

/** `about`: when and with which versions it was measured. */
export const sectionOf = (records: readonly Record[], about: string): string =>
  [
    about,
    ...tableOf(records.filter((record) => record.kind === 'figure')),
    ...quotasOf(records.filter((record) => record.kind === 'quota')),
    ...axesOf(records).flatMap((axis) => {
      const points = records.filter((record) => record.kind === 'point').filter((each) => each.axis === axis);
      return [
        ...['', sentenceOf(points), ''],
        `![wall, CPU and memory by ${axis}](performance/${slugOf(axis)}.svg)`,
        ...['', ...pointsOf(points)],
      ];
    }),
  ].join('\n');
