/** The CAs that a configuration trusts: beside those that issued the identities, and those that the endpoint names when it asks for a certificate. */
import type { Authority, Claim } from '../../model/claim.ts';
import { inert } from '../../model/inert.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import { type Finding, placeText } from './configured-finding.ts';
import { seenOf } from './wire.ts';

export type TrustContext = {
  /** By identity of the endpoint: the names of the issuers in its chain, RFC 4514. Without those that cannot be read. */
  readonly issuers: ReadonlyMap<string, readonly string[]>;
};
type Context = {
  readonly endpoint: Endpoint;
  readonly results: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly trust: TrustContext;
};

export const trustFindings = (claim: Claim, source: string, context: Context): readonly Finding[] => {
  const { authorities } = claim;
  if (authorities === null || authorities.value.length === 0) return [];
  const at = placeText(authorities.at);
  return [
    ...lackingIssuer(authorities.value, source, at, context),
    ...strangers(authorities.value, source, at, context),
    ...otherRequested(authorities.value, source, at, context),
  ];
};

/** Where a control is accepted, the configuration trusts its issuer by a path that is not seen here. */
const lackingIssuer = (
  authorities: readonly Authority[],
  source: string,
  at: string,
  { endpoint, results, trust }: Context,
): readonly Finding[] => {
  if (seenOf('control', results).saw === 'admitted') return [];
  const subjects = new Set(authorities.map(({ subject }) => subject));
  const lacking = endpoint.admits.filter((name) => {
    const issuers = trust.issuers.get(name);
    return issuers !== undefined && issuers.length > 0 && !issuers.some((issuer) => subjects.has(issuer));
  });
  const [first] = lacking;
  if (first === undefined) return [];
  const message = `${source} says that ${endpoint.name} trusts ${namesOf(authorities)} (${at}): none of them has issued ${lacking.join(', ')}, whom it must admit.`;
  return [{ code: 'CONFIGURATION_LACKS_ISSUER', severity: 'warning', message, cause: null }];
};

/** A CA that issued another one that is trusted stands above an identity, too. Of one whose issuer is not known, nothing is said. */
const strangers = (
  authorities: readonly Authority[],
  source: string,
  at: string,
  { endpoint, trust }: Context,
): readonly Finding[] => {
  const known = new Set([...trust.issuers.values()].flat());
  if (!authorities.some(({ subject }) => known.has(subject))) return [];
  const above = new Set(known);
  for (let size = -1; size !== above.size; ) {
    size = above.size;
    for (const { subject, issuer } of authorities) if (above.has(subject) && issuer !== undefined) above.add(issuer);
  }
  const unclear = authorities.some(({ subject, issuer }) => known.has(subject) && issuer === undefined);
  const strange = unclear ? [] : authorities.filter(({ subject }) => !above.has(subject));
  if (strange.length === 0) return [];
  const message = `${source} says that ${endpoint.name} also trusts ${namesOf(strange)} (${at}), which issued none of the registry’s identities.`;
  return [{ code: 'CONFIGURATION_TRUSTS_STRANGER', severity: 'info', message, cause: null }];
};

/** Compared only where the endpoint names all of them, and names any: an empty list says nothing (RFC 8446 §4.2.4). */
const otherRequested = (
  authorities: readonly Authority[],
  source: string,
  at: string,
  { endpoint, servedChains }: Context,
): readonly Finding[] => {
  const subjects = new Set(authorities.map(({ subject }) => inert(subject)));
  const lists = servedChains.flatMap(({ acceptableCas }) => acceptableCas ?? []);
  const other = lists.find(
    ({ names, total }) => total > 0 && total === names.length && !names.some((name) => subjects.has(inert(name))),
  );
  if (other === undefined) return [];
  const message = `${source} says that ${endpoint.name} trusts ${namesOf(authorities)} (${at}), and the endpoint asks for certificates of ${inert(other.names.slice(0, 3).join('; '))}.`;
  return [{ code: 'CONFIGURATION_REQUESTS_OTHER_CAS', severity: 'warning', message, cause: null }];
};

const namesOf = (authorities: readonly Authority[]): string => {
  const names = authorities.map(({ subject }) => inert(subject));
  return names.length > 3 ? `${names.slice(0, 3).join('; ')} and ${names.length - 3} more` : names.join('; ');
};
