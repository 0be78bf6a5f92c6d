/** registry × catalogue → checks: everything that a run will judge, before any connection is opened. */
import type { Check } from '../model/check.ts';
import { SUITES, type Suite, type SuiteRequest, type TlsVersion } from '../model/names.ts';
import type { Endpoint } from '../model/registry.ts';
import type { NotCovered } from '../model/report.ts';
import { CATALOGUE } from '../scenario/catalogue.ts';
import type { Case, Identities, Scenario } from '../scenario/scenario.ts';

export type EndpointPlan = {
  readonly endpoint: Endpoint;
  readonly checks: readonly Check[];
  readonly notCovered: readonly NotCovered[];
};

export const suitesOf = (request: SuiteRequest): readonly Suite[] => (request === 'all' ? SUITES : [request]);

/** Controls first. A scenario that the endpoint skips makes no check and is not missing. */
export const planEndpoint = (endpoint: Endpoint, identities: Identities, suites: readonly Suite[]): EndpointPlan => {
  const wanted = CATALOGUE.filter(
    ({ suite, always, name }) =>
      (always || suites.includes(suite)) && !endpoint.skip.some((skip) => skip.scenario === name),
  );
  const cased = wanted.map((scenario) => ({ scenario, cases: scenario.cases(endpoint, identities) }));
  return {
    endpoint,
    checks: cased.flatMap(({ scenario, cases }) => cases.flatMap((each) => checksOf(endpoint, scenario, each))),
    notCovered: cased.flatMap(({ scenario, cases }) => (cases.length === 0 ? missing(endpoint, scenario) : [])),
  };
};

const missing = (endpoint: Endpoint, { name, add }: Scenario): NotCovered[] =>
  add === null ? [] : [{ endpoint: endpoint.name, scenario: name, add }];

const checksOf = (endpoint: Endpoint, scenario: Scenario, { subject, presented }: Case): Check[] => {
  // Without TLS there is no version to force.
  const versions: readonly (TlsVersion | null)[] =
    endpoint.tlsVersions.length === 0 || presented?.kind === 'plaintext' ? [null] : endpoint.tlsVersions;
  return versions.map((tls) => ({
    id: checkId(endpoint.name, scenario.name, subject, tls),
    endpoint: endpoint.name,
    scenario: scenario.name,
    suite: scenario.suite,
    subject,
    tls,
    presented,
  }));
};

const checkId = (endpoint: string, scenario: string, subject: string | null, tls: TlsVersion | null): string =>
  `${endpoint}/${scenario}${subject === null ? '' : `/${subject}`}${tls === null ? '' : `#${tls}`}`;

export const identityCheck = (identity: string): Check => ({
  id: `identity-health/${identity}`,
  endpoint: null,
  scenario: 'identity-health',
  suite: 'certificates',
  subject: identity,
  tls: null,
  presented: null,
});

/** The identities that an endpoint's checks present: its controls, those it refuses and, where enforcement is asked for, those with a fault. */
export const identitiesOf = (plan: EndpointPlan): readonly string[] => [
  ...new Set([
    ...plan.endpoint.admits,
    ...plan.checks.flatMap(({ presented }) => (presented?.kind === 'identity' ? [presented.identity] : [])),
  ]),
];
