/** Sections of docs/performance.md: the text between a measurement's markers, and a plot for each of its axes. Pure. */
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
        '| what | seen: median (least–most) | to reach |',
        '| --- | --- | --- |',
        ...figures.map(({ what, seen, reach }) => `| ${cell(what)} | ${cell(seen)} | ${cell(reach)} |`),
      ];

const pointsOf = (points: readonly Point[]): readonly string[] =>
  points.length === 0
    ? []
    : [
        '| | wall | CPU | peak memory |',
        '| --- | --- | --- | --- |',
        ...points.map(
          ({ axis, x, wall, cpu, memory }) =>
            `| ${x.toLocaleString('en-US')} ${axis} | ${wall.toFixed(1)} s | ${cpu.toFixed(1)} s | ${memory.toFixed(0)} MiB |`,
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
export const slugOf = (axis: string): string => axis.replaceAll(/[^a-z]+/giu, '-').toLowerCase();

/** `about`: when and with which versions it was measured. */
export const sectionOf = (records: readonly Record[], about: string): string =>
  [
    about,
    '',
    ...tableOf(records.filter((record) => record.kind === 'figure')),
    ...quotasOf(records.filter((record) => record.kind === 'quota')),
    ...axesOf(records).flatMap((axis) => [
      '',
      ...pointsOf(records.filter((record) => record.kind === 'point').filter((each) => each.axis === axis)),
      '',
      `![wall, CPU and memory by ${axis}](performance/${slugOf(axis)}.svg)`,
    ]),
  ].join('\n');

const [WIDTH, HEIGHT, LEFT, BOTTOM, GAP] = [220, 130, 46, 30, 24];
const PANELS = [
  ['wall', 'wall, s'],
  ['cpu', 'CPU, s'],
  ['memory', 'peak memory, MiB'],
] as const;

const round = (value: number): string => String(Number(value.toPrecision(3)));

const panel = (points: readonly Point[], key: (typeof PANELS)[number][0], title: string, at: number): string => {
  const most = Math.max(...points.map((point) => point[key]), Number.MIN_VALUE);
  const xs = points.map(({ x }) => x);
  const isWide = Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) >= 50;
  const scaled = (x: number) => (isWide ? Math.log10(x) : x);
  const [first, last] = [scaled(Math.min(...xs)), scaled(Math.max(...xs))];
  const place = (point: Point): readonly [number, number] => [
    at + LEFT + ((scaled(point.x) - first) / (last - first || 1)) * (WIDTH - LEFT),
    GAP + (1 - point[key] / most) * (HEIGHT - GAP),
  ];
  const marks = points.map((point) => {
    const [x, y] = place(point);
    const label = `<text x="${round(x)}" y="${HEIGHT + 14}" text-anchor="middle">${point.x}</text>`;
    return `<circle cx="${round(x)}" cy="${round(y)}" r="2.5"/>${label}`;
  });
  const line = points.map((point) => place(point).map(round).join(',')).join(' ');
  return [
    `<text x="${at + LEFT}" y="12">${title}</text>`,
    `<path d="M${at + LEFT} ${GAP}V${HEIGHT}H${at + WIDTH}" fill="none" stroke="#999"/>`,
    `<text x="${at + LEFT - 4}" y="${GAP + 4}" text-anchor="end">${round(most)}</text>`,
    `<text x="${at + LEFT - 4}" y="${HEIGHT + 3}" text-anchor="end">0</text>`,
    `<polyline points="${line}" fill="none" stroke="#06c" stroke-width="1.5"/>`,
    ...marks,
  ].join('\n');
};

/** Three plots side by side; an axis that grows fiftyfold is logarithmic. */
export const plotOf = (points: readonly Point[]): string => {
  const sorted = points.toSorted((one, other) => one.x - other.x);
  const width = PANELS.length * (WIDTH + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT + BOTTOM + 14}" font-family="sans-serif" font-size="10" fill="#333">`,
    `<title>${PANELS.map(([, title]) => title).join('; ')} by ${sorted[0]?.axis ?? ''}</title>`,
    `<rect width="${width}" height="${HEIGHT + BOTTOM + 14}" fill="#fff"/>`,
    ...PANELS.map(([key, title], index) => panel(sorted, key, title, index * (WIDTH + GAP))),
    `<text x="${width / 2}" y="${HEIGHT + BOTTOM + 6}" text-anchor="middle">${sorted[0]?.axis ?? ''}</text>`,
    '</svg>',
    '',
  ].join('\n');
};
