/** Checks a served chain against the CRLs of a trust bundle, and checks whether those CRLs are fresh. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Instant } from '../../model/time.ts';
import { certificateOf, shortName } from '../x509/certificate.ts';
import { isUnusable, mayList } from '../x509/crl-coverage.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';
import { minute, timeLeft } from '../x509/moments.ts';
import { coveringLists, gapsOf, listsFor } from './crl-gaps.ts';
import { type Deciding, decidingLists, type SignedList } from './crl-lists.ts';
import { crlThing, readBy, type Served, unusable } from './crl-signers.ts';
import { listedByOrphan, revocations } from './revoked.ts';
import { isLate, isOver } from './staleness.ts';
import type { ChainProblem } from './trust-path.ts';

type Path = { readonly path: readonly CertificateFacts[]; readonly anchors: readonly X509Certificate[] };

/**
 * Returns the revocations and the problems of the CRLs. A CRL proves something only if a CA of this path signed it; a CRL of another CA may belong
 * to another endpoint. Of several lists of one scope the newest decides (`decidingLists`). If the registry names CRLs, one must cover the leaf
 * (`coverage`); the CAs above need none, but a faulty list of theirs is reported. The order of `crls` does not matter.
 *
 * `now`: the start of the run. `seenAt`: a time at or after the fetch of the lists, default `now`.
 */
export const revocationProblems = (
  { path, anchors }: Path,
  crls: readonly LoadedCrl[],
  now: Instant,
  seenAt: Instant = now,
): readonly ChainProblem[] => {
  if (crls.length === 0) return [];
  const served = path.map((facts) => ({ facts, certificate: certificateOf(facts) }));
  const issuers = [...served.slice(1).map(({ certificate }) => certificate), ...anchors];
  const read = crls.map((loaded) => readBy(loaded, issuers, served[0]));
  const all = read.flatMap((each) => each.lists);
  const deciding = decidingLists(all, now, seenAt);
  const problems = [
    ...read.flatMap((each) => each.problems),
    ...revocations(deciding, served, now, seenAt),
    ...staleLists(deciding, served, now, seenAt),
  ];
  if (problems.some(({ code }) => code === 'SERVED_CERTIFICATE_REVOKED')) return problems;
  const said = [...problems, ...deciding.orphans.flatMap((delta) => listedByOrphan(delta, served, seenAt))];
  const aside = read.flatMap((each) => each.aside);
  return [...said, ...uncovered(served, deciding, said, aside, seenAt)];
};

/**
 * Returns why no list covers the leaf. `said`: the problems found so far; when one of them is an unusable CRL, a missing list is not reported as
 * well.
 */
const uncovered = (
  [leaf, ...others]: readonly Served[],
  { lists, orphans }: Deciding,
  said: readonly ChainProblem[],
  aside: readonly ChainProblem[],
  seenAt: Instant,
): readonly ChainProblem[] => {
  if (leaf === undefined) return [];
  const all = [...lists, ...orphans];
  const gaps = gapsOf(leaf, all, seenAt);
  const faults = others.flatMap((each) => gapsOf(each, all, seenAt).filter(({ why }) => isUnusable(why)));
  const problems = [...gaps, ...faults]
    .map(({ why, about, message }) => unusable(about, why, message))
    // A delta without its base that lists the leaf has been reported already.
    .filter(({ message }) => !said.some((each) => each.message.startsWith(message)));
  if (listsFor(leaf, all).length > 0 && gaps.length === 0) return problems;
  if (aside.length > 0) return [...problems, ...aside];
  if ([...said, ...problems].some(({ code }) => code === 'CRL_UNUSABLE')) return problems;
  const { facts } = leaf;
  const why = `is not among those of the trust bundle: whether ${shortName(facts)} is revoked is not known`;
  return [unusable(`the CRL of ${facts.issuer}`, 'none-of-its-ca', why)];
};

/**
 * Returns the lists that have ended or are about to. A list is skipped when others that are in time cover the same certificates: an old file, or a
 * complete list beside new shards.
 */
const staleLists = ({ lists, followed }: Deciding, served: readonly Served[], now: Instant, seenAt: Instant) => {
  const inTime = [...lists, ...followed].filter((list) => stale(list, now) === null);
  return lists.flatMap((list) => {
    const own = served.filter(({ certificate }) => mayList(list.crl, certificate));
    return own.length > 0 && own.every((each) => coveringLists(each, inTime, now, seenAt).length > 0)
      ? []
      : (stale(list, now) ?? []);
  });
};

const stale = ({ crl, about }: SignedList, now: Instant): ChainProblem | null => {
  const { thisUpdate, nextUpdate } = crl;
  if (nextUpdate === null) return null;
  const facts = { about, ends: { at: nextUpdate }, thing: crlThing(about) };
  if (isOver(crl, now))
    return { code: 'CRL_EXPIRED', message: `${about} should have been followed at ${minute(nextUpdate)}`, ...facts };
  if (!isLate(thisUpdate, nextUpdate, now)) return null;
  const message = `${about} ends in ${timeLeft(nextUpdate, now)}, at ${minute(nextUpdate)}, and none has followed it`;
  return { code: 'CRL_EXPIRES_SOON', message, ...facts };
};
