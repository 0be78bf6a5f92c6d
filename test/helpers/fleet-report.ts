/** A report of a fleet with a bit of everything: open doors, outages, certificates that end, waivers, gaps. */

import type { Evidence } from '../../shared/model/evidence.ts';
import { SUITES } from '../../shared/model/names.ts';
import type { CheckResult, ReportInParts, ServedChain } from '../../shared/model/report.ts';
import { fail, pass, unsure, waived } from './judged.ts';
import { aChain, aReport } from './report.ts';

const IDENTITIES = ['checkout', 'orders', 'audit', 'mobile-gateway'] as const;
const FAULTS = ['expired', 'revoked', 'wrong-usage'] as const;
const OWNERS = ['team-payments', 'team-ledger', 'platform'] as const;

const seen = (presented: string | null): Evidence => ({
  ...{ presented, address: '10.20.30.40:8443', tls: '1.3', durationMs: 41.7, certificateRequested: true },
  ended: { kind: 'alerted', phase: 'request', alert: 'certificate_required', number: 116 },
});

/** What its checks say of the n-th endpoint: one in forty is open, and so on. */
type Fate = 'open' | 'lets others in' | 'down' | 'ends soon' | 'waived' | 'fine';
const fateOf = (n: number): Fate =>
  (({ 1: 'open', 2: 'down', 3: 'ends soon', 4: 'waived', 5: 'lets others in' }) as const)[n % 40] ?? 'fine';

const checksOf = (endpoint: string, fate: Fate): readonly CheckResult[] => {
  const at = (scenario: CheckResult['scenario'], subject: string | null = null) => ({
    ...{ endpoint, scenario, subject, id: `${endpoint}/${scenario}${subject === null ? '' : `/${subject}`}` },
    ...{ message: `${endpoint} refused it: TLS alert certificate_required (116).`, evidence: [seen(subject)] },
    code: 'REJECTED_BY_TLS_ALERT' as const,
  });
  const refused = [
    at('no-certificate'),
    at('plaintext'),
    at('untrusted-issuer'),
    at('self-signed'),
    ...FAULTS.map((fault) => at(fault, fault)),
    ...IDENTITIES.slice(1).map((name) => at('foreign-identity', name)),
    at('forged-header'),
  ];
  const control = at('valid-identity', 'checkout');
  if (fate === 'down')
    return [control, ...refused].map((each) =>
      unsure('UNREACHABLE', { ...each, code: 'UNREACHABLE', cause: 'ENDPOINT_DOWN', message: `${endpoint} is down.` }),
    );
  const wrong: Partial<Record<Fate, (each: (typeof refused)[number]) => CheckResult | null>> = {
    open: (each) =>
      each.scenario === 'no-certificate'
        ? fail('ACCEPTED_NO_CERTIFICATE', {
            ...{ ...each, code: 'ACCEPTED_NO_CERTIFICATE', cause: 'CLIENT_CERTIFICATE_OPTIONAL' },
            ...{ reproduce: `curl --cacert ca.pem https://${endpoint}.example.test/` },
            message: `${endpoint} answered HTTP 200 to a client without a certificate.`,
          })
        : each.scenario === 'forged-header'
          ? unsure('ALREADY_ACCEPTED', { ...each, code: 'ALREADY_ACCEPTED', cause: 'CLIENT_CERTIFICATE_OPTIONAL' })
          : null,
    'lets others in': (each) =>
      each.subject === 'orders'
        ? fail('ACCEPTED_FOREIGN_IDENTITY', {
            ...{ ...each, code: 'ACCEPTED_FOREIGN_IDENTITY', cause: 'ANY_IDENTITY_ACCEPTED' },
            message: `${endpoint} answered HTTP 200 to orders (an identity that it must refuse).`,
          })
        : null,
    waived: (each) =>
      each.scenario === 'plaintext'
        ? waived({
            ...{ ...each, code: 'ACCEPTED_PLAINTEXT', cause: 'PLAINTEXT_ACCEPTED' },
            waiver: { until: '2026-03-31', reason: 'the old client moves in March' },
          })
        : null,
  };
  const soon = fate === 'ends soon' && {
    ends: { at: '2026-01-13T09:00:00.000Z', certificate: `leaf of ${endpoint}` },
  };
  const served = at('served-certificate');
  return [
    pass({ ...control, code: 'ACCEPTED', message: `${endpoint} accepted checkout.` }),
    ...refused.map((each) => wrong[fate]?.(each) ?? pass(each)),
    soon === false
      ? pass({ ...served, code: 'SERVED_CHAIN_OK', message: `${endpoint} serves a sound chain.` })
      : fail('SERVED_CHAIN_EXPIRES_SOON', {
          ...{ ...served, ...soon, code: 'SERVED_CHAIN_EXPIRES_SOON', severity: 'warning' },
          message: `${endpoint}: CN=${endpoint}.example.test expires in 12.4 days, at 2026-01-13 09:00 UTC.`,
        }),
  ];
};

const chainOf = (endpoint: string, n: number, fate: Fate): ServedChain =>
  aChain({
    ...{ endpoint, address: '10.20.30.40:8443', expiresFirst: `CN=${endpoint}.example.test, O=Example`, problems: [] },
    sha256: n.toString(16).padStart(64, '0'),
    daysToExpiry: fate === 'ends soon' ? 12.4 : 40 + (n % 300),
    expiresAt: fate === 'ends soon' ? '2026-01-13T09:00:00.000Z' : `2026-${10 + (n % 3)}-0${1 + (n % 9)}T09:00:00.000Z`,
  });

/** `green`: all is as it must be, and everything was asked. Default: false. */
export const fleetReport = (size: number, green = false): ReportInParts => {
  const names = Array.from({ length: size }, (_, n) => `service-${n}`);
  const fate = (n: number): Fate => (green ? 'fine' : fateOf(n));
  const up = names.flatMap((name, n) => (fate(n) === 'down' ? [] : [chainOf(name, n, fate(n))]));
  return aReport(
    names.flatMap((name, n) => checksOf(name, fate(n))),
    {
      servedChains: up,
      run: { suites: [...SUITES], leftOut: 0 },
      notCovered: green ? [] : names.map((endpoint) => ({ endpoint, scenario: 'resumption', add: 'another endpoint' })),
      about: names.map((name, n) => ({
        ...{ name, url: `https://${name}.example.test:8443/healthz`, owner: OWNERS[n % OWNERS.length] ?? null },
        skipped: [],
      })),
      dates: [
        { kind: 'identity', name: 'checkout', of: 'CN=checkout', at: '2026-02-20T00:00:00.000Z' },
        { kind: 'authority', name: 'CN=Corporate Root, O=Example', of: 'corporate', at: '2027-05-01T00:00:00.000Z' },
        { kind: 'crl', name: 'corporate.crl', of: 'corporate', at: '2026-01-08T00:00:00.000Z' },
      ],
    },
  );
};
