/** Finds the revoked certificates of a path, and CRLs that contradict each other. */
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { shortName } from '../x509/certificate.ts';
import { statusIn } from '../x509/crl.ts';
import { faultOf, mayList, namesIssuer } from '../x509/crl-coverage.ts';
import { coveringLists, gapsOf } from './crl-gaps.ts';
import { type Deciding, isKin, type SignedList } from './crl-lists.ts';
import { type Served, unusable } from './crl-signers.ts';
import { isOver } from './staleness.ts';
import type { ChainProblem } from './trust-path.ts';

/** Returns the certificate's status in the list; null when the list may not contain it or its signer is at fault. */
const heard = ({ crl, signers }: SignedList, certificate: X509Certificate, seenAt: Instant) => {
  if (!mayList(crl, certificate)) return null;
  const named = namesIssuer(certificate, crl.issuer);
  const speaks = signers.some(
    (signer) => (named || certificate.checkIssued(signer)) && faultOf(crl, signer, seenAt) === null,
  );
  return speaks ? statusIn(crl, certificate) : null;
};

/** Returns why a list that contains the certificate does not cover it. A list for some reasons only may contain it. */
const listed = (list: SignedList, each: Served, seenAt: Instant): readonly ChainProblem[] =>
  gapsOf(each, [list], seenAt)
    .filter(({ why }) => why !== 'some-reasons-only')
    .map(({ why, about, message }) => unusable(about, why, `${message}; it lists ${shortName(each.facts)}`));

/**
 * Reports certificates in a delta CRL that has no base. Such a delta is not a list of its CA (RFC 5280 §5.2.4), but its entries are not ignored.
 */
export const listedByOrphan = (
  delta: SignedList,
  served: readonly Served[],
  seenAt: Instant,
): readonly ChainProblem[] =>
  served
    .filter(({ certificate }) => heard(delta, certificate, seenAt) !== null)
    .flatMap((each) => listed(delta, each, seenAt));

/**
 * Returns the problem of a certificate that the list contains. It is revoked unless a rival list clears it: one that covers the certificate, is in
 * time and does not contain it. With a rival:
 * - A hold counts as lifted if the rival is newer.
 * - Otherwise the lists contradict each other, and the CA must correct one: a revocation is permanent. (Clients accept the certificate: they do not
 *   use a list that has ended, covers other certificates or has an unknown critical extension: RFC 5280 §5.2.)
 */
const against = (list: SignedList, each: Served, all: readonly SignedList[], now: Instant, seenAt: Instant) => {
  const status = heard(list, each.certificate, seenAt);
  const over = isOver(list.crl, now);
  // The CA may have lifted the hold since the list ended.
  if (status === null || (status === 'held' && over)) return [];
  const gaps = listed(list, each, seenAt);
  const rivals = coveringLists(each, all, now, seenAt).filter(
    (other) =>
      statusIn(other.crl, each.certificate) === null &&
      (over || gaps.length > 0 || (!isKin(other, list) && other.crl.thisUpdate >= list.crl.thisUpdate)),
  );
  const [rival] = rivals;
  if (rival === undefined) {
    const message = `${shortName(each.facts)} is revoked by ${list.about}`;
    return [{ code: 'SERVED_CERTIFICATE_REVOKED', message } as const];
  }
  if (gaps.length > 0) return gaps;
  if (status === 'held' && rivals.some(({ crl }) => crl.thisUpdate > list.crl.thisUpdate)) return [];
  const [own, other] = over ? ['has ended and lists', 'in time'] : ['lists', 'no older'];
  const why = `${own} ${shortName(each.facts)}, and ${rival.about}, which is ${other} and covers it too, does not`;
  return [unusable(list.about, 'contradicted', why)];
};

export const revocations = (
  { lists, followed }: Deciding,
  served: readonly Served[],
  now: Instant,
  seenAt: Instant,
): readonly ChainProblem[] =>
  lists.flatMap((list) => served.flatMap((each) => against(list, each, [...lists, ...followed], now, seenAt)));
