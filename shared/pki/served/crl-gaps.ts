/** Finds the CRLs that cover a certificate, and the reasons why others do not. */
import type { Instant } from '../../model/time.ts';
import { coverage, mayList, whyNot } from '../x509/crl-coverage.ts';
import type { SignedList } from './crl-lists.ts';
import type { Served } from './crl-signers.ts';
import { isOver } from './staleness.ts';

/** Returns the lists of the certificate's issuer and of CRL issuers that the certificate names. */
export const listsFor = ({ certificate }: Served, lists: readonly SignedList[]): readonly SignedList[] =>
  lists.filter(({ crl }) => mayList(crl, certificate));

/** Returns why each of the lists does not cover the certificate; nothing when one covers it or when there are no lists. */
export const gapsOf = (served: Served, lists: readonly SignedList[], seenAt: Instant) => {
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

/** Returns the lists that have not ended and that cover the certificate. */
export const coveringLists = (
  { certificate }: Served,
  lists: readonly SignedList[],
  now: Instant,
  seenAt: Instant,
): readonly SignedList[] =>
  lists.filter(
    ({ crl, signers }) =>
      !isOver(crl, now) &&
      mayList(crl, certificate) &&
      signers.some((signer) => coverage(crl, certificate, signer, seenAt).covers),
  );
