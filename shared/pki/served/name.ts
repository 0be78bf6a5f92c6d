/** Checks that a served certificate carries the name that the client connected to. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { ServerIdentity } from '../../model/registry.ts';
import { shortName } from '../x509/certificate.ts';
import type { ChainProblem } from './problem.ts';

/** SPIFFE X509-SVID §2: validators reject a certificate without exactly one URI. */
const carriesSpiffeId = ({ uris }: CertificateFacts, uri: string): boolean => uris.length === 1 && uris[0] === uri;

const carries = (leaf: X509Certificate, facts: CertificateFacts, identity: ServerIdentity): boolean => {
  switch (identity.kind) {
    // RFC 9525 §2: the common name is ignored. §6.3: a wildcard is the whole leftmost label.
    case 'dns':
      return leaf.checkHost(identity.name, { subject: 'never', partialWildcards: false }) !== undefined;
    case 'ip':
      return leaf.checkIP(identity.address) !== undefined;
    case 'uri':
      return carriesSpiffeId(facts, identity.uri);
    default:
      return identity satisfies never;
  }
};

const SHOWN = 5;
const listed = (names: readonly string[]): string => names.slice(0, SHOWN).join(', ');

/** Returns the mismatch, if any. DNS names and addresses have one code and SPIFFE IDs another, because different teams repair them. */
export const nameProblems = (
  leaf: X509Certificate,
  facts: CertificateFacts,
  identity: ServerIdentity,
): readonly ChainProblem[] => {
  if (carries(leaf, facts, identity)) return [];
  const { dnsNames, ipAddresses, uris } = facts;
  if (identity.kind === 'uri') {
    const has =
      uris.length === 0
        ? `it carries no URI${dnsNames.length === 0 ? '' : `, only ${listed(dnsNames)}`}`
        : uris.length === 1
          ? `it is ${uris[0]}`
          : `it carries ${uris.length} URIs (${listed(uris)}), and an X509-SVID has exactly one`;
    return [
      { code: 'SERVED_IDENTITY_MISMATCH', message: `${shortName(facts)} does not identify ${identity.uri}: ${has}` },
    ];
  }
  const names = [...dnsNames, ...ipAddresses, ...uris];
  const none = leaf.subjectAltName === undefined ? 'no subject alternative name at all' : 'no DNS name, address or URI';
  const has = names.length === 0 ? `it carries ${none}` : `it carries ${listed(names)}`;
  const wanted = identity.kind === 'dns' ? identity.name : identity.address;
  const message = `${shortName(facts)} is not valid for ${wanted}: ${asDnsName(facts, wanted, identity.kind) ?? partial(leaf, wanted, identity.kind) ?? has}`;
  return [{ code: 'SERVED_NAME_MISMATCH', message }];
};

/** RFC 9525 §6.5: an IP address is compared with the IP addresses of the certificate only. */
const asDnsName = ({ dnsNames }: CertificateFacts, wanted: string, kind: 'dns' | 'ip'): string | null =>
  kind === 'ip' && dnsNames.includes(wanted)
    ? 'it carries the address as a DNS name, and clients look for it among the IP addresses'
    : null;

const partial = (leaf: X509Certificate, wanted: string, kind: 'dns' | 'ip'): string | null => {
  const found = kind === 'dns' ? leaf.checkHost(wanted, { subject: 'never' }) : undefined;
  return found === undefined
    ? null
    : `it carries ${found}, whose wildcard is a part of a label (RFC 9525 §6.3 allows a whole label only)`;
};
