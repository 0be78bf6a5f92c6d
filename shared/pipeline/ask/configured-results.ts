/** Holds what the sources say of an endpoint against the results of its sweep, by the names in the identities’ own certificates. */
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Check } from '../../model/check.ts';
import type { Covered } from '../../model/configured.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import { judgeConfigured } from '../../verdict/configured/configured-checks.ts';
import type { ClientNames } from '../../verdict/configured/decision.ts';
import type { LoadedIdentity } from '../load/identities.ts';

type Swept = {
  readonly endpoint: Endpoint;
  readonly results: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
};

type Beside = {
  readonly identities: ReadonlyMap<string, LoadedIdentity>;
  /** What the registry’s sources say of the endpoint. Default: nothing. */
  readonly covered?: readonly Covered[];
  readonly now: Instant;
  readonly vantage: string;
};

export const configuredResults = (
  checks: readonly Check[],
  swept: Swept,
  { identities, covered = [], now, vantage }: Beside,
): readonly CheckResult[] => {
  if (checks.length === 0 || covered.length === 0) return [];
  const { admits, refuses, routes } = swept.endpoint;
  const used = [...admits, ...refuses, ...routes.flatMap((route) => [...route.admits, ...route.refuses])];
  const chains = [...new Set(used)].flatMap((name) => {
    const chain = identities.get(name)?.credentials?.chain ?? [];
    return chain.length === 0 ? [] : [[name, chain] as const];
  });
  return judgeConfigured(checks, new Map(covered.map((each) => [each.source, each])), {
    ...swept,
    ...{ now, vantage },
    names: new Map(chains.flatMap(([name, [leaf]]) => (leaf === undefined ? [] : [[name, namesOf(leaf)] as const]))),
    trust: { issuers: new Map(chains.map(([name, chain]) => [name, chain.map(({ issuer }) => issuer)])) },
  });
};

const namesOf = ({ subject, dnsNames, uris, sha256 }: CertificateFacts): ClientNames => ({
  ...{ subject, dnsNames, uris, sha256 },
});
