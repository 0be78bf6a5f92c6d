/**
 * Judges a served chain by ourselves: node:tls would drop the connection at the first problem, before the server has judged the client,
 * and would name one problem where there are several.
 */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';
import type { ExpiryThreshold, ServerIdentity } from '../model/registry.ts';
import { DAY, type Instant } from '../model/time.ts';
import { certificateFacts, isAnchoredBy, shortName } from './certificate.ts';
import { type ChainProblem, parse, trustPath } from './trust-path.ts';

const SERVER_AUTH = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];
/** NIST SP 800-131A rev. 2: shorter keys, and SHA-1 or MD5 in signatures, are disallowed. */
const MIN_RSA_BITS = 2048;
const WEAK_SIGNATURE = /sha1|md5|md2|md4/i;
const WEAK_CURVES = ['prime192v1', 'secp192k1', 'secp160r1', 'secp160k1', 'secp160r2', 'secp112r1', 'secp128r1'];

const carries = (leaf: X509Certificate, facts: CertificateFacts, identity: ServerIdentity): boolean => {
  switch (identity.kind) {
    // RFC 9525 §2: the common name is not looked at.
    case 'dns':
      return leaf.checkHost(identity.name, { subject: 'never' }) !== undefined;
    case 'ip':
      return leaf.checkIP(identity.address) !== undefined;
    case 'uri':
      return facts.uris.includes(identity.uri);
    default:
      return identity satisfies never;
  }
};

const identityText = (identity: ServerIdentity): string =>
  identity.kind === 'dns' ? identity.name : identity.kind === 'ip' ? identity.address : identity.uri;

const nameProblem = (leaf: X509Certificate, facts: CertificateFacts, identity: ServerIdentity): ChainProblem[] => {
  if (carries(leaf, facts, identity)) return [];
  const names = [...facts.dnsNames, ...facts.ipAddresses, ...facts.uris];
  const has =
    names.length === 0 ? 'it carries no subject alternative name at all' : `it carries ${names.slice(0, 5).join(', ')}`;
  return [
    { code: 'SERVED_NAME_MISMATCH', message: `${shortName(facts)} is not valid for ${identityText(identity)}: ${has}` },
  ];
};

export const isWithin = (facts: CertificateFacts, threshold: ExpiryThreshold, now: Instant): boolean => {
  const left = facts.notAfter - now;
  if (threshold.kind === 'fixed') return left < threshold.before;
  return left < Math.min((facts.notAfter - facts.notBefore) * threshold.share, threshold.cap);
};

const day = (instant: Instant): string => new Date(instant).toISOString().slice(0, 16).replace('T', ' ');

const dateProblems = (chain: readonly CertificateFacts[], expiry: Expiry, now: Instant): ChainProblem[] =>
  chain.flatMap((facts): ChainProblem[] => {
    const who = shortName(facts);
    if (facts.notAfter < now)
      return [{ code: 'SERVED_CHAIN_EXPIRED', message: `${who} expired at ${day(facts.notAfter)} UTC` }];
    if (facts.notBefore > now)
      return [
        { code: 'SERVED_CHAIN_NOT_YET_VALID', message: `${who} is not valid before ${day(facts.notBefore)} UTC` },
      ];
    if (!isWithin(facts, expiry.warn, now)) return [];
    const left = ((facts.notAfter - now) / DAY).toFixed(1);
    return [
      { code: 'SERVED_CHAIN_EXPIRES_SOON', message: `${who} expires in ${left} days, at ${day(facts.notAfter)} UTC` },
    ];
  });

const strengthProblems = (certificate: X509Certificate, facts: CertificateFacts): ChainProblem[] => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const bits = details?.modulusLength;
  const problems: ChainProblem[] = [];
  if (bits !== undefined && bits < MIN_RSA_BITS)
    problems.push({ code: 'SERVED_KEY_WEAK', message: `${shortName(facts)} has a key of ${bits} bits` });
  if (type === 'ec' && WEAK_CURVES.includes(details?.namedCurve ?? ''))
    problems.push({ code: 'SERVED_KEY_WEAK', message: `${shortName(facts)} has a key on ${details?.namedCurve}` });
  const algorithm = certificate.signatureAlgorithm ?? '';
  // A self-signed certificate is trusted for being in the bundle, not for its signature.
  if (WEAK_SIGNATURE.test(algorithm) && certificate.subject !== certificate.issuer)
    problems.push({ code: 'SERVED_SIGNATURE_WEAK', message: `${shortName(facts)} is signed with ${algorithm}` });
  return problems;
};

/** Who verifies looks at the dates of the root too, though nobody serves it: of several with its key one in date is enough. */
const anchorProblems = (
  chain: readonly CertificateFacts[],
  bundle: readonly X509Certificate[],
  now: Instant,
): ChainProblem[] => {
  const served = chain.map(parse);
  const pinned = served.some((each) => bundle.some((anchor) => anchor.fingerprint256 === each.fingerprint256));
  const anchors = pinned ? [] : bundle.filter((anchor) => served.some((each) => isAnchoredBy(each, anchor)));
  const [first] = anchors;
  if (first === undefined || anchors.some(({ validToDate }) => validToDate.getTime() >= now)) return [];
  return [
    {
      code: 'SERVED_CHAIN_EXPIRED',
      message: `the chain leads to ${shortName(certificateFacts(first))} in the trust bundle, which expired at ${day(first.validToDate.getTime())} UTC`,
    },
  ];
};

export type Expiry = { readonly warn: ExpiryThreshold; readonly critical: ExpiryThreshold };

/** Every problem of a served chain, in no order; none for a chain that clients accept. */
export const chainProblems = (
  chain: readonly CertificateFacts[],
  bundle: readonly X509Certificate[],
  identity: ServerIdentity,
  expiry: Expiry,
  now: Instant,
): readonly ChainProblem[] => {
  const facts = chain[0];
  if (facts === undefined) return [];
  const leaf = parse(facts);
  const path = trustPath(chain, bundle);
  // What is served beyond the anchor (a cross-signed root, often an old one) is nothing that a client would look at.
  const looked = path.trusted ? path.path : chain;
  const usages = facts.extendedKeyUsage;
  return [
    ...(path.trusted ? [] : [path.problem]),
    ...nameProblem(leaf, facts, identity),
    ...dateProblems(looked, expiry, now),
    ...anchorProblems(chain, bundle, now),
    ...(usages === null || usages.some((usage) => SERVER_AUTH.includes(usage))
      ? []
      : [
          {
            code: 'SERVED_CHAIN_WRONG_USAGE',
            message: `${shortName(facts)} may not be used by a server: its extended key usage lacks serverAuth`,
          } as const,
        ]),
    ...looked.flatMap((each) => strengthProblems(parse(each), each)),
  ];
};
