/** The readings of a registry’s sources → what each says of each endpoint, and what of it nobody watches. */
import type { Claim, Reading } from '../../model/claim.ts';
import type { ConfigurationSource } from '../../model/configuration-source.ts';
import type { Covered, HeldSources, SourceState } from '../../model/configured.ts';
import type { Endpoint } from '../../model/registry.ts';
import { instantOf } from '../../model/time.ts';
import { coveredBy, isAt, isCalled } from './covering.ts';

/** `reading`: null where the source could not be read; then `reason` says why. */
export type SourceReading = {
  readonly source: ConfigurationSource;
  readonly reading: Reading | null;
  readonly reason: string | null;
};

/** Of each list that a run carries. */
const MOST_SHOWN = 5;

export const heldSources = (endpoints: readonly Endpoint[], readings: readonly SourceReading[]): HeldSources => ({
  covered: Object.fromEntries(
    endpoints.flatMap((endpoint) => {
      const covered = readings.flatMap((each) => coveredIn(endpoint, each));
      return covered.length === 0 ? [] : [[endpoint.name, covered] as const];
    }),
  ),
  states: readings.map((each) => stateOf(endpoints, each)),
});

const coveredIn = (endpoint: Endpoint, { source, reading }: SourceReading): readonly Covered[] => {
  if (reading === null) return [];
  const covered = coveredBy(endpoint, source, { ...reading, readAt: instantOf(reading.readAt) });
  return covered === null ? [] : [covered];
};

const stateOf = (endpoints: readonly Endpoint[], { source, reading, reason }: SourceReading): SourceState => {
  const claims = reading?.claims ?? [];
  const problems = reading?.problems ?? [];
  const unwatched = unwatchedOf(claims, endpoints, source);
  return {
    ...{ source: source.name, maxAge: source.maxAge, reason },
    readAt: reading === null ? null : instantOf(reading.readAt),
    claims: claims.length + (reading?.certificates.length ?? 0),
    problems: problems.slice(0, MOST_SHOWN),
    problemCount: problems.length,
    unwatched: unwatched.slice(0, MOST_SHOWN).map(({ endpoint, at }) => ({ endpoint, at })),
    unwatchedCount: unwatched.length,
  };
};

/** Endpoints with TLS, at a port, that no endpoint of the registry is and that the source does not leave out. Each name once. */
const unwatchedOf = (
  claims: readonly Claim[],
  endpoints: readonly Endpoint[],
  { name, ignore }: Pick<ConfigurationSource, 'name' | 'ignore'>,
): readonly Claim[] => {
  const called = endpoints.flatMap(({ sources = {} }) => sources[name] ?? []);
  const open = claims.filter(
    (claim) =>
      hasTls(claim) &&
      !called.some((each) => isCalled(claim.endpoint, each)) &&
      !ignore.some(({ endpoint }) => isNamed(endpoint, claim.endpoint.name)) &&
      !endpoints.some((endpoint) => isAt({ endpoint: { ...claim.endpoint, path: null } }, endpoint)),
  );
  return [...new Map(open.map((claim) => [`${claim.endpoint.name} ${claim.endpoint.port}`, claim])).values()];
};

/** A client certificate is asked for there: what asks for none is no endpoint of this monitor. */
const hasTls = ({ clientCertificate, endpoint }: Claim): boolean =>
  clientCertificate !== null &&
  clientCertificate.value !== 'none' &&
  endpoint.protocol !== 'http' &&
  endpoint.port !== null;

/** `istio-system/*`: a star stands for any text. */
const isNamed = (pattern: string, name: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  const last = rest.at(-1) ?? '';
  return name.length >= at + last.length && name.endsWith(last);
};
