/** What the CRLs of a trust bundle say of a served chain, and whether they are fresh. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import { DAY, type Instant } from '../../model/time.ts';
import { shortName } from '../x509/certificate.ts';
import { type Crl, isNamedIn, type LoadedCrl, lists } from '../x509/crl.ts';
import { coverage, faultOf, isUnusable, whyNot } from '../x509/crl-coverage.ts';
import { minute, timeLeft } from '../x509/moments.ts';
import { type ChainProblem, parse } from './trust-path.ts';

/**
 * A CA publishes the next list before the last one ends, by a margin: Microsoft's default is 12 hours of a week and a half day, about 7 %. What has
 * less left was not followed in time.
 */
const LATE_SHARE = 0.05;
const LATE_CAP = 7 * DAY;

type Path = { readonly path: readonly CertificateFacts[]; readonly anchors: readonly X509Certificate[] };

type Served = { readonly facts: CertificateFacts; readonly certificate: X509Certificate };
/** A list that CAs of the path signed: several certificates may be of one key. */
type SignedList = { readonly crl: Crl; readonly about: string; readonly signers: readonly X509Certificate[] };
type Read = { readonly lists: readonly SignedList[]; readonly problems: readonly ChainProblem[] };

/**
 * Nothing that a CRL says is believed unless a CA of this path signed it. One of another CA may be of another endpoint's path. Where CRLs are named,
 * one must cover the leaf (`coverage`); the CAs above it need none, but a list of theirs that is at fault is named.
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
  const read = crls.map((loaded) => readBy(loaded, issuers));
  const lists = read.flatMap((each) => each.lists);
  const found = lists.flatMap((list) => [...revoked(list, served, seenAt), ...stale(list.crl, list.about, now)]);
  const problems = [...read.flatMap((each) => each.problems), ...found];
  if (problems.some(({ code }) => code === 'SERVED_CERTIFICATE_REVOKED')) return problems;
  return [...problems, ...uncovered(served, lists, problems, seenAt)];
};

const unusable = (about: string, why: string): ChainProblem => ({
  code: 'CRL_UNUSABLE',
  message: `${about} ${why}`,
  about,
});

const readBy = (loaded: LoadedCrl, issuers: readonly X509Certificate[]): Read => {
  const about = `the CRL ${loaded.name}`;
  if (!loaded.ok) return { lists: [], problems: [unusable(about, `cannot be used: ${loaded.reason}`)] };
  const named = loaded.crls.flatMap((crl) => {
    const namesakes = issuers.filter((issuer) => isNamedIn(crl, issuer));
    return namesakes.length === 0 ? [] : [{ crl, about, signers: namesakes.filter((each) => crl.isSignedBy(each)) }];
  });
  const isSigned = ({ signers }: SignedList) => signers.length > 0;
  const forged = unusable(about, 'names a CA of the served path that did not sign it');
  return { lists: named.filter(isSigned), problems: named.every(isSigned) ? [] : [forged] };
};

const revoked = (
  { crl, about, signers }: SignedList,
  served: readonly Served[],
  seenAt: Instant,
): readonly ChainProblem[] =>
  served
    .filter(({ certificate }) => lists(crl, certificate))
    .filter(({ certificate }) =>
      signers.some((signer) => certificate.checkIssued(signer) && faultOf(crl, signer, seenAt) === null),
    )
    .map(({ facts }) => ({
      code: 'SERVED_CERTIFICATE_REVOKED',
      message: `${shortName(facts)} is revoked by ${about}`,
    }));

/** `said`: the problems that are found already; where one of them is a CRL that is not usable, that none is there goes without saying. */
const uncovered = (
  [leaf, ...others]: readonly Served[],
  lists: readonly SignedList[],
  said: readonly ChainProblem[],
  seenAt: Instant,
): readonly ChainProblem[] => {
  if (leaf === undefined) return [];
  const gaps = gapsOf(leaf, lists, seenAt);
  const faults = others.flatMap((each) => gapsOf(each, lists, seenAt).filter(({ why }) => isUnusable(why)));
  const problems = [...gaps, ...faults].map(({ about, message }) => unusable(about, message));
  if (listsFor(leaf, lists).length > 0 || [...said, ...problems].some(({ code }) => code === 'CRL_UNUSABLE'))
    return problems;
  const { facts } = leaf;
  const about = `the CRL of ${facts.issuer}`;
  return [
    unusable(about, `is not among those of the trust bundle: whether ${shortName(facts)} is revoked is not known`),
  ];
};

/** Of the CA that the certificate names. */
const listsFor = ({ certificate }: Served, lists: readonly SignedList[]): readonly SignedList[] =>
  lists.filter(({ signers }) => signers.some(({ subject }) => subject === certificate.issuer));

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

/** Near its end, when another should have come already. */
export const isLate = (thisUpdate: Instant, nextUpdate: Instant, now: Instant): boolean =>
  nextUpdate - now < Math.min((nextUpdate - thisUpdate) * LATE_SHARE, LATE_CAP);

const stale = ({ thisUpdate, nextUpdate }: Crl, about: string, now: Instant): readonly ChainProblem[] => {
  if (nextUpdate === null) return [];
  if (nextUpdate < now)
    return [{ code: 'CRL_EXPIRED', message: `${about} should have been followed at ${minute(nextUpdate)}`, about }];
  if (!isLate(thisUpdate, nextUpdate, now)) return [];
  return [
    {
      code: 'CRL_EXPIRES_SOON',
      message: `${about} ends in ${timeLeft(nextUpdate, now)}, at ${minute(nextUpdate)}, and none has followed it`,
      about,
    },
  ];
};
