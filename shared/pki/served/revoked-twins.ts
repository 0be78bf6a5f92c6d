/** Finds revoked CA certificates in a served chain whose path leads past them, through another certificate of the same name and key. */
import type { CertificateFacts } from '../../model/certificate.ts';
import { certificateFacts } from '../x509/certificate.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';
import { revocationProblems } from './revocation.ts';
import { isTwin } from './strength.ts';
import type { ChainProblem, Trusted, When } from './trust-path.ts';

/**
 * Returns each served twin of a CA of the path that a CRL revokes; `found` itself is not revoked. OpenSSL does not try a second path after a revoked certificate: of served
 * twins it uses the first, and a CA of the bundle before both.
 */
export const revokedTwins = (
  found: Trusted,
  chain: readonly CertificateFacts[],
  crls: readonly LoadedCrl[],
  { now, seenAt }: When,
): readonly ChainProblem[] => {
  if (crls.length === 0) return [];
  const held = found.anchors.map(certificateFacts);
  const used = [...found.path.slice(1), ...held];
  return [...new Map(chain.slice(1).map((each) => [each.sha256, each])).values()].flatMap((each): ChainProblem[] => {
    if (used.some(({ sha256 }) => sha256 === each.sha256)) return [];
    const clean = used.find((other) => isTwin(other, each));
    if (clean === undefined) return [];
    const path = [...found.path.filter((other) => other !== clean), each];
    const revoked = revocationProblems({ path, anchors: found.anchors }, crls, now, seenAt).find(
      ({ code }) => code === 'SERVED_CERTIFICATE_REVOKED',
    );
    if (revoked === undefined) return [];
    const first = found.path.includes(clean) && chain.indexOf(each) < chain.indexOf(clean);
    const what = `certificate ${chain.indexOf(each) + 1} of the served chain: ${revoked.message}; another certificate of the same name and key is not, and the path leads through it`;
    const who = first
      ? 'The revoked one is served first: OpenSSL refuses the chain where it checks the CRLs of all CAs'
      : 'OpenSSL takes that one too';
    return [{ code: 'SERVED_CHAIN_HOLDS_REVOKED', message: `${what}. ${who}` }];
  });
};
