/** Plots of a measurement as SVG: readable in light and dark, without a script or a font of its own. Pure. */
import type { Point } from './record.ts';

const PANELS = [
  ['wall', 'wall time, seconds'],
  ['cpu', 'CPU, seconds'],
  ['memory', 'peak memory, MiB'],
] as const;
type Key = (typeof PANELS)[number][0];

/** Of one panel's field, and around it. */
const [WIDTH, HEIGHT, LEFT, TOP, BELOW, GAP] = [210, 120, 52, 30, 44, 22];
const WHOLE = { width: PANELS.length * (LEFT + WIDTH + GAP), height: TOP + HEIGHT + BELOW };
const STYLE =
  'text{font:11px sans-serif;fill:#24292f}.back{fill:#fff}.grid{stroke:#d0d7de}.axis{stroke:#57606a;fill:none}.line{stroke:#0969da;stroke-width:1.5;fill:none}circle{fill:#0969da}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#0d1117}.grid{stroke:#30363d}.axis{stroke:#8d96a0}.line{stroke:#58a6ff}circle{fill:#58a6ff}}';

type Scale = {
  /** 0 to 1. */
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
  readonly isLog: boolean;
};

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** From 0 to the first round number that is not below `most`, in four or five steps. */
const fromZero = (most: number): Scale => {
  const unit = 10 ** Math.floor(Math.log10(most / 4));
  const step = unit * (STEPS.find((each) => each * unit * 5 >= most) ?? 10);
  const count = Math.ceil(most / step);
  return {
    place: (value) => value / (count * step),
    ticks: Array.from({ length: count + 1 }, (_, at) => at * step),
    isLog: false,
  };
};

/** Powers of ten around the values; at least one decade. */
const decades = (least: number, most: number): Scale => {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(first + 1, Math.ceil(Math.log10(most)));
  return {
    place: (value) => (Math.log10(value) - first) / (last - first),
    ticks: Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at)),
    isLog: true,
  };
};

/** Logarithmic where positive values grow `wide` times or more. */
const scaleOf = (values: readonly number[], wide: number): Scale => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least > 0 && most / least >= wide ? decades(least, most) : fromZero(Math.max(most, 1e-3));
};

/** Values on a linear axis are its ticks; a decade's are powers of ten. */
const acrossOf = (values: readonly number[]): Scale => {
  const scale = scaleOf(values, 100);
  const most = Math.max(...values);
  return scale.isLog ? scale : { ...scale, place: (value) => value / most, ticks: values };
};

const round = (value: number): string => String(Number(value.toFixed(1)));
const label = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en-US');

const panel = (points: readonly Point[], key: Key, title: string, left: number): string => {
  const across = acrossOf(points.map(({ x }) => x));
  const up = scaleOf(
    points.map((point) => point[key]),
    across.isLog ? 10 : 100,
  );
  const x = (value: number) => round(left + across.place(value) * WIDTH);
  const y = (value: number) => round(TOP + (1 - up.place(value)) * HEIGHT);
  const bottom = TOP + HEIGHT;
  const line = points.map((point) => `${x(point.x)},${y(point[key])}`).join(' ');
  return [
    `<text x="${left}" y="16" font-weight="bold">${title}</text>`,
    ...up.ticks.map(
      (tick) =>
        `<path class="grid" d="M${left} ${y(tick)}h${WIDTH}"/><text x="${left - 6}" y="${Number(y(tick)) + 4}" text-anchor="end">${label(tick)}</text>`,
    ),
    ...across.ticks.map((tick) => `<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${label(tick)}</text>`),
    `<path class="axis" d="M${left} ${TOP}V${bottom}h${WIDTH}"/>`,
    `<polyline class="line" points="${line}"/>`,
    ...points.map((point) => `<circle cx="${x(point.x)}" cy="${y(point[key])}" r="3"/>`),
    `<text x="${left + WIDTH / 2}" y="${bottom + 34}" text-anchor="middle">${points[0]?.axis ?? ''}</text>`,
  ].join('\n');
};

/**
 * Wall time, CPU and memory side by side. Below values that grow a hundredfold the axis is logarithmic, and so is one above it of
 * values that grow tenfold; any other begins at 0.
 */
export const plotOf = (points: readonly Point[]): string => {
  const sorted = points.toSorted((one, other) => one.x - other.x);
  const { width, height } = WHOLE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${PANELS.map(([, title]) => title).join('; ')} by ${sorted[0]?.axis ?? ''}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="back" width="${width}" height="${height}"/>`,
    ...PANELS.map(([key, title], at) => panel(sorted, key, title, LEFT + at * (LEFT + WIDTH + GAP))),
    '</svg>',
    '',
  ].join('\n');
};

const times = (first: number, last: number): string => {
  const factor = last / first;
  return factor >= 10 ? `${Math.round(factor)} times` : `${factor.toFixed(1)} times`;
};

/** What a plot shows, in one sentence: from its first point to its last. */
export const sentenceOf = (points: readonly Point[]): string => {
  const sorted = points.toSorted((one, other) => one.x - other.x);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || first === last) return '';
  const grown = PANELS.map(([key]) => times(first[key], last[key]));
  return `From ${label(first.x)} to ${label(last.x)} ${last.axis}: ${grown[0]} the wall time, ${grown[1]} the CPU, ${grown[2]} the peak memory.`;
};
