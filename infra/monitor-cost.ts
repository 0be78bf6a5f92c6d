/** Fails the synth above the registry's budget, and warns if a month is expensive and no budget was given. */
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MetricLevel } from '../shared/model/names.ts';
import type { Registry } from '../shared/model/registry.ts';
import { overBudget } from '../shared/plan/budget.ts';
import { costOf } from '../shared/plan/cost-input.ts';
import { DeploymentError } from './monitor-registry.ts';

/** Dollars a month. */
const MUCH = 100;

/** Throws a `DeploymentError` above the budget. */
export const checkCost = (scope: Construct, registry: Registry, level: MetricLevel, secretKeys: boolean): void => {
  const refusal = overBudget(registry, level, secretKeys);
  if (refusal !== null) throw new DeploymentError(refusal);
  if (registry.monitor.budget !== undefined) return;
  const [total, least] = [level, 'fleet' as const].map((each) => Math.round(costOf(registry, each, secretKeys).total));
  if (total === undefined || total <= MUCH) return;
  const cheaper = level === 'fleet' ? '' : ` With metrics: fleet it would be about $${least}.`;
  const text = `This monitor will cost about $${total} a month.${cheaper} Longer intervals cost less too; mtls-monitor plan shows each item. A budget in the registry (monitor: { budget: ${total} }) replaces this warning.`;
  Annotations.of(scope).addWarningV2('mtls-monitor:cost', text);
};
