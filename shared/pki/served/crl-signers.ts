/** Selects the loaded CRLs that CAs of the served path signed, by name and signature. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Thing } from '../../model/incident.ts';
import { shortName } from '../x509/certificate.ts';
import { type Crl, subjectOf } from '../x509/crl.ts';
import { namesIssuer, namesOtherKey } from '../x509/crl-coverage.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';
import { CRL_CURES, type CrlTrouble } from './crl-cures.ts';
import type { SignedList } from './crl-lists.ts';
import type { ChainProblem } from './trust-path.ts';

export type Served = { readonly facts: CertificateFacts; readonly certificate: X509Certificate };

export type ReadCrls = {
  readonly lists: readonly SignedList[];
  readonly problems: readonly ChainProblem[];
  /**
   * Lists that name a CA of the path or a CRL issuer of the leaf but cannot be verified. They prove nothing, and are reported only when no list
   * covers the leaf.
   */
  readonly aside: readonly ChainProblem[];
};

/** `about`: `the CRL corp.crl`, with or without its delta; `the CRL of CN=Root`. A delta is of its complete list. */
export const crlThing = (about: string): Thing => ({
  kind: 'crl',
  name: about.replace(/^the CRL /, '').replace(/ with its delta, .*$/, ''),
});

export const unusable = (about: string, trouble: CrlTrouble, why: string): ChainProblem => ({
  code: 'CRL_UNUSABLE',
  message: `${about} ${why}`,
  about,
  thing: crlThing(about),
  cure: CRL_CURES[trouble],
});

/** Returns the lists of one file or URL that `issuers`, the CAs of the path, signed, and the problems of the others. */
export const readBy = (loaded: LoadedCrl, issuers: readonly X509Certificate[], leaf: Served | undefined): ReadCrls => {
  const about = `the CRL ${loaded.name}`;
  if (!loaded.ok)
    return { lists: [], problems: [unusable(about, loaded.fault, `cannot be used: ${loaded.reason}`)], aside: [] };
  const damaged = loaded.unread.map(({ fault, reason }) => unusable(about, fault, `cannot be read whole: ${reason}`));
  const read = loaded.crls.map((crl) => readOne(crl, about, issuers, leaf));
  return {
    lists: read.flatMap(({ list }) => list ?? []),
    problems: [...damaged, ...read.flatMap(({ problem }) => problem ?? [])],
    aside: read.flatMap(({ aside }) => aside ?? []),
  };
};

type One = { readonly list?: SignedList; readonly problem?: ChainProblem; readonly aside?: ChainProblem };

const readOne = (crl: Crl, about: string, issuers: readonly X509Certificate[], leaf: Served | undefined): One => {
  const namesakes = issuers.filter((issuer) => subjectOf(issuer) === crl.issuer);
  if (namesakes.length === 0) return ofStranger(crl, about, leaf);
  const answers = namesakes.map((issuer) => ({ issuer, said: crl.signedBy(issuer) }));
  const signers = answers.filter(({ said }) => said === 'signed').map(({ issuer }) => issuer);
  if (signers.length > 0) return { list: { crl, about, signers } };
  for (const { said } of answers)
    if (typeof said === 'object') {
      const why = `cannot be verified: its signature algorithm ${said.unknownAlgorithm} is not known here`;
      return { problem: unusable(about, 'unknown-algorithm', why) };
    }
  return namesakes.every((issuer) => namesOtherKey(crl, issuer))
    ? {
        aside: unusable(
          about,
          'signed-by-another-key',
          'names a CA of the served path, and another key than the path has',
        ),
      }
    : { aside: unusable(about, 'forged', 'names a CA of the served path that did not sign it') };
};

/** A list of an issuer outside the path: ignored, unless it is the indirect list of a CRL issuer that the leaf names. */
const ofStranger = (crl: Crl, about: string, leaf: Served | undefined): One => {
  if (leaf === undefined || !crl.scope.indirect || !namesIssuer(leaf.certificate, crl.issuer)) return {};
  const why = `is the indirect CRL that ${shortName(leaf.facts)} names, and its issuer is no CA of the served path: its signature cannot be verified here`;
  return { aside: unusable(about, 'issuer-not-on-path', why) };
};
