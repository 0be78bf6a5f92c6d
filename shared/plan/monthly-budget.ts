/** The budget of a registry. */
import type { MetricLevel } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';
import { costOf } from './cost-input.ts';

/** Returns why the registry exceeds its `monitor.budget`, as a sentence with the largest items; null if it does not, or has none. */
export const overBudget = (registry: Registry, metrics: MetricLevel, secretKeys = false): string | null => {
  const { budget } = registry.monitor;
  if (budget === undefined) return null;
  const { lines, total } = costOf(registry, metrics, { secretKeys });
  if (total <= budget) return null;
  const largest = lines.toSorted((one, other) => other.dollars - one.dollars).slice(0, 3);
  const items = largest.map(({ what, dollars }) => `${what} $${dollars.toFixed(2)}`).join(', ');
  return `monitor.budget: this monitor would cost $${total.toFixed(2)} a month, and the budget is $${budget}. The largest items: ${items}. Lengthen the intervals, choose a cheaper metrics level, or raise the budget.`;
};
