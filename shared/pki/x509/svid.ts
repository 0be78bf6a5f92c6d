/** Checks a certificate against SPIFFE X509-SVID; each rule names its section. SPIFFE validators reject a certificate that breaks a rule. */
import type { CertificateFacts } from '../../model/certificate.ts';
import { keyUsagesOf } from './key-usage.ts';

/** A SPIFFE ID (SPIFFE-ID §2): trust domain and path segments, at most 2048 bytes. */
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(\/[A-Za-z0-9._-]+)*$/;
const MAX_ID = 2048;

export const isSpiffeId = (principal: string | null): principal is string =>
  principal?.startsWith('spiffe://') ?? false;

/**
 * Returns the rules that the certificate breaks, each as words that follow “it”. §4.4 asks issuers to set both serverAuth and clientAuth, but §5
 * does not let validators require it, so a test identity with clientAuth alone passes.
 */
export const svidProblems = (leaf: CertificateFacts, principal: string): readonly string[] => [
  ...nameProblems(leaf, principal),
  ...usageProblems(leaf),
];

const nameProblems = ({ uris }: CertificateFacts, principal: string): readonly string[] => {
  const [uri] = uris;
  if (uri === undefined) return ['has no URI SAN (§2)'];
  if (uris.length > 1) return [`has ${uris.length} URI SANs, and validators accept exactly one (§2)`];
  return [
    ...(uri === principal ? [] : [`is ${uri.slice(0, 200)}, not ${principal} as the registry says (§2)`]),
    ...idProblems(uri),
  ];
};

const idProblems = (uri: string): readonly string[] => {
  if (!SPIFFE_ID.test(uri) || uri.length > MAX_ID || /\/\.{1,2}(\/|$)/.test(uri))
    return ['has a URI SAN that is no SPIFFE ID (SPIFFE-ID §2)'];
  return /^spiffe:\/\/[^/]+\/./.test(uri) ? [] : ['has a SPIFFE ID without a path, as only CAs do (§3.1)'];
};

const usageProblems = ({ der, ca }: CertificateFacts): readonly string[] => {
  const usages = keyUsagesOf(der);
  const forbidden = (usages ?? []).filter((usage) => usage === 'keyCertSign' || usage === 'cRLSign');
  return [
    ...(ca ? ['is a CA certificate (§4.1)'] : []),
    ...(usages === null ? ['has no key usage (§4.3)'] : []),
    ...(usages === null || usages.includes('digitalSignature') ? [] : ['lacks the key usage digitalSignature (§4.3)']),
    ...(forbidden.length === 0 ? [] : [`has the key usage ${forbidden.join(' and ')} (§4.3)`]),
  ];
};
