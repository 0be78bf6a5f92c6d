/** Fails the synth above the registry's budget, and warns if a month is expensive and no budget was given. */
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { METRIC_LEVELS, type MetricLevel } from '../shared/model/names.ts';
import type { Registry } from '../shared/model/registry.ts';
import { costOf } from '../shared/plan/cost-input.ts';
import { overBudget } from '../shared/plan/monthly-budget.ts';
import { DeploymentError } from './deployment-error.ts';

/** Dollars a month. */
const MUCH = 100;

/** Throws a `DeploymentError` above the budget. */
export const checkCost = (
  scope: Construct,
  registry: Registry,
  level: MetricLevel,
  others: { readonly secretKeys: boolean; readonly zones: Readonly<Record<string, number>> },
): void => {
  const refusal = overBudget(registry, level, others);
  if (refusal !== null) throw new DeploymentError(refusal);
  if (registry.monitor.budget !== undefined) return;
  const at = (metrics: MetricLevel) => Math.ceil(costOf(registry, metrics, others).total);
  const total = at(level);
  if (total <= MUCH) return;
  const cheaper = METRIC_LEVELS.slice(0, METRIC_LEVELS.indexOf(level)).map(
    (each) => `metrics: ${each} about $${at(each)}`,
  );
  const instead = cheaper.length === 0 ? '' : ` With ${cheaper.join(', with ')}.`;
  const text = `This monitor will cost about $${total} a month.${instead} Longer intervals cost less too; mtls-monitor plan shows each item. A budget in the registry (monitor: { budget: ${total} }) replaces this warning.`;
  Annotations.of(scope).addWarningV2('mtls-monitor:cost', text);
};
