/** Which certificates of a path are revoked, and where the lists contradict each other. */
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

/** What the list says of the certificate, where one may listen to it. */
const heard = ({ crl, signers }: SignedList, certificate: X509Certificate, seenAt: Instant) => {
  if (!mayList(crl, certificate)) return null;
  const named = namesIssuer(certificate, crl.issuer);
  const speaks = signers.some(
    (signer) => (named || certificate.checkIssued(signer)) && faultOf(crl, signer, seenAt) === null,
  );
  return speaks ? statusIn(crl, certificate) : null;
};

/** Why the list, which lists the certificate, does not cover it. One of some reasons only may list it. */
const listed = (list: SignedList, each: Served, seenAt: Instant): readonly ChainProblem[] =>
  gapsOf(each, [list], seenAt)
    .filter(({ why }) => why !== 'some-reasons-only')
    .map(({ why, about, message }) => unusable(about, why, `${message}; it lists ${shortName(each.facts)}`));

/** A delta without its base is no list of its CA (RFC 5280 §5.2.4); what it lists is not passed over all the same. */
export const listedByOrphan = (
  delta: SignedList,
  served: readonly Served[],
  seenAt: Instant,
): readonly ChainProblem[] =>
  served
    .filter(({ certificate }) => heard(delta, certificate, seenAt) !== null)
    .flatMap((each) => listed(delta, each, seenAt));

/**
 * What a list says against a certificate that it lists. It is believed where no other list clears the certificate: one that covers it, is in time and
 * does not list it. Where one does, the older of them decides nothing:
 * - a hold was lifted, where the other is newer;
 * - elsewhere the two contradict each other: a revocation is for good, so the CA must say which holds. (Clients take the certificate: they do not
 *   use a list that has ended, is of other certificates or has a critical extension that they do not know: RFC 5280 §5.2.)
 */
const against = (list: SignedList, each: Served, all: readonly SignedList[], now: Instant, seenAt: Instant) => {
  const status = heard(list, each.certificate, seenAt);
  const over = isOver(list.crl, now);
  // A hold may have been lifted since the list ended.
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
