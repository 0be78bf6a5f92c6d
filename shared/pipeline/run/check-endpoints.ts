/** Shared by a batch on AWS and a local check: loads secrets, identities and trust bundles, probes the endpoints, and judges the identities. */
import { failedAt, type Parsed } from '../../model/parsed.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import type { Dated } from '../../model/report-facts.ts';
import type { SecretRef } from '../../model/secret-ref.ts';
import type { Whereabouts } from '../../model/whereabouts.ts';
import type { LoadedBundle } from '../../pki/served/trust-bundle.ts';
import { type EndpointPlan, identitiesOf, planEndpoint, sourceCheck } from '../../plan/plan.ts';
import { type Resolve, resolver } from '../../probe/addresses.ts';
import { type Guard, guardOf } from '../../probe/refused-addresses.ts';
import { judgeSource } from '../../verdict/configured/judge-source.ts';
import { type EndpointResult, type EndpointRun, runEndpoint } from '../ask/endpoint-run.ts';
import { type Handshakes, handshakesOfRun } from '../ask/handshakes.ts';
import type { SecretHeaders } from '../ask/presenting.ts';
import { datesOf } from '../load/dates.ts';
import {
  type LoadedIdentity,
  loadIdentity,
  refValue,
  type SecretResults,
  type Sources,
  secretNames,
  withKnownIssuers,
} from '../load/identities.ts';
import { identityHealth } from '../load/identity-health.ts';
import { loadOtherVersions, rotatingIn } from '../load/other-versions.ts';
import { loadBundles, noBundle } from '../load/trust-bundles.ts';
import { whereaboutsOf } from '../load/whereabouts.ts';
import type { Checked, CheckPorts, CheckRequest } from './checked.ts';
import { inFlight, loadOf } from './in-flight.ts';
import { runPlans } from './run-plans.ts';

const headerRefs = ({ http }: Endpoint): readonly (readonly [string, SecretRef])[] =>
  Object.entries(http.headers).flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, value] as const]));

/** Called with each endpoint's own result once it is known, in any order. `index`: the endpoint's place in the request. */
export type TakeResult = (index: number, result: EndpointResult) => void;

/** What a run says beside its endpoints: the checks of the identities, and when identities, CAs and CRLs end. */
export type OwnResults = { readonly checks: readonly CheckResult[]; readonly dates: readonly Dated[] };

/**
 * Returns the checks of the identities and their dates; `take` gets those of the endpoints. A bounded number of endpoints is planned and probed at a time, and nothing
 * of an endpoint is kept once it has been taken. Rejects if a port does.
 */
export const sweepEndpoints = async (
  request: CheckRequest,
  ports: CheckPorts,
  take: TakeResult,
): Promise<OwnResults> => {
  const { endpoints } = request;
  const material = await loadMaterial(request, ports);
  const health = healthOf(request, material);
  const load = loadOf(ports.limits);
  await inFlight(endpoints.length, { ...load, atOnce: ports.atOnce }, async (index) => {
    const endpoint = endpoints[index];
    if (endpoint === undefined) return;
    ports.onBegin?.(endpoint.name);
    const run = runOf(endpoint, request, material, ports);
    const plan = planEndpoint(endpoint, request.identities, request.suites);
    const result = await runEndpoint(plan, run, { ...ports, ...material.network, limits: load.limits });
    ports.onEndpoint?.(endpoint.name, result.results);
    take(index, result);
  });
  return { checks: health, dates: datesOf(request.health, material.identities, material.bundles) };
};

/** A batch: everything is kept until its end, and what does not fit into its time may be left for a follow-up batch. */
export const checkEndpoints = async (request: CheckRequest, ports: CheckPorts): Promise<Checked> => {
  const material = await loadMaterial(request, ports);
  const health = healthOf(request, material);
  const plans = request.endpoints.map((endpoint) => planEndpoint(endpoint, request.identities, request.suites));
  const sweep = (plan: EndpointPlan) =>
    runEndpoint(plan, runOf(plan.endpoint, request, material, ports), { ...ports, ...material.network });
  const swept = await runPlans(plans, sweep, ports);
  const dates = datesOf(request.health, material.identities, material.bundles);
  return { ...swept, checks: [...swept.checks, ...health], dates };
};

/** Of the identities, and of the sources. */
const healthOf = (request: CheckRequest, { identities, bundles }: Material): readonly CheckResult[] => [
  ...identityHealth(request, identities, bundles),
  ...(request.sources ?? []).map((state) =>
    judgeSource(sourceCheck(state.source), state, request.vantage, request.run.startedAt),
  ),
];

