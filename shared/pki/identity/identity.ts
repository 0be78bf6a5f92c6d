/** Reads a test identity and checks that it can be used, so that mistakes in it are found before the first connection. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { CertificateFacts } from '../../model/certificate.ts';
import { FAULTS, type Fault } from '../../model/names.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Instant } from '../../model/time.ts';
import { isWhole } from '../content/certificates.ts';
import { certificateFacts, certificatesOfPem, isIssuedBy, isSelfSigned, shortName } from '../x509/certificate.ts';
import { keyText } from '../x509/key-strength.ts';
import { privateKeyOf } from './private-key.ts';
import type { IdentityText } from './shapes.ts';

/** A usable identity. The key is a KeyObject: printing or serialising it reveals nothing. */
export type Credentials = {
  readonly chain: readonly CertificateFacts[];
  readonly certificatePem: string;
  readonly privateKey: KeyObject;
  /** The certificates were stored in another order than TLS requires (RFC 8446 §4.4.2). */
  readonly reordered: boolean;
  /** Stored certificates that signed nothing of the leaf's chain; they are not presented. */
  readonly unlinked?: readonly CertificateFacts[];
  /** Stored CAs to which the chain should lead. */
  readonly roots?: readonly CertificateFacts[];
};

/**
 * Reads certificate and key from PEM, and checks that they belong together (by public key, because EC keys have no modulus) and that a handshake
 * can use them: OpenSSL rejects short keys when it loads them, before any server sees them.
 */
export const credentialsOf = (text: IdentityText): Parsed<Credentials> => {
  const certificates = readCertificates(text.certificate);
  if (!certificates.ok) return certificates;
  const key = privateKeyOf(text.privateKey, text.passphrase, text.keyPlace);
  if (!key.ok) return key;
  const roots = readCertificates(text.roots ?? '');
  // Terraform's `ca_cert_pem` and cert-manager's `ca.crt` contain the issuer, which may be an intermediate.
  const issuers = roots.ok ? roots.value.filter((each) => !isSelfSigned(each)) : [];
  const [leaf, ...others] = leafFirst(certificates.value, issuers, key.value);
  if (leaf === undefined) {
    const named = certificates.value[0];
    const who = named === undefined ? 'the certificate' : shortName(certificateFacts(named));
    return { ok: false, reason: `the private key does not belong to ${who}: they come from different issues` };
  }
  const ordered = [leaf, ...others];
  const certificatePem = ordered.map(String).join('');
  const refusal = refusedByOpenssl(certificatePem, leaf, key.value);
  if (refusal !== null) return { ok: false, reason: refusal };
  const own = ordered.filter((each) => certificates.value.includes(each));
  return {
    ok: true,
    value: {
      chain: ordered.map(certificateFacts),
      certificatePem,
      privateKey: key.value,
      unlinked: certificates.value.filter((each) => !ordered.includes(each)).map(certificateFacts),
      reordered: own.some((each, index) => each !== certificates.value[index]),
      ...(roots.ok ? { roots: roots.value.map(certificateFacts) } : {}),
    },
  };
};

const refusedByOpenssl = (cert: string, leaf: X509Certificate, key: KeyObject): string | null => {
  try {
    createSecureContext({ cert, key: key.export({ format: 'pem', type: 'pkcs8' }) });
    return null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return code === 'ERR_SSL_EE_KEY_TOO_SMALL'
      ? `its key is too short to be used: ${keyText(leaf)}`
      : `OpenSSL does not load it (${code})`;
  }
};

const readCertificates = (pem: string): Parsed<readonly X509Certificate[]> => {
  try {
    const found = certificatesOfPem(pem);
    if (!found.every(isWhole)) return { ok: false, reason: 'the certificate is damaged: its dates cannot be read' };
    if (found.length > 0) return { ok: true, value: found };
    return {
      ok: false,
      reason: pem.includes('-----BEGIN')
        ? 'the certificate is damaged: no whole PEM block'
        : 'the certificate is not PEM',
    };
  } catch {
    return { ok: false, reason: 'the certificate is damaged: its PEM block does not decode to a certificate' };
  }
};

/** The certificates may be in any order: the leaf is the one whose public key matches the private key. */
const leafFirst = (
  certificates: readonly X509Certificate[],
  issuers: readonly X509Certificate[],
  key: KeyObject,
): X509Certificate[] => {
  const candidates = [...certificates, ...issuers];
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (leaf === undefined) return [];
  const ordered = [leaf];
  for (let top = leaf; ; ) {
    const issuer = candidates.find((candidate) => !ordered.includes(candidate) && isIssuedBy(top, candidate));
    if (issuer === undefined) return ordered;
    ordered.push(issuer);
    top = issuer;
  }
};

const CLIENT_AUTH = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];
const date = (instant: Instant): string => new Date(instant).toISOString().slice(0, 10);

/** Returns why the leaf cannot be used for its purpose, or null. A declared fault must be present, and no other fault of dates or usages may be. */
export const unfit = (leaf: CertificateFacts, fault: Fault | null, now: Instant): string | null => {
  const declared = fault === null ? null : SHOWN[fault];
  if (declared !== null && !declared.isThere(leaf, now)) return declared.missing(leaf);
  const other = FAULTS.map((each) => SHOWN[each]).find((each) => each !== declared && each?.isThere(leaf, now));
  if (other) return other.undeclared(leaf);
  return leaf.ca ? 'it is a CA certificate, not an identity' : null;
};

const allowsClients = ({ extendedKeyUsage }: CertificateFacts): boolean =>
  extendedKeyUsage === null || extendedKeyUsage.some((usage) => CLIENT_AUTH.includes(usage));

type ShownFault = {
  readonly isThere: (leaf: CertificateFacts, now: Instant) => boolean;
  /** The reason when the fault is present and not declared. */
  readonly undeclared: (leaf: CertificateFacts) => string;
  /** The reason when the fault is declared and not present. */
  readonly missing: (leaf: CertificateFacts) => string;
};

/** How each fault shows in a certificate; null for a fault that does not show. */
const SHOWN: Readonly<Record<Fault, ShownFault | null>> = {
  expired: {
    isThere: ({ notAfter }, now) => notAfter < now,
    undeclared: ({ notAfter }) => `it expired on ${date(notAfter)}`,
    missing: ({ notAfter }) => `it says it is expired, but it is valid until ${date(notAfter)}: it tests nothing`,
  },
  'not-yet-valid': {
    isThere: ({ notBefore }, now) => notBefore > now,
    undeclared: ({ notBefore }) => `it is not valid before ${date(notBefore)}`,
    missing: ({ notBefore }) =>
      `it says it is not yet valid, but it has been valid since ${date(notBefore)}: it tests nothing any more`,
  },
  'wrong-usage': {
    isThere: (leaf) => !allowsClients(leaf),
    undeclared: () => 'its extended key usage does not allow clients (clientAuth is missing)',
    missing: () => 'it says its usage is wrong, but its extended key usage allows clients: it tests nothing',
  },
  revoked: null,
};
