/** The remedy for each fault of a CRL. */
import type { CrlFault, CrlGap } from '../x509/crl-coverage.ts';
import type { CrlSourceFault } from '../x509/crl-file.ts';

export type CrlTrouble =
  | CrlSourceFault
  | CrlFault
  | CrlGap
  | 'forged'
  | 'unknown-algorithm'
  | 'issuer-not-on-path'
  | 'contradicted'
  | 'none-of-its-ca';

const SHARD =
  'Name the list in the certificate’s own CRL distribution points, or every shard: one list that covers the certificate is enough.';
const COMPLETE = 'Name a complete list of the CA beside it: one that covers the certificate is enough.';

export const CRL_CURES: Readonly<Record<CrlTrouble, string>> = {
  'file-unreadable': 'Correct the path in the registry, or let the monitor read the file.',
  'address-refused': 'Name a URL whose host has an address that the monitor may connect to.',
  'not-reached':
    'See that the host of the URL resolves and answers from where the monitor runs: `curl -sSv -o /dev/null` with this URL shows where it ends.',
  'too-slow': 'See why its server is slow or silent from where the monitor runs, or name another distribution point.',
  'not-found':
    'Correct the URL in the registry, or let the CA publish its list there: the certificate’s CRL distribution points name where it should be.',
  redirects: 'Name the URL in the registry that the redirects lead to.',
  'too-large': 'Let the CA partition its list into shards, and name those that cover the served certificates.',
  'web-page':
    'The URL shows a page (a login, an error, a portal): name the list’s own URL, as the certificate’s CRL distribution points do.',
  'no-crl': 'Name a file or URL that holds the list in PEM; a URL may give it in DER too.',
  damaged: 'Fetch or publish it again: `openssl crl -noout -text` reads a sound list.',
  'not-yet-valid': 'Set the clocks of the CA and of the monitor right.',
  'signer-without-crl-sign': 'Renew the CA’s certificate with `cRLSign` in its key usage: clients refuse the list too.',
  'attribute-certificates-only': COMPLETE,
  'signed-by-another-key':
    'Name the list that the key of the certificate’s issuer signs: a CA that has replaced its key keeps one for each.',
  'other-key-identifier':
    'Have the CA publish a list whose authority key identifier is the subject key identifier of its certificate: clients refuse this one.',
  'unknown-critical-extension': 'Have the CA publish a list without this extension: clients refuse it too.',
  'delta-without-base': 'Name the complete list beside the delta: in the same file, or as another line of `crls`.',
  'issuers-without-mark':
    'Have the CA mark it (`indirectCRL` in its issuingDistributionPoint), or publish a list for each CA.',
  'user-certificates-only': COMPLETE,
  'ca-certificates-only': COMPLETE,
  'some-reasons-only': COMPLETE,
  'other-distribution-point': SHARD,
  forged:
    'Find out who publishes it: the file or URL holds a list in the CA’s name that the CA did not sign. `openssl crl -noout -text` shows its key identifier.',
  'unknown-algorithm':
    'Have the CA sign its lists with an algorithm of RFC 4055, 5758, 8410 or 9881, or check revocation elsewhere.',
  contradicted:
    'Ask the CA which of its two lists holds, and name that one alone; where the certificate is revoked, replace it.',
  'issuer-not-on-path':
    'Name a list that the CA signs itself beside it: lists of a separate CRL issuer are not followed.',
  'none-of-its-ca':
    'Name the list of the certificate’s issuer: `openssl crl -noout -issuer` shows whose list a file is, the certificate’s CRL distribution points where it is published.',
};
