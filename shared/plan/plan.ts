/** registry × catalogue → checks: everything that a run will judge, before it opens a connection. */
import type { Check, RouteRef } from '../model/check.ts';
import { SUITES, type Suite, type SuiteRequest, type TlsVersion } from '../model/names.ts';
import type { NotCovered } from '../model/not-covered.ts';
import type { Endpoint, Route } from '../model/registry.ts';
import { recordOf } from '../protocol/protocols.ts';
import { SCENARIOS, withoutDetour } from '../scenario/catalogue.ts';
import { identityHealth } from '../scenario/identity-health.ts';
import type { Case, Identities, Scenario } from '../scenario/scenario.ts';
import { sourceHealth } from '../scenario/source-health.ts';

export type EndpointPlan = {
  readonly endpoint: Endpoint;
  readonly checks: readonly Check[];
  readonly notCovered: readonly NotCovered[];
};

export const suitesOf = (request: SuiteRequest): readonly Suite[] => (request === 'all' ? SUITES : [request]);

/** Returns the endpoint's checks, controls first. A skipped scenario has no check and is not in `notCovered`; it is still planned for routes. */
export const planEndpoint = (endpoint: Endpoint, identities: Identities, suites: readonly Suite[]): EndpointPlan => {
  const wanted = SCENARIOS.filter(
    ({ suite, always, needs }) =>
      (always || suites.includes(suite)) && (needs === null || recordOf(endpoint.protocol.kind)[needs]),
  );
  const cased = wanted
    .filter(({ name }) => !endpoint.skip.some((skip) => skip.scenario === name))
    .map((scenario) => {
      const all = scenario.cases(endpoint, identities);
      return { scenario, cases: all.filter((each) => !isMoot(endpoint, scenario, each)), without: all.length === 0 };
    });
  const routed = endpoint.routes.flatMap((route) =>
    wanted.filter(({ onRoutes }) => onRoutes).map((scenario) => ({ scenario, route })),
  );
  return {
    endpoint,
    checks: [
      ...cased.flatMap(({ scenario, cases }) => cases.flatMap((each) => checksOf(endpoint, scenario, each, null))),
      ...routed.flatMap(({ scenario, route }) =>
        scenario
          .cases(atRoute(endpoint, route), identities)
          .flatMap((each) => checksOf(endpoint, scenario, each, route)),
      ),
    ],
    notCovered: cased.flatMap(({ scenario, without }) => (without ? missing(endpoint, scenario) : [])),
  };
};

/** A skipped scenario says that its client is accepted by design: a detour of the same client would prove nothing. */
const isMoot = ({ skip }: Endpoint, { family }: Scenario, { presented }: Case): boolean =>
  family === 'detour' && skip.some(({ scenario }) => scenario === withoutDetour(presented)?.name);

/** Returns a route as an endpoint, with the route's request, `admits` and `refuses`. */
export const atRoute = (endpoint: Endpoint, { method, path, admits, refuses }: Route): Endpoint => ({
  ...endpoint,
  path,
  http: { ...endpoint.http, method, body: method === endpoint.http.method ? endpoint.http.body : null },
  admits,
  refuses,
});

const missing = (endpoint: Endpoint, { name, add }: Scenario): NotCovered[] =>
  add === null ? [] : [{ endpoint: endpoint.name, scenario: name, add }];

const checksOf = (endpoint: Endpoint, scenario: Scenario, each: Case, route: Route | null): Check[] => {
  const { subject, presented, detour = null } = each;
  // A plaintext check has no TLS version to force, and a configuration speaks of all.
  const negotiated =
    endpoint.tlsVersions.length === 0 || presented?.kind === 'plaintext' || scenario.family === 'configuration';
  const versions: readonly (TlsVersion | null)[] = negotiated ? [null] : endpoint.tlsVersions;
  const ref = route === null ? null : { method: route.method, path: route.path };
  return versions.map((tls) => ({
    id: checkId(endpoint.name, scenario.name, subject, ref, tls),
    endpoint: endpoint.name,
    scenario: scenario.name,
    suite: scenario.suite,
    subject,
    route: ref,
    tls,
    presented,
    detour,
  }));
};

/** Example: `GET /v1/audit`. */
export const routeText = ({ method, path }: RouteRef): string => `${method} ${path}`;

const checkId = (
  endpoint: string,
  scenario: string,
  subject: string | null,
  route: RouteRef | null,
  tls: TlsVersion | null,
): string =>
  [
    `${endpoint}/${scenario}`,
    subject === null ? '' : `/${subject}`,
    route === null ? '' : `@${routeText(route)}`,
    tls === null ? '' : `#${tls}`,
  ].join('');

export const identityCheck = (identity: string): Check => ({
  id: `${identityHealth.name}/${identity}`,
  endpoint: null,
  scenario: identityHealth.name,
  suite: identityHealth.suite,
  subject: identity,
  route: null,
  tls: null,
  presented: null,
  detour: null,
});

export const sourceCheck = (source: string): Check => ({
  ...identityCheck(source),
  id: `${sourceHealth.name}/${source}`,
  scenario: sourceHealth.name,
  suite: sourceHealth.suite,
});

/**
 * Names of the identities that an endpoint's checks present, or sign with: its controls, the identities that it refuses and, with the enforcement
 * suite, those with a fault.
 */
export const identitiesOf = (plan: EndpointPlan): readonly string[] => [
  ...new Set([
    ...plan.endpoint.admits,
    ...plan.endpoint.siblings.flatMap(({ admits }) => admits.filter((name) => plan.endpoint.refuses.includes(name))),
    ...plan.checks.flatMap(({ presented }) => {
      if (presented?.kind === 'identity') return [presented.identity];
      return presented?.kind === 'minted' && presented.signer !== undefined ? [presented.signer] : [];
    }),
  ]),
];
