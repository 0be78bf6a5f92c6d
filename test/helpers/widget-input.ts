/** What the dashboard's widget reads, of a fleet with a bit of everything. */

import type { WidgetInput } from '../../functions/widget/widget.ts';
import type { WidgetPlace } from '../../functions/widget/widget-view.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { ReportInParts } from '../../shared/model/report.ts';
import { snapshotSchema } from '../../shared/model/snapshot.ts';
import { DAY, HOUR, type Instant, instantOf } from '../../shared/model/time.ts';
import { snapshotOf } from '../../shared/overview/run-snapshot.ts';
import { fleetReport } from './fleet-report.ts';

export const PLACE: WidgetPlace = {
  arn: 'arn:aws:lambda:eu-west-1:111111111111:function:Widget',
  stack: 'MtlsMonitor',
  runbook: 'https://wiki.test/mtls',
  stateMachine: 'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/statemachines/view/a',
};

export const anOpenIncident = (more: Partial<Incident> = {}): Incident => ({
  ...{ key: 'k1', cause: 'CLIENT_CERTIFICATE_OPTIONAL', code: 'ACCEPTED_NO_CERTIFICATE', abouts: [] },
  ...{ thing: { kind: 'endpoint', name: 'service-1' }, kind: 'regression', severity: 'critical', vantage: 'default' },
  ...{ check: 'service-1/no-certificate', openedAt: 0, tellings: [], cure: null, remindingRun: null, toldAt: 0 },
  ...{ owners: ['team-ledger'], endpoints: ['service-1'], own: [], ends: [], left: [], echoes: [] },
  ...more,
});

export const inputOf = (report: ReportInParts, open: readonly Incident[], silences: unknown = []): WidgetInput => ({
  ...{ incidents: { open }, silences, problems: [] },
  // As the bucket has it.
  snapshots: [snapshotSchema.parse(JSON.parse(JSON.stringify(snapshotOf(report, { suite: 'all' }))))],
});

const startOf = (report: ReportInParts): Instant => instantOf(report.run.startedAt);

/** Incidents as the fleet's report has them: one in forty is open, and so on. The last is silenced, and the one before it is known. */
export const fleetInput = (size: number): { readonly input: WidgetInput; readonly now: Instant } => {
  const report = fleetReport(size);
  const now = startOf(report) + 4 * 60_000;
  const names = Array.from({ length: size }, (_, n) => n);
  const at = (n: number) => ({ key: `k${n}`, openedAt: now - (n + 1) * HOUR, endpoints: [`service-${n}`] });
  const open = names.flatMap((n): readonly Incident[] => {
    const thing = { kind: 'endpoint', name: `service-${n}` } as const;
    if (n % 40 === 1) return [anOpenIncident({ ...at(n), thing, check: `service-${n}/no-certificate` })];
    if (n % 40 === 2)
      return [
        anOpenIncident({
          ...{ ...at(n), thing, cause: 'ENDPOINT_DOWN', code: 'UNREACHABLE', kind: 'blind', severity: 'warning' },
          ...{ check: `service-${n}/valid-identity/checkout`, owners: [null] },
        }),
      ];
    if (n % 40 === 3)
      return [
        anOpenIncident({
          ...{ ...at(n), cause: null, code: 'SERVED_CHAIN_EXPIRES_SOON', kind: 'expiry', severity: 'warning' },
          ...{ thing: { kind: 'certificate', name: '9f86d081884c7d659a2feaa0' }, check: `service-${n}/served` },
        }),
      ];
    return [];
  });
  const shared = { since: now - HOUR, by: 'ada' };
  const silences = [
    { ...shared, id: 's1', endpoint: open.at(-1)?.endpoints[0], until: now + 2 * DAY, reason: 'the old client moves' },
    { ...shared, id: 's2', incident: open.at(-2)?.key, until: null, reason: 'CHG-17' },
  ];
  return { input: inputOf(report, open, open.length > 1 ? silences : []), now };
};
