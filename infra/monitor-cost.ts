/** Fails the synth above the registry's budget, and warns if a month is expensive and no budget was given. */
import { Annotations, Aspects } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { METRIC_LEVELS, type MetricLevel } from '../shared/model/names.ts';
import type { Registry } from '../shared/model/registry.ts';
import { costOf } from '../shared/plan/cost-input.ts';
import { overBudget } from '../shared/plan/monthly-budget.ts';
import type { DeployedRegistry } from './deployed-registry.ts';
import { DeploymentError } from './deployment-error.ts';

type CostOthers = { readonly secretKeys: boolean; readonly zones: Readonly<Record<string, number>> };

/** Dollars a month. */
const MUCH = 100;

/** Throws a `DeploymentError` above the budget. Endpoints that are added later are counted when the template is made: above the budget the synth fails then. */
export const checkCost = (
  scope: Construct,
  deployed: DeployedRegistry,
  level: MetricLevel,
  others: CostOthers,
): void => {
  const refusal = overBudget(deployed.registry, level, others);
  if (refusal !== null) throw new DeploymentError(refusal);
  const first = deployed.registry.endpoints.length;
  scope.node.addValidation({
    validate: () => (deployed.registry.endpoints.length === first ? [] : faultsOf(deployed, level, others)),
  });
  Aspects.of(scope).add({
    visit: (node) => {
      if (node === scope) warnOfCost(scope, deployed.registry, level, others);
    },
  });
};

/** Returns what only all endpoints together show. */
const faultsOf = (deployed: DeployedRegistry, level: MetricLevel, others: CostOthers): string[] => {
  try {
    const refusal = overBudget(deployed.whole(), level, others);
    return refusal === null ? [] : [refusal];
  } catch (error) {
    if (error instanceof DeploymentError) return [error.message];
    throw error;
  }
};

const warnOfCost = (scope: Construct, registry: Registry, level: MetricLevel, others: CostOthers): void => {
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
