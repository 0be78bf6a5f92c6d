/** Shared by a batch on AWS and a local check: loads secrets, identities and trust bundles, probes the endpoints, and judges the identities. */
import type { Parsed } from '../../model/parsed.ts';
import type { Endpoint, SecretRef } from '../../model/registry.ts';
import { type EndpointPlan, identitiesOf, planEndpoint } from '../../plan/plan.ts';
import { resolver } from '../../probe/addresses.ts';
import { guardOf } from '../../probe/refused-addresses.ts';
import { runEndpoint } from '../ask/endpoint-run.ts';
import type { SecretHeaders } from '../ask/presenting.ts';
import {
  loadIdentity,
  refValue,
  type SecretResults,
  type Sources,
  secretNames,
  withKnownIssuers,
} from '../load/identities.ts';
import { identityHealth } from '../load/identity-health.ts';
import { loadOtherVersions } from '../load/other-versions.ts';
import { loadBundles, noBundle } from '../load/trust-bundles.ts';
import type { Checked, CheckPorts, CheckRequest } from './checked.ts';
import { runPlans } from './run-plans.ts';

const headerRefs = ({ http }: Endpoint): readonly (readonly [string, SecretRef])[] =>
  Object.entries(http.headers).flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, value] as const]));

export const checkEndpoints = async (request: CheckRequest, ports: CheckPorts): Promise<Checked> => {
  const { expiry } = request.defaults;
  const now = request.run.startedAt;
  const plans = request.endpoints.map((endpoint) => planEndpoint(endpoint, request.identities, request.suites));
  const used = new Set([...plans.flatMap(identitiesOf), ...request.health]);
  const wanted = Object.values(request.identities).filter(({ name }) => used.has(name));
  const bundleNames = bundleNamesOf(request);
  const refs = [
    ...request.endpoints.flatMap((endpoint) => headerRefs(endpoint).map(([, ref]) => ref)),
    ...bundleSecrets(request, bundleNames),
  ];
  const secrets: SecretResults = await ports.readSecrets(secretNames(wanted, refs));
  const loaded = await Promise.all(wanted.map((identity) => loadIdentity(identity, secrets, ports, expiry, now)));
  const others = await loadOtherVersions(plans, wanted, {
    secrets,
    sources: ports,
    expiry,
    now,
  });
  const identities = new Map([...withKnownIssuers(loaded), ...others].map((each) => [each.identity.name, each]));
  const network = { resolve: resolver(), guard: guardOf(ports.runtimeApi) };
  const bundles = await loadBundles(request.trustBundles, bundleNames, secrets, network);
  const health = identityHealth(request, identities, bundles);
  const sweep = (plan: EndpointPlan) => {
    const run = {
      identities,
      now,
      vantage: request.vantage,
      bundle: bundles.get(plan.endpoint.trustBundle) ?? noBundle,
      secretHeaders: headersOf(plan, secrets, ports),
    };
    return runEndpoint(plan, run, { ...ports, ...network });
  };
  const swept = await runPlans(plans, sweep, ports);
  return { ...swept, checks: [...swept.checks, ...health] };
};

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
const headersOf = ({ endpoint }: EndpointPlan, secrets: SecretResults, sources: Sources): SecretHeaders => {
  const read = headerRefs(endpoint).map(([name, ref]) => [name, oneLine(refValue(ref, secrets, sources))] as const);
  const missing = read.flatMap(([name, value]) =>
    value.ok ? [] : [`the value of the header ${name} cannot be read: ${value.reason}`],
  );
  return {
    values: Object.fromEntries(read.map(([name, value]) => [name, value.ok ? value.value : ''])),
    missing: missing[0] ?? null,
  };
};
