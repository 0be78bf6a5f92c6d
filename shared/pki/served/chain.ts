/**
 * Judges a served chain. node:tls cannot be used for that: it closes the connection at the first problem, before the server has judged the client,
 * and it reports one problem only.
 */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Thing } from '../../model/incident.ts';
import type { ExpiryThreshold, ServerIdentity } from '../../model/registry.ts';
import type { Instant } from '../../model/time.ts';
import { certificateFacts, certificateOf, isAnchor, readableKey, shortName } from '../x509/certificate.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';
import { minute, timeLeft } from '../x509/moments.ts';
import { profileOf } from '../x509/profile.ts';
import { nameProblems } from './name.ts';
import { revocationProblems } from './revocation.ts';
import { revokedTwins } from './revoked-twins.ts';
import { orderProblems, strengthProblems, uncommonProblems, usageProblems } from './strength.ts';
import { type ChainProblem, type Trusted, trustPath, type When } from './trust-path.ts';

export type Expiry = { readonly warn: ExpiryThreshold; readonly critical: ExpiryThreshold };

/** The trust bundle and CRLs that a served chain is judged by. `name`: the bundle's name in the registry. */
export type TrustAnchors = {
  readonly name: string;
  readonly anchors: readonly X509Certificate[];
  readonly crls?: readonly LoadedCrl[];
};

/** Whether less time is left until `notAfter` than the threshold demands; true also for an expired certificate. */
export const isWithin = (
  facts: Pick<CertificateFacts, 'notBefore' | 'notAfter'>,
  threshold: ExpiryThreshold,
  now: Instant,
): boolean => {
  const left = facts.notAfter - now;
  if (threshold.kind === 'fixed') return left < threshold.before;
  return left < Math.min((facts.notAfter - facts.notBefore) * threshold.share, threshold.cap);
};

const dateProblems = (
  chain: readonly CertificateFacts[],
  expiry: Expiry,
  now: Instant,
  seenAt: Instant,
): readonly ChainProblem[] =>
  chain.flatMap((facts): ChainProblem[] => {
    const who = shortName(facts);
    const ends = { at: facts.notAfter, certificate: facts.sha256 };
    if (profileOf(facts.der).oddDate !== null) return [];
    if (facts.notAfter < now)
      return [{ code: 'SERVED_CHAIN_EXPIRED', message: `${who} expired at ${minute(facts.notAfter)}`, ends }];
    if (facts.notBefore > seenAt)
      return [{ code: 'SERVED_CHAIN_NOT_YET_VALID', message: `${who} is not valid before ${minute(facts.notBefore)}` }];
    if (!isWithin(facts, expiry.warn, now)) return [];
    return [
      {
        code: 'SERVED_CHAIN_EXPIRES_SOON',
        message: `${who} expires in ${timeLeft(facts.notAfter, now)}, at ${minute(facts.notAfter)}`,
        critical: isWithin(facts, expiry.critical, now),
        ends,
      },
    ];
  });

/** Checks the dates of the trust anchor: clients check them too, although the server does not send it. */
const anchorProblems = (
  { path, anchors }: { readonly path: readonly CertificateFacts[]; readonly anchors: readonly X509Certificate[] },
  name: string,
  expiry: Expiry,
  { now, seenAt }: When,
): readonly ChainProblem[] => {
  const [last] = anchors.map(certificateFacts);
  if (last === undefined || profileOf(last.der).oddDate !== null) return [];
  const thing: Thing = { kind: 'ca', name: last.sha256, label: shortName(last).replace(/^CN=/, '') };
  const who = `${shortName(last)} (SHA-256 ${last.sha256.slice(0, 16)}…) in the trust bundle ${name}`;
  if (path.some(({ sha256 }) => sha256 === last.sha256)) {
    return anchors.some(isAnchor)
      ? []
      : [
          {
            code: 'TRUST_BUNDLE_HOLDS_LEAF',
            message: `${who} is the served leaf itself and no CA: the next renewal breaks the path, and many clients refuse it now`,
          },
        ];
  }
  if (last.notAfter < now)
    return [
      {
        about: who,
        code: 'TRUST_BUNDLE_EXPIRED',
        message: `the chain leads to ${who}, which expired at ${minute(last.notAfter)}`,
        ends: { at: last.notAfter },
        thing,
      },
    ];
  if (last.notBefore > seenAt)
    return [
      {
        about: who,
        code: 'SERVED_CHAIN_NOT_YET_VALID',
        message: `the chain leads to ${who}, which is not valid before ${minute(last.notBefore)}`,
        thing,
      },
    ];
  if (!isWithin(last, expiry.warn, now)) return [];
  return [
    {
      about: who,
      code: 'TRUST_BUNDLE_EXPIRES_SOON',
      message: `the chain leads to ${who}, which expires in ${timeLeft(last.notAfter, now)}, at ${minute(last.notAfter)}`,
      critical: isWithin(last, expiry.critical, now),
      ends: { at: last.notAfter },
      thing,
    },
  ];
};

/** A leaf whose key this OpenSSL cannot read: no client of this OpenSSL finishes a handshake with it. */
const keyProblems = (leaf: CertificateFacts): readonly ChainProblem[] =>
  readableKey(certificateOf(leaf)) === null
    ? [{ code: 'SERVED_CHAIN_MALFORMED', message: `${shortName(leaf)} has a key that cannot be read` }]
    : [];

/**
 * Returns every problem of a served chain, in no particular order; none for a chain that clients accept. `now`: the start of the run. `seenAt`: a
 * time at or after the handshake, default `now`; a certificate issued between the two is valid.
 */
export const chainProblems = (
  chain: readonly CertificateFacts[],
  { name, anchors, crls = [] }: TrustAnchors,
  identity: ServerIdentity,
  expiry: Expiry,
  now: Instant,
  seenAt: Instant = now,
): readonly ChainProblem[] => {
  const facts = chain[0];
  if (facts === undefined) return [];
  const isRevoked = (each: Trusted): boolean =>
    revocationProblems(each, crls, now, seenAt).some(({ code }) => code === 'SERVED_CERTIFICATE_REVOKED');
  const found = trustPath(chain, anchors, { now, seenAt }, isRevoked);
  // Clients ignore certificates beyond the anchor, such as an old cross-signed root.
  const looked = found.trusted ? found.path : chain;
  return [
    ...(found.trusted ? orderProblems(chain, found.path) : [found.problem]),
    ...nameProblems(certificateOf(facts), facts, identity),
    ...dateProblems(looked, expiry, now, seenAt),
    ...(found.trusted
      ? [
          ...anchorProblems(found, name, expiry, { now, seenAt }),
          ...revocationProblems(found, crls, now, seenAt),
          ...(isRevoked(found) ? [] : revokedTwins(found, chain, crls, { now, seenAt })),
        ]
      : []),
    ...(found.trusted ? found.faults : usageProblems([facts], null)),
    ...looked.flatMap((each) => strengthProblems(certificateOf(each), each)),
    ...(found.trusted ? uncommonProblems([...found.path.map(certificateOf), ...found.anchors.slice(0, 1)]) : []),
    ...keyProblems(facts),
  ];
};
