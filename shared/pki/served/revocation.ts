/** What the CRLs of a trust bundle say of a served chain, and whether they are fresh. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Instant } from '../../model/time.ts';
import { shortName } from '../x509/certificate.ts';
import { statusIn } from '../x509/crl.ts';
import { coverage, faultOf, isUnusable, mayList, namesIssuer, whyNot } from '../x509/crl-coverage.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';
import { minute, timeLeft } from '../x509/moments.ts';
import { type Deciding, decidingLists, type SignedList } from './crl-lists.ts';
import { readBy, type Served, unusable } from './crl-signers.ts';
import { isLate, isOver } from './staleness.ts';
import { type ChainProblem, parse } from './trust-path.ts';

type Path = { readonly path: readonly CertificateFacts[]; readonly anchors: readonly X509Certificate[] };

/**
 * Nothing that a CRL says is believed unless a CA of this path signed it. One of another CA may be of another endpoint's path. Of several of one
 * scope the newest decides (`decidingLists`). Where CRLs are named, one must cover the leaf (`coverage`); the CAs above it need none, but a list
 * of theirs that is at fault is named. The order of `crls` says nothing.
 *
 * `now`: the run's start. `seenAt`: no earlier than the lists were fetched.
 */
export const revocationProblems = (
  { path, anchors }: Path,
  crls: readonly LoadedCrl[],
  now: Instant,
  seenAt: Instant = now,
): readonly ChainProblem[] => {
  if (crls.length === 0) return [];
  const served = path.map((facts) => ({ facts, certificate: parse(facts) }));
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

/** What the list says of the certificate, where one may listen to it. */
const heard = ({ crl, signers }: SignedList, certificate: X509Certificate, seenAt: Instant) => {
  if (!mayList(crl, certificate)) return null;
  const named = namesIssuer(certificate, crl.issuer);
  const speaks = signers.some(
    (signer) => (named || certificate.checkIssued(signer)) && faultOf(crl, signer, seenAt) === null,
  );
  return speaks ? statusIn(crl, certificate) : null;
};

const revoked = (list: SignedList, served: readonly Served[], now: Instant, seenAt: Instant): readonly Served[] =>
  served.filter(({ certificate }) => {
    const status = heard(list, certificate, seenAt);
    // A hold may have been lifted since the list ended.
    return status === 'revoked' || (status === 'held' && !isOver(list.crl, now));
  });

/**
 * Of a list with a critical extension that is not known here RFC 5280 §5.2 says that it must not be used, X.509 that what it lists is revoked; and a
 * list that was made for other certificates may list one all the same. That is believed where no other list covers the certificate; where one does,
 * the two contradict each other.
 */
const revocations = ({ lists, followed }: Deciding, served: readonly Served[], now: Instant, seenAt: Instant) =>
  lists.flatMap((list) =>
    revoked(list, served, now, seenAt).flatMap((each): readonly ChainProblem[] => {
      const gaps = listed(list, each, seenAt);
      if (gaps.length > 0 && isCovered(each, [...lists, ...followed], now, seenAt)) return gaps;
      const message = `${shortName(each.facts)} is revoked by ${list.about}`;
      return [{ code: 'SERVED_CERTIFICATE_REVOKED', message }];
    }),
  );

/** By a list that is in time. */
const isCovered = ({ certificate }: Served, lists: readonly SignedList[], now: Instant, seenAt: Instant): boolean =>
  lists.some(
    ({ crl, signers }) =>
      !isOver(crl, now) &&
      mayList(crl, certificate) &&
      signers.some((signer) => coverage(crl, certificate, signer, seenAt).covers),
  );

/** Why the list, which lists the certificate, does not cover it. One of some reasons only may list it. */
const listed = (list: SignedList, each: Served, seenAt: Instant): readonly ChainProblem[] =>
  gapsOf(each, [list], seenAt)
    .filter(({ why }) => why !== 'some-reasons-only')
    .map(({ why, about, message }) => unusable(about, why, `${message}; it lists ${shortName(each.facts)}`));

/** A delta without its base is no list of its CA (RFC 5280 §5.2.4); what it lists is not passed over all the same. */
const listedByOrphan = (delta: SignedList, served: readonly Served[], seenAt: Instant): readonly ChainProblem[] =>
  served
    .filter(({ certificate }) => heard(delta, certificate, seenAt) !== null)
    .flatMap((each) => listed(delta, each, seenAt));

/** `said`: the problems that are found already; where one of them is a CRL that is not usable, that none is there goes without saying. */
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
    // An orphan that lists the leaf has been named.
    .filter(({ message }) => !said.some((each) => each.message.startsWith(message)));
  if (listsFor(leaf, all).length > 0 && gaps.length === 0) return problems;
  if (aside.length > 0) return [...problems, ...aside];
  if ([...said, ...problems].some(({ code }) => code === 'CRL_UNUSABLE')) return problems;
  const { facts } = leaf;
  const why = `is not among those of the trust bundle: whether ${shortName(facts)} is revoked is not known`;
  return [unusable(`the CRL of ${facts.issuer}`, 'none-of-its-ca', why)];
};

/** Of the CA that the certificate names, or of a CRL issuer whom it names. */
const listsFor = ({ certificate }: Served, lists: readonly SignedList[]): readonly SignedList[] =>
  lists.filter(({ crl }) => mayList(crl, certificate));

/** Why each of the lists of its CA does not cover the certificate; nothing where one does, or where there is none. */
const gapsOf = (served: Served, lists: readonly SignedList[], seenAt: Instant) => {
  const { certificate } = served;
  const judged = listsFor(served, lists).map(({ crl, about, signers }) => {
    const answers = signers.map((signer) => ({ signer, answer: coverage(crl, certificate, signer, seenAt) }));
    return { crl, about, answers };
  });
  if (judged.some(({ answers }) => answers.some(({ answer }) => answer.covers))) return [];
  return judged.flatMap(({ crl, about, answers }) => {
    const [gap] = answers.flatMap(({ signer, answer }) => (answer.covers ? [] : [{ signer, why: answer.why }]));
    return gap === undefined
      ? []
      : [{ why: gap.why, about, message: whyNot(gap.why, { crl, certificate, signer: gap.signer }) }];
  });
};

/** No alarm for one beside which another that is in time covers the same certificates: an old file, or a complete list beside new shards. */
const staleLists = ({ lists, followed }: Deciding, served: readonly Served[], now: Instant, seenAt: Instant) => {
  const inTime = [...lists, ...followed].filter((list) => stale(list, now) === null);
  return lists.flatMap((list) => {
    const own = served.filter(({ certificate }) => mayList(list.crl, certificate));
    return own.length > 0 && own.every((each) => isCovered(each, inTime, now, seenAt)) ? [] : (stale(list, now) ?? []);
  });
};

const stale = ({ crl, about }: SignedList, now: Instant): ChainProblem | null => {
  const { thisUpdate, nextUpdate } = crl;
  if (nextUpdate === null) return null;
  if (isOver(crl, now))
    return { code: 'CRL_EXPIRED', message: `${about} should have been followed at ${minute(nextUpdate)}`, about };
  if (!isLate(thisUpdate, nextUpdate, now)) return null;
  const message = `${about} ends in ${timeLeft(nextUpdate, now)}, at ${minute(nextUpdate)}, and none has followed it`;
  return { code: 'CRL_EXPIRES_SOON', message, about };
};
