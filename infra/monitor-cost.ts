/** Warns at the synth if a month is expensive. */
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MetricLevel } from '../shared/model/names.ts';
import type { Registry } from '../shared/model/registry.ts';
import { monthlyCost } from '../shared/plan/cost.ts';
import { costInput, MEASURED } from '../shared/plan/cost-input.ts';

/** Dollars a month. */
const MUCH = 100;

export const warnOfCost = (scope: Construct, registry: Registry, level: MetricLevel, secretKeys: boolean): void => {
  const at = (metrics: MetricLevel) => monthlyCost(costInput(registry, { ...MEASURED, metrics, secretKeys })).total;
  const [total, least] = [at(level), at('fleet')].map(Math.round);
  if (total === undefined || total <= MUCH) return;
  const cheaper = level === 'fleet' ? '' : ` With metrics: fleet it would be about $${least}.`;
  const text = `This monitor will cost about $${total} a month.${cheaper} Longer intervals cost less too; mtls-monitor plan shows each item.`;
  Annotations.of(scope).addWarningV2('mtls-monitor:cost', text);
};