/** What all endpoints of a run share. */
export type Material = {
  readonly secrets: SecretResults;
  readonly identities: ReadonlyMap<string, LoadedIdentity>;
  readonly bundles: ReadonlyMap<string, LoadedBundle>;
  readonly where: Whereabouts;
  readonly network: { readonly resolve: Resolve; readonly guard: Guard; readonly handshakes: Handshakes };
};

export const loadMaterial = async (request: CheckRequest, ports: CheckPorts): Promise<Material> => {
  const { expiry } = request.defaults;
  const now = request.run.startedAt;
  const { used, rotating } = identitiesIn(request);
  const wanted = Object.values(request.identities).filter(({ name }) => used.has(name));
  const bundleNames = bundleNamesOf(request);
  const refs = [
    ...request.endpoints.flatMap((endpoint) => headerRefs(endpoint).map(([, ref]) => ref)),
    ...bundleSecrets(request, bundleNames),
  ];
  const secrets: SecretResults = await ports.readSecrets(secretNames(wanted, refs));
  const loaded = await Promise.all(wanted.map((identity) => loadIdentity(identity, secrets, ports, expiry, now)));
  const others = await loadOtherVersions(rotating, wanted, { secrets, sources: ports, expiry, now });
  const identities = [...withKnownIssuers(loaded), ...others];
  const rules = [request.addresses, ports.addresses].filter((each) => each !== undefined);
  const network = { resolve: resolver(), guard: guardOf(ports.runtimeApi, rules), handshakes: handshakesOfRun() };
  return {
    secrets,
    identities: new Map(identities.map((each) => [each.identity.name, each])),
    where: await whereaboutsOf(request, identities, { secrets, sources: ports }),
    bundles: await loadBundles(request.trustBundles, bundleNames, secrets, network),
    network,
  };
};

/** The identities that a run presents or judges, and those with a `rotation` check. Each endpoint's plan is dropped at once. */
const identitiesIn = ({ endpoints, identities, suites, health }: CheckRequest) => {
  const used = new Set(health);
  const rotating = new Set<string>();
  for (const endpoint of endpoints) {
    const plan = planEndpoint(endpoint, identities, suites);
    for (const name of identitiesOf(plan)) used.add(name);
    for (const name of rotatingIn(plan)) rotating.add(name);
  }
  return { used, rotating };
};

export const runOf = (
  endpoint: Endpoint,
  { run, vantage, covered = {} }: CheckRequest,
  { identities, bundles, secrets, where }: Material,
  sources: Sources,
): EndpointRun => ({
  identities,
  now: run.startedAt,
  vantage,
  where,
  covered: covered[endpoint.name] ?? [],
  bundle: bundles.get(endpoint.trustBundle) ?? noBundle,
  secretHeaders: headersOf(endpoint, secrets, sources),
});

const bundleNamesOf = ({ endpoints, health, healthBundles = {} }: CheckRequest): readonly string[] => [
  ...new Set([
    ...endpoints.map(({ trustBundle }) => trustBundle),
    ...health.flatMap((name) => healthBundles[name] ?? []),
  ]),
];

const bundleSecrets = ({ trustBundles }: CheckRequest, names: readonly string[]): readonly SecretRef[] =>
  names.flatMap((name) => {
    const bundle = trustBundles[name];
    return bundle?.kind === 'secret' ? [{ secret: bundle.secret }] : [];
  });

/** RFC 9110 §5.5: a field value holds no control characters; one that does would become another header. */
const oneLine = (value: Parsed<string>): Parsed<string> =>
  value.ok && /(?!\t)\p{Cc}/u.test(value.value) ? { ok: false, reason: 'its value holds control characters' } : value;

/** Returns the values of the secret headers. A header whose value cannot be read has an empty value and is not sent; `missing` says why. */
const headersOf = (endpoint: Endpoint, secrets: SecretResults, sources: Sources): SecretHeaders => {
  const read = headerRefs(endpoint).map(([name, ref]) => [name, oneLine(refValue(ref, secrets, sources))] as const);
  const missing = read.flatMap(([name, value]) =>
    value.ok ? [] : [failedAt(`the value of the header ${name} cannot be read`, value)],
  );
  return {
    values: Object.fromEntries(read.map(([name, value]) => [name, value.ok ? value.value : ''])),
    missing: missing[0] ?? null,
  };
};
