/** What makes a certificate an X509-SVID (SPIFFE X509-SVID; the sections are named with each rule): validators refuse what is none. */
import type { CertificateFacts } from '../model/certificate.ts';
import { keyUsagesOf } from './key-usage.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
/** SPIFFE-ID §2: trust domain and path segments; at most 2048 bytes. */
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(\/[A-Za-z0-9._-]+)*$/;
const MAX_ID = 2048;

export const isSpiffeId = (principal: string | null): principal is string =>
  principal?.startsWith('spiffe://') ?? false;

/** Each rule that it breaks, in words that follow “it”. `strict`: also the usages, which a declared fault may break on purpose. */
export const svidProblems = (leaf: CertificateFacts, principal: string, strict: boolean): readonly string[] => [
  ...nameProblems(leaf, principal),
  ...usageProblems(leaf),
  ...(strict ? extendedProblems(leaf) : []),
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

const extendedProblems = ({ extendedKeyUsage: usages }: CertificateFacts): readonly string[] =>
  usages === null || (usages.includes(SERVER_AUTH) && usages.includes(CLIENT_AUTH))
    ? []
    : ['has an extended key usage without both serverAuth and clientAuth (§4.4)'];
