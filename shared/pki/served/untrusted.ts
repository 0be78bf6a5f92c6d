/** Explains why no signatures lead from a served chain to the trust bundle. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import { certificateFacts, isAnchor, isSelfSigned, isVerifiedBy, shortName } from '../x509/certificate.ts';
import { profileOf } from '../x509/profile.ts';
import type { Node } from './paths.ts';
import type { ChainProblem } from './problem.ts';

type Tried = {
  readonly served: readonly X509Certificate[];
  /** The longest chain that does not reach the bundle, leaf first. */
  readonly deadEnd: readonly Node[];
  readonly bundle: readonly X509Certificate[];
  readonly exhausted: boolean;
  readonly factsOf: (node: Node) => CertificateFacts;
};

const problem = (message: string): ChainProblem => ({ code: 'SERVED_CHAIN_UNTRUSTED', message });

/** Returns why the issuer whose key signed `top` may not sign it; null when there is no such issuer or no such reason. */
const unfit = (top: X509Certificate, all: readonly X509Certificate[]): string | null => {
  const issuer = all.find(
    (each) => each.subject === top.issuer && each.fingerprint256 !== top.fingerprint256 && isVerifiedBy(top, each),
  );
  if (issuer === undefined) return null;
  const { version, basic, keyUsage } = profileOf(issuer.raw);
  const signer = `${shortName(certificateFacts(issuer))}, which signed it,`;
  // OpenSSL treats an unreadable certificate as having no issuer and being none.
  for (const each of [top, issuer]) {
    const [what] = profileOf(each.raw).malformed;
    if (what !== undefined) return `${shortName(certificateFacts(each))} holds ${what} (RFC 5280 §4.2)`;
  }
  if (version < 3)
    return `${signer} is a certificate of version ${version}, which no CA below a root has (RFC 5280 §6.1.4 (k))`;
  if (basic?.ca !== true) return `${signer} is no CA (RFC 5280 §4.2.1.9)`;
  if (keyUsage !== null && !keyUsage.includes('keyCertSign'))
    return `${signer} may not sign certificates: its key usage lacks keyCertSign (RFC 5280 §4.2.1.3)`;
  return top.checkIssued(issuer) ? null : `${signer} has another key identifier than it names (RFC 5280 §4.2.1.1)`;
};

export const untrusted = ({ served, deadEnd, bundle, exhausted, factsOf }: Tried): ChainProblem => {
  const last = deadEnd.at(-1);
  if (last === undefined) return problem('no certificate was served');
  const top = last.certificate;
  const facts = factsOf(last);
  const name = shortName(facts);
  if (exhausted)
    return problem(`so many certificates of one name are served that the search for a path from ${name} was given up`);
  const [leaf] = bundle.filter((anchor) => !isAnchor(anchor));
  const noCa =
    leaf !== undefined && !bundle.some(isAnchor)
      ? ` (which holds no CA certificate: ${shortName(certificateFacts(leaf))} is a leaf)`
      : '';
  const alone = deadEnd.length === 1;
  if (isSelfSigned(top))
    return alone
      ? { code: 'SERVED_CHAIN_SELF_SIGNED', message: `${name} signed itself and is not in the trust bundle${noCa}` }
      : problem(`the chain ends at ${name}, which is self-signed and not in the trust bundle${noCa}`);
  const issuer = `${name} names the issuer ${facts.issuer}`;
  const why = unfit(top, [...served, ...bundle]);
  if (why !== null) return problem(`${issuer}, but ${why}`);
  if (bundle.some((anchor) => anchor.subject === top.issuer && anchor.ca))
    return problem(`${issuer}, but the CA of that name in the trust bundle did not sign it`);
  if (served.some((each) => each !== top && each.subject === top.issuer))
    return problem(`${issuer}, but the certificate of that name that is served did not sign it`);
  if (alone)
    return {
      code: 'SERVED_CHAIN_INCOMPLETE',
      message: `${issuer}, which is neither ${served.length === 1 ? 'served with it' : 'among the others that are served'} nor in the trust bundle${noCa}: the intermediate is missing, or it comes from another CA`,
    };
  return problem(`the chain ends at ${name}; its issuer ${facts.issuer} is not in the trust bundle${noCa}`);
};
