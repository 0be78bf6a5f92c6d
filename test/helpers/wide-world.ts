/** Endpoints of two owners and two vantages, whose faults overlap: identities, TLS versions, waivers, and checks that leave. */
import type { Thing } from '../../shared/model/incident.ts';
import type { Cause, Code, Suite } from '../../shared/model/names.ts';
import type { CheckResult } from '../../shared/model/report.ts';
import type { Seen } from './desk.ts';
import { fail, pass, unsure } from './judged.ts';

export const PLACES = [
  { endpoint: 'a', vantage: 'default', owner: 'team-a' },
  { endpoint: 'a', vantage: 'vpc', owner: 'team-a' },
  { endpoint: 'b', vantage: 'default', owner: 'team-b' },
] as const;
const IDENTITIES = ['checkout', 'orders'];

const CHECKS: Readonly<Record<Suite, readonly (readonly [CheckResult['scenario'], string | null, string])[]>> = {
  enforcement: [
    ['valid-identity', 'checkout', ''],
    ['valid-identity', 'orders', ''],
    ['no-certificate', null, ''],
    ['no-certificate', null, '@1.2'],
    ['untrusted-issuer', null, ''],
  ],
  isolation: [
    ['foreign-identity', 'billing', ''],
    ['foreign-identity', 'shipping', ''],
  ],
  certificates: [['served-certificate', null, '']],
};

export const WIDE_FAULTS = [
  ...['down', 'fails', 'refused', 'refused orders', 'optional', 'optional 1.2', 'unverified'],
  ...['foreign billing', 'foreign shipping', 'weak', 'expiring', 'expired'],
  ...['ca ending', 'ca ended', 'crl', 'other crl', 'bundle'],
] as const;
/** Of identities, wherever they are used. */
export const UNUSABLE = IDENTITIES.map((name) => `unusable ${name}`);
export const CHECK_NAMES = Object.values(CHECKS).flatMap((all) =>
  all.map(([scenario, subject, version]) => nameOf(scenario, subject, version)),
);

function nameOf(scenario: string, subject: string | null, version: string): string {
  return `${scenario}${subject === null ? '' : `/${subject}`}${version}`;
}

type Found = {
  readonly thing?: Thing;
  readonly code: Code;
  readonly cause: Cause | null;
  readonly severity?: CheckResult['severity'];
  readonly blind?: true;
};

const CA: Thing = { kind: 'ca', name: 'c0ffee', label: 'Old Root' };
const crl = (name: string): Found => ({
  ...{ code: 'CRL_EXPIRED', cause: 'CRL_STALE', severity: 'warning', thing: { kind: 'crl', name } },
});
const BUNDLE = { cause: 'TRUST_BUNDLE_UNUSABLE', blind: true } as const;

