/** A source that is an OPA: it is asked about each endpoint that says what it is called there. */
import { envoyPrincipal } from '../../shared/claims/readers/opa/opa-decision.ts';
import { askedAbout, claimOfAnswers, namedIn, questionsOf } from '../../shared/claims/readers/opa/opa-questions.ts';
import type { Claim, Reading, ReadingProblem } from '../../shared/model/claim.ts';
import type { ConfigurationSource } from '../../shared/model/configuration-source.ts';
import { inert } from '../../shared/model/inert.ts';
import type { Parsed } from '../../shared/model/parsed.ts';
import type { Registry } from '../../shared/model/registry.ts';
import type { SecretRef } from '../../shared/model/secret-ref.ts';
import { type Instant, iso } from '../../shared/model/time.ts';
import { loadIdentity, refValue, type Sources, secretNames } from '../../shared/pipeline/load/identities.ts';
import { askOpa, decisionPath } from './ask-opa.ts';

type FromOpa = Extract<ConfigurationSource['from'], { readonly kind: 'opa' }>;
type Read = { readonly reading: Reading | null; readonly reason: string | null };

/** What it decides now. A server that does not answer is the `reason`; an identity without a readable certificate is a problem, and nobody asks about it. */
export const readOpa = async (
  name: string,
  { url, token: ref }: FromOpa,
  registry: Registry,
  now: Instant,
  ports: Sources,
): Promise<Read> => {
  if (namedIn(name, registry.endpoints).length === 0)
    return unread(`no endpoint says what it is called there: add sources: { ${name}: HOST } to one`);
  const { token, principals, problems } = await material(name, ref, registry, now, ports);
  if (token !== null && !token.ok) return unread(`its token cannot be read: ${inert(token.reason)}`);
  const context = { source: name, readAt: now, now };
  const claims: Claim[] = [];
  for (const { host, cells } of questionsOf(name, registry.endpoints, principals)) {
    const decided = await askOpa({ url, cells, ...(token !== null && { token: token.value }) });
    if (decided.silent !== null) return unread(decided.silent);
    problems.push(...decided.problems);
    claims.push(...claimOfAnswers(host, decisionPath(url), decided.rules, context));
  }
  const reading = { source: name, readAt: iso(now), claims, certificates: [], problems };
  return { reading: { schema: 'mtls-monitor/claims/v1', ...reading }, reason: null };
};

const unread = (reason: string): Read => ({ reading: null, reason });

type Material = {
  readonly token: Parsed<string> | null;
  /** By identity. */
  readonly principals: ReadonlyMap<string, string>;
  readonly problems: ReadingProblem[];
};

const material = async (
  source: string,
  ref: SecretRef | null,
  { endpoints, identities, expiry }: Registry,
  now: Instant,
  ports: Sources,
): Promise<Material> => {
  const names = [...new Set(namedIn(source, endpoints).flatMap(askedAbout))];
  const wanted = names.flatMap((name) => identities[name] ?? []);
  const secrets = await ports.readSecrets(secretNames(wanted, ref === null ? [] : [ref]));
  const loaded = await Promise.all(wanted.map((identity) => loadIdentity(identity, secrets, ports, expiry, now)));
  const named = loaded.map(({ identity, credentials, fitness }) => {
    const [leaf] = credentials?.chain ?? [];
    const reason = 'reason' in fitness ? fitness.reason : 'its certificate has no name';
    return { name: identity.name, principal: leaf === undefined ? null : envoyPrincipal(leaf), reason };
  });
  return {
    token: ref === null ? null : refValue(ref, secrets, ports),
    principals: new Map(
      named.flatMap(({ name, principal }) => (principal === null ? [] : [[name, principal] as const])),
    ),
    problems: named.flatMap(({ name, principal, reason }) =>
      principal === null
        ? [{ at: { file: null, line: null, object: `identity ${name}` }, path: '', message: reason }]
        : [],
    ),
  };
};
