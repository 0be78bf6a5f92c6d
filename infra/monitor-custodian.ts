/** The optional custodian: an hourly function that renews the faulty test identities from private CAs, with an alarm of its own. */
import { Duration, Stack } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, type IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { templateArn } from '../shared/custodian/issuing.ts';
import { type KeptIdentity, keptIdentities } from '../shared/custodian/kept-identity.ts';
import type { Registry } from '../shared/model/registry.ts';
import { DeploymentError } from './deployment-error.ts';
import { monitorFunction } from './monitor-function.ts';
import { allowCustody, arnInFindings, explain } from './monitor-grants.ts';

export type CustodianProps = {
  readonly monitor: string;
  readonly registry: Registry;
  /** ARNs of the private CAs, at least one. */
  readonly cas: readonly string[];
  readonly secretKeys: readonly string[];
  /** What its alarm does when it is raised, and when it is over. */
  readonly actions: readonly IAlarmAction[];
};

/** Returns the identities that the custodian keeps. Throws a `DeploymentError` if there are none, or if one with `like` cannot be kept. */
const keptOrRefused = (registry: Registry): readonly KeptIdentity[] => {
  const kept = keptIdentities(registry);
  if (kept.length === 0)
    throw new DeploymentError(
      'custodian: the registry has no identity for it to keep: one with secret, fault and like, which names an identity from a secret without a passphrase.',
    );
  const left = Object.values(registry.identities).find(
    ({ name, like }) => like !== undefined && !kept.some((each) => each.name === name),
  );
  if (left !== undefined)
    throw new DeploymentError(
      `custodian: it cannot keep identities.${left.name}: both it and the one it is like must come from secrets, and that one without a passphrase.`,
    );
  return kept;
};

/** Adds the function and its schedule, and returns its alarm. Throws a `DeploymentError` if the registry does not allow a custodian. */
export const monitorCustodian = (
  scope: Construct,
  { monitor, registry, cas, secretKeys, actions }: CustodianProps,
): Alarm => {
  const kept = keptOrRefused(registry);
  const fn = monitorFunction(scope, 'Custodian', {
    name: 'custodian',
    description: 'keeps the faulty test identities alive',
    timeout: Duration.minutes(10),
    memorySize: 512,
    environment: { KEPT: JSON.stringify(kept), PRIVATE_CAS: cas.join(',') },
  });
  const templates = [...new Set(cas.flatMap((ca) => kept.map(({ fault }) => templateArn(ca, fault))))].sort();
  const [secrets, like] = [kept.map(({ secret }) => secret), kept.map((each) => each.like)];
  allowCustody(fn, { kept: secrets, like, cas, templates, secretKeys });
  const role = new Role(scope, 'CustodianSchedulerRole', {
    description: 'mtls-monitor: starts the custodian',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  explain(
    role,
    `Resource::${arnInFindings(fn)}:*`,
    'What the library grants to invoke one function: its versions too.',
  );
  new Schedule(scope, 'CustodianSchedule', {
    description: 'mtls-monitor: the custodian',
    schedule: ScheduleExpression.rate(Duration.hours(1)),
    timeWindow: TimeWindow.off(),
    target: new LambdaInvoke(fn, { role, maxEventAge: Duration.hours(1), retryAttempts: 2 }),
  });
  const alarm = fn
    .metricErrors({ period: Duration.hours(1), statistic: 'Sum' })
    .createAlarm(scope, 'CustodianFailing', {
      alarmName: `${monitor}-CustodianFailing`,
      alarmDescription:
        'mtls-monitor: the custodian could not renew a test identity. Until it can, the identity ages: the function’s log names it and the reason.',
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    });
  alarm.addAlarmAction(...actions);
  alarm.addOkAction(...actions);
  return alarm;
};
