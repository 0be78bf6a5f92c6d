/** The work that is priced, and the lines of a bill. */
import type { MetricLevel, Suite, SuiteRequest } from '../model/names.ts';
import type { Schedule } from '../model/registry.ts';
import type { RunWork } from './run-work.ts';

export type CostInput = {
  /** The schedules; `endpoints` is the number of endpoints with that schedule, each once for each of its vantages, `runs` the work of one run of each suite. */
  readonly schedules: readonly {
    readonly every: Schedule;
    readonly endpoints: number;
    readonly runs: Readonly<Record<Suite, RunWork>>;
  }[];
  /** Average checks per endpoint in a run of each suite; `all`: in a run of all suites. */
  readonly checks: Readonly<Record<SuiteRequest, number>>;
  readonly metrics: MetricLevel;
  /** Vantages, each with a probe function and its alarms. Default: 1. */
  readonly vantages?: number;
  readonly memoryMb: number;
  /** Share of the endpoints that are unusual at a time, at the level `sparse`. Default: `UNUSUAL`. */
  readonly unusual?: number;
  /** Distinct secrets that the registry names. Default: 0. */
  readonly secrets?: number;
  /** VPC interface endpoints, each once for each of its zones. Default: 0. */
  readonly interfaces?: number;
  /** Whether the secrets are encrypted with customer-managed keys (`secretKeys`), whose use is charged. Default: false. */
  readonly secretKeys?: boolean;
};

export type CostLine = {
  readonly what: string;
  /** Units per month. */
  readonly quantity: number;
  /** Dollars per unit. */
  readonly unitPrice: number;
  readonly dollars: number;
};

/** `total`: dollars per month. */
export type Cost = { readonly lines: readonly CostLine[]; readonly total: number };

export const line = (what: string, quantity: number, unitPrice: number): CostLine => ({
  what,
  quantity,
  unitPrice,
  dollars: quantity * unitPrice,
});
