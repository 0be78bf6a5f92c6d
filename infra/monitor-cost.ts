/** Warns at the synth if a month is expensive. */
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { METRIC_LEVELS, type MetricLevel } from '../shared/model/names.ts';
import type { Registry } from '../shared/model/registry.ts';
import { monthlyCost } from '../shared/plan/cost.ts';
import { costInput, MEASURED } from '../shared/plan/cost-input.ts';

/** Dollars a month. */
const MUCH = 100;

export const warnOfCost = (scope: Construct, registry: Registry, level: MetricLevel, secretKeys: boolean): void => {
  const at = (metrics: MetricLevel) =>
    Math.round(monthlyCost(costInput(registry, { ...MEASURED, metrics, secretKeys })).total);
  const total = at(level);
  if (total <= MUCH) return;
  const cheaper = METRIC_LEVELS.slice(0, METRIC_LEVELS.indexOf(level)).map(
    (each) => `metrics: ${each} about $${at(each)}`,
  );
  const instead = cheaper.length === 0 ? '' : ` With ${cheaper.join(', with ')}.`;
  const text = `This monitor will cost about $${total} a month.${instead} Longer intervals cost less too; mtls-monitor plan shows each item.`;
  Annotations.of(scope).addWarningV2('mtls-monitor:cost', text);
};
