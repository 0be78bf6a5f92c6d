/** The budget of a registry. */
import type { MetricLevel } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';
import { costOf } from './cost-input.ts';
import type { Cost } from './cost-types.ts';

/** Items that a refusal names. */
const SHOWN = 3;

/** Returns why the registry exceeds its `monitor.budget`; null if it does not, or has none. */
export const overBudget = (
  registry: Registry,
  metrics: MetricLevel,
  others: Parameters<typeof costOf>[2] = {},
): string | null => {
  const { budget } = registry.monitor;
  return budget === undefined ? null : refusalOf(costOf(registry, metrics, others), budget);
};

/** A sentence with the largest items, each once: an item with several price tiers has several lines. Null within the budget (dollars a month). */
export const refusalOf = ({ lines, total }: Cost, budget: number): string | null => {
  if (total <= budget) return null;
  const items = [...Map.groupBy(lines, ({ what }) => what)]
    .map(([what, all]) => ({ what, sum: all.reduce((sum, { dollars }) => sum + dollars, 0) }))
    .toSorted((one, other) => other.sum - one.sum)
    .slice(0, SHOWN)
    .map(({ what, sum }) => `${what} $${sum.toFixed(2)}`)
    .join(', ');
  return `monitor.budget: this monitor would cost $${total.toFixed(2)} a month, and the budget is $${budget}. The largest items: ${items}. Lengthen the intervals, choose a cheaper metrics level, or raise the budget.`;
};
