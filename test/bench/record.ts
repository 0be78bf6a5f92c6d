/** What a measurement prints: one record a line, as JSON. `npm run bench` writes its section of docs/performance.md from them. */

/** A figure beside what it is measured against. Ratios are taken round by round, each round measures all sides in turn. */
export type Figure = {
  readonly kind: 'figure';
  readonly what: string;
  /** Median and spread, in words; ratios as `0.30×`. */
  readonly seen: string;
  /** In words; empty for a yardstick. */
  readonly reach: string;
};

/** A point of a plot: all plots of a measurement have `x` in common. */
export type Point = {
  readonly kind: 'point';
  /** What varies, with its unit. */
  readonly axis: string;
  readonly x: number;
  /** Seconds. */
  readonly wall: number;
  /** Seconds, user and system. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Processors that other work kept busy meanwhile, on an average. */
  readonly others: number;
  /** Percent of the checks that are inconclusive: endpoints that are silent, and those that a busy machine did not answer for in time. */
  readonly inconclusive: number;
};

/** A quota of AWS beside what runs of 10,000, 100,000 and 1,000,000 endpoints need of it. */
export type Quota = {
  readonly kind: 'quota';
  readonly what: string;
  /** The page of AWS's documentation; empty where nothing bounds it. */
  readonly page: string;
  readonly most: string;
  readonly at: readonly [string, string, string];
};

export type Record = Figure | Point | Quota;

export const print = (record: Record): void => console.log(JSON.stringify(record));

/** Null for a line that is no record: a measurement may print words as well. */
export const recordOf = (line: string): Record | null => {
  if (!line.startsWith('{"kind":')) return null;
  return JSON.parse(line) as Record;
};

export const isQuick = process.argv.includes('--quick');

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

const spread = (values: readonly number[], unit: string, digits: number): string =>
  `${median(values).toFixed(digits)}${unit} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

/** Milliseconds of each round. */
export const inMs = (rounds: readonly number[]): string => spread(rounds, ' ms', 2);

/** Round by round. */
export const ratio = (rounds: readonly number[], yardstick: readonly number[]): string =>
  spread(
    rounds.map((each, round) => each / (yardstick[round] ?? Number.NaN)),
    '×',
    2,
  );

/** CPU milliseconds of this process, user and system, an item. */
export const cpuMs = async (items: number, run: () => Promise<void>): Promise<number> => {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / items;
};
