import { describe, expect, test } from 'vitest';
import { goneFrom, plannedPlaces } from '../../../shared/plan/planned-places.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const parsed = parseRegistry(
  `version: 1
schedules: { default: {}, critical: {}, unused: {} }
vantages: { vpc: { vpcId: vpc-1, availabilityZones: [a], subnetIds: [subnet-1], securityGroupIds: [sg-1] } }
identities: { checkout: { secret: checkout }, local: { certificate: a.pem, privateKey: a.key } }
endpoints:
  - { name: payments, url: "https://payments.example/", admits: [checkout], refuses: [] }
  - { name: ledger, url: "https://ledger.example/", admits: [checkout], refuses: [], schedule: critical, from: [vpc] }
`,
  '/registry.yaml',
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
const planned = plannedPlaces(parsed.value.registry);
const ALL = { suite: 'all', schedule: null } as const;

describe('what the registry still asks for', () => {
  test.each([
    'endpoint/payments/default/enforcement',
    'endpoint/ledger/vpc/certificates',
    'identity/checkout',
    'run/default/enforcement',
    'run/critical/all',
    'run/all/enforcement',
  ])('%s is never gone', (key) => {
    expect(goneFrom(planned, ALL, [key])).toEqual([]);
  });

  test.each([
    '',
    'endpoint/gone',
    'endpoint/gone/default/later-suite',
    'endpoint/a/b/enforcement/more',
    'later/a/b',
    'message/1',
  ])('%j is not understood, and left alone', (key) => {
    expect(goneFrom(planned, ALL, [key])).toEqual([]);
  });
});

describe('what has left', () => {
  const OF_ENFORCEMENT = { suite: 'enforcement', schedule: 'default' } as const;
  const OF_CERTIFICATES = { suite: 'certificates', schedule: 'critical' } as const;

  test.each([
    ['an endpoint: any schedule of its suite', 'endpoint/gone/default/enforcement', OF_ENFORCEMENT, true],
    ['an endpoint: not another suite', 'endpoint/gone/default/enforcement', OF_CERTIFICATES, false],
    ['an endpoint: a run of everything', 'endpoint/gone/default/isolation', ALL, true],
    ['a vantage: the schedule of its endpoint', 'endpoint/ledger/default/certificates', OF_CERTIFICATES, true],
    ['a vantage: not another schedule', 'endpoint/ledger/default/enforcement', OF_ENFORCEMENT, false],
    ['an identity: the certificates', 'identity/gone', OF_CERTIFICATES, true],
    ['an identity: not another suite', 'identity/gone', OF_ENFORCEMENT, false],
    ['an identity that no function can read', 'identity/local', OF_CERTIFICATES, true],
    ['a schedule: its suite', 'run/gone/enforcement', OF_ENFORCEMENT, true],
    ['a schedule: not another suite', 'run/gone/enforcement', OF_CERTIFICATES, false],
    ['a schedule that no endpoint uses', 'run/unused/enforcement', OF_ENFORCEMENT, true],
    ['runs of everything of a schedule', 'run/gone/all', OF_CERTIFICATES, true],
  ] as const)('%s', (_, key, request, isGone) => {
    expect(goneFrom(planned, request, [key])).toEqual(isGone ? [key] : []);
  });
});