/** What is seen of a check, the first that holds. */
const FOUND: readonly (readonly [fault: string, check: RegExp, found: Found])[] = [
  ...IDENTITIES.map(
    (name) =>
      [
        `unusable ${name}`,
        new RegExp(`^valid-identity/${name}`),
        { code: 'IDENTITY_UNUSABLE', cause: 'IDENTITY_UNUSABLE', severity: 'warning' },
      ] as const,
  ),
  ['down', /^/, { code: 'UNREACHABLE', cause: 'ENDPOINT_DOWN', blind: true }],
  ['fails', /^(?!served)/, { code: 'AMBIGUOUS_ANSWER', cause: 'APPLICATION_FAILS', blind: true }],
  ['unusable checkout', /^(?!served|valid)/, { code: 'CONTROL_NOT_ACCEPTED', cause: 'IDENTITY_UNUSABLE', blind: true }],
  [
    'bundle',
    /^served|^valid/,
    { ...BUNDLE, code: 'TRUST_BUNDLE_UNUSABLE', thing: { kind: 'trust-bundle', name: 'corp' } },
  ],
  ['bundle', /^/, { ...BUNDLE, code: 'CONTROL_NOT_ACCEPTED' }],
  ['optional', /^no-certificate/, { code: 'ACCEPTED_NO_CERTIFICATE', cause: 'CLIENT_CERTIFICATE_OPTIONAL' }],
  ['optional 1.2', /@1.2$/, { code: 'ACCEPTED_NO_CERTIFICATE', cause: 'CLIENT_CERTIFICATE_OPTIONAL' }],
  ['unverified', /^untrusted/, { code: 'ACCEPTED_UNTRUSTED_ISSUER', cause: 'ASKS_BUT_DOES_NOT_VERIFY' }],
  ['unverified', /^foreign/, { code: 'ACCEPTED_FOREIGN_IDENTITY', cause: 'ANY_IDENTITY_ACCEPTED' }],
  ['foreign billing', /billing/, { code: 'ACCEPTED_FOREIGN_IDENTITY', cause: 'ANY_IDENTITY_ACCEPTED' }],
  ['foreign shipping', /shipping/, { code: 'ACCEPTED_FOREIGN_IDENTITY', cause: null }],
  ['refused', /^valid-identity.checkout/, { code: 'CONTROL_REJECTED', cause: 'CONTROL_REFUSED' }],
  ['refused orders', /^valid-identity.orders/, { code: 'CONTROL_REJECTED', cause: 'CONTROL_REFUSED' }],
  ['refused', /^(?!served|valid)/, { code: 'CONTROL_NOT_ACCEPTED', cause: 'CONTROL_REFUSED', blind: true }],
  ['ca ended', /^served/, { code: 'TRUST_BUNDLE_EXPIRED', cause: 'TRUST_BUNDLE_EXPIRING', thing: CA }],
  [
    'ca ending',
    /^served/,
    { code: 'TRUST_BUNDLE_EXPIRES_SOON', cause: 'TRUST_BUNDLE_EXPIRING', severity: 'warning', thing: CA },
  ],
  ['crl', /^served/, crl('corp.crl')],
  ['other crl', /^served/, crl('partners.crl')],
  ['expired', /^served/, { code: 'SERVED_CHAIN_EXPIRED', cause: null }],
  ['weak', /^served/, { code: 'SERVED_KEY_WEAK', cause: null, severity: 'warning' }],
  ['expiring', /^served/, { code: 'SERVED_CHAIN_EXPIRES_SOON', cause: null, severity: 'warning' }],
];

const judged = (own: Partial<CheckResult>, name: string, marks: ReadonlySet<string>): CheckResult => {
  const found = FOUND.find(([fault, check]) => marks.has(fault) && check.test(name))?.[2];
  if (found === undefined) return pass(own);
  const { blind, ...seen } = found;
  if (blind === true) return unsure(seen.code, { ...own, ...seen });
  const failed = fail(seen.code, { ...own, ...seen });
  return marks.has(`waived ${name}`) ? { ...failed, verdict: 'waived', severity: 'info' } : failed;
};

/** `marksAt`: faults, and `waived …` and `gone …` with the name of a check. */
export const wideRun = (suite: Suite, marksAt: (place: number) => ReadonlySet<string>): readonly Seen[] => {
  const places = PLACES.map(({ endpoint, vantage, owner }, place): Seen => {
    const results = CHECKS[suite].flatMap(([scenario, subject, version]) => {
      const name = nameOf(scenario, subject, version);
      const id = `${endpoint}/${name}`;
      return marksAt(place).has(`gone ${name}`)
        ? []
        : [judged({ id, endpoint, scenario, subject }, name, marksAt(place))];
    });
    return { key: `endpoint/${endpoint}/${vantage}/${suite}`, suite, vantage, owner, results };
  });
  const identities = IDENTITIES.map((subject): Seen => {
    const own = { id: `identity-health/${subject}`, endpoint: null, scenario: 'identity-health', subject } as const;
    const isBad = marksAt(0).has(`unusable ${subject}`);
    const result = isBad
      ? fail('IDENTITY_UNUSABLE', { ...own, cause: 'IDENTITY_UNUSABLE', severity: 'warning' })
      : pass(own);
    return { key: `identity/${subject}`, suite, owner: null, results: [result] };
  });
  return suite === 'certificates' ? [...places, ...identities] : places;
};
