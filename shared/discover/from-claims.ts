/** Claims → candidates: what a configuration says of an endpoint, as far as a registry has a field for it. */
import { printable } from '../claims/printable.ts';
import type { Condition, Rule } from '../model/admission.ts';
import type { Claim } from '../model/claim.ts';
import { type Candidate, type Candidates, candidateOf, type LeftOut, ownerIn } from './candidate.ts';

/** Ports that are another scheme’s than https where the source does not say. */
const SCHEME_OF_PORT: Readonly<Record<number, string>> = {
  5432: 'postgres',
  8883: 'mqtts',
  6379: 'rediss',
  6380: 'rediss',
};

export const fromClaims = (claims: readonly Claim[]): Omit<Candidates, 'problems'> => {
  const read = claims.map(ofClaim);
  return {
    candidates: read.flatMap((each) => ('hosts' in each ? [each] : [])),
    leftOut: read.flatMap((each) => ('why' in each ? [each] : [])),
  };
};

const ofClaim = (claim: Claim): Candidate | LeftOut => {
  const { endpoint, at } = claim;
  const { name, hosts, port, protocol } = endpoint;
  const leftOut = (why: string): LeftOut => ({ what: printable(name, 80), why, at });
  if (hosts.length === 0) return leftOut('the source names no host that leads to it');
  if (claim.clients?.value === 'plaintext' && claim.clientCertificate === null)
    return leftOut('its clients are told to speak without TLS');
  const scheme = protocol ?? (port === null ? null : (SCHEME_OF_PORT[port] ?? null));
  return candidateOf({
    ...{ name, at, hosts, port, scheme: scheme ?? 'https', path: endpoint.path ?? '' },
    ...{ owner: ownerIn(endpoint.labels), clientCertificate: claim.clientCertificate?.value ?? null },
    ...admitted(claim),
    bypasses: claim.otherWays.flatMap(({ url }) => url ?? []),
    notes: [...(scheme === null ? ['the source does not say the protocol: https is a guess'] : []), ...notesOf(claim)],
  });
};

const notesOf = ({ authorities, admission, otherWays, plaintext, notes }: Claim): readonly string[] => {
  const unread = admission?.value.rules.flatMap((rule) => rule.unread).length ?? 0;
  return [
    ...(authorities === null
      ? []
      : [
          `CAs of client certificates: ${
            authorities.value
              .slice(0, 5)
              .map(({ subject }) => subject)
              .join('; ') || 'none'
          }`,
        ]),
    ...(plaintext?.value === 'allowed' ? ['the source allows plaintext there'] : []),
    ...(unread === 0 ? [] : [`${unread} conditions of who is admitted were not understood`]),
    ...otherWays.filter(({ url }) => url === null).map(({ what }) => `another way in: ${what}`),
    ...notes,
  ];
};

/** Names of a client that a registry’s `principal` can be. */
const NAMES = ['spiffe-id', 'san-uri', 'subject'];

const exactTexts = ({ field, not, any }: Condition, fields: readonly string[]): readonly string[] | null =>
  fields.includes(field) && !not && any.every(({ how }) => how === 'exact') ? any.map(({ text }) => text) : null;

/** Rules that a registry can say: names alone, or names with one method and paths. Everything else is a person’s decision. */
const admitted = ({ admission }: Claim): Pick<Candidate, 'principals' | 'routes'> => {
  const read = (admission?.value.rules ?? [])
    .filter(({ effect, unread }) => effect === 'admit' && unread.length === 0)
    .map(ofRule);
  return {
    principals: read.flatMap((rule) => (rule !== null && rule.paths === null ? rule.principals : [])),
    routes: read.flatMap((rule) =>
      rule?.paths == null
        ? []
        : rule.paths.flatMap((path) => rule.methods.map((method) => ({ method, path, principals: rule.principals }))),
    ),
  };
};

/** Null for a rule with a condition that is none of these. */
const ofRule = ({ all }: Rule) => {
  const [principals, methods, paths] = [NAMES, ['method'], ['path']].map((fields) =>
    all.flatMap((each) => exactTexts(each, fields) ?? []),
  );
  const known = all.filter((each) => exactTexts(each, [...NAMES, 'method', 'path']) !== null);
  if (known.length < all.length || principals === undefined || principals.length === 0) return null;
  return {
    principals,
    methods: methods === undefined || methods.length === 0 ? ['GET'] : methods,
    // A method without a path is no route of a registry.
    paths: paths === undefined || paths.length === 0 ? (methods?.length ? [] : null) : paths,
  };
};
