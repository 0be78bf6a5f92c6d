/** What the CRLs of a trust bundle say of a served chain, and whether they are fresh. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';
import { DAY, type Instant } from '../model/time.ts';
import { shortName } from './certificate.ts';
import { type Crl, isNamedIn, type LoadedCrl, lists } from './crl.ts';
import { minute, timeLeft } from './moments.ts';
import { type ChainProblem, parse } from './trust-path.ts';

/**
 * A CA publishes the next list before the last one ends, by a margin: Microsoft's default is 12 hours of a week and a half day, about 7 %. What has
 * less left was not followed in time.
 */
const LATE_SHARE = 0.05;
const LATE_CAP = 7 * DAY;

type Path = { readonly path: readonly CertificateFacts[]; readonly anchors: readonly X509Certificate[] };

/** Nothing that a CRL says counts unless a CA of this path signed it. One of another CA may be of another endpoint's path. */
export const revocationProblems = (
  { path, anchors }: Path,
  crls: readonly LoadedCrl[],
  now: Instant,
): readonly ChainProblem[] => {
  if (crls.length === 0) return [];
  const certificates = path.map(parse);
  const issuers = [...certificates.slice(1), ...anchors];
  const problems = crls.flatMap((loaded): readonly ChainProblem[] => {
    const about = `the CRL ${loaded.name}`;
    if (!loaded.ok) return [unusable(about, `cannot be used: ${loaded.reason}`)];
    return loaded.crls.flatMap((crl) => {
      const namesakes = issuers.filter((issuer) => isNamedIn(crl, issuer));
      const signers = namesakes.filter((issuer) => crl.isSignedBy(issuer));
      if (signers.length === 0)
        return namesakes.length === 0 ? [] : [unusable(about, 'names a CA of the served path that did not sign it')];
      return [...revoked(crl, path, certificates, signers, about), ...stale(crl, about, now)];
    });
  });
  return problems.length > 0 ? problems : uncovered(path, certificates, issuers, crls);
};

const unusable = (about: string, why: string): ChainProblem => ({
  code: 'CRL_UNUSABLE',
  message: `${about} ${why}`,
  about,
});

/** CRLs are named, and none is of the CA that issued the leaf. */
const uncovered = (
  path: readonly CertificateFacts[],
  [leaf]: readonly X509Certificate[],
  issuers: readonly X509Certificate[],
  crls: readonly LoadedCrl[],
): readonly ChainProblem[] => {
  const [facts] = path;
  const own = leaf === undefined ? [] : issuers.filter((issuer) => leaf.checkIssued(issuer));
  const all = crls.flatMap((loaded) => (loaded.ok ? loaded.crls : []));
  if (facts === undefined || own.some((issuer) => all.some((crl) => isNamedIn(crl, issuer)))) return [];
  const about = `the CRL of ${facts.issuer}`;
  return [
    unusable(about, `is not among those of the trust bundle: whether ${shortName(facts)} is revoked is not known`),
  ];
};

const revoked = (
  crl: Crl,
  path: readonly CertificateFacts[],
  certificates: readonly X509Certificate[],
  signers: readonly X509Certificate[],
  about: string,
): readonly ChainProblem[] =>
  path.flatMap((facts, index): ChainProblem[] => {
    const certificate = certificates[index];
    const listed =
      certificate !== undefined && lists(crl, certificate) && signers.some((signer) => certificate.checkIssued(signer));
    return listed
      ? [{ code: 'SERVED_CERTIFICATE_REVOKED', message: `${shortName(facts)} is revoked by ${about}` }]
      : [];
  });

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
