/** A test identity, read and found fit for use: our own faults are found before any packet. */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';
import type { Fault } from '../model/names.ts';
import type { Instant } from '../model/time.ts';
import { certificateFacts, certificatesOfPem, isIssuedBy, shortName } from './certificate.ts';
import type { IdentityText, Parsed } from './identity-secret.ts';

/** The key is a KeyObject: it prints and serialises as nothing. */
export type Credentials = {
  readonly chain: readonly CertificateFacts[];
  readonly certificatePem: string;
  readonly privateKey: KeyObject;
};

/** Reads PEM into certificate and key, and makes sure that they belong together (by public key: moduli do not exist for EC). */
export const credentialsOf = (text: IdentityText): Parsed<Credentials> => {
  const certificates = readCertificates(text.certificate);
  if (!certificates.ok) return certificates;
  const key = readKey(text.privateKey, text.passphrase);
  if (!key.ok) return key;
  const [leaf, ...others] = leafFirst(certificates.value, key.value);
  if (leaf === undefined) {
    const named = certificates.value[0];
    const who = named === undefined ? 'the certificate' : shortName(certificateFacts(named));
    return { ok: false, reason: `the private key does not belong to ${who}: they come from different issues` };
  }
  const ordered = [leaf, ...others];
  return {
    ok: true,
    value: {
      chain: ordered.map(certificateFacts),
      certificatePem: ordered.map(String).join(''),
      privateKey: key.value,
    },
  };
};

const readCertificates = (pem: string): Parsed<readonly X509Certificate[]> => {
  try {
    const found = certificatesOfPem(pem);
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

const readKey = (pem: string, passphrase: string | null): Parsed<KeyObject> => {
  const encrypted = pem.includes('ENCRYPTED');
  if (encrypted && passphrase === null)
    return { ok: false, reason: 'the private key is encrypted and no passphrase is given' };
  try {
    return { ok: true, value: createPrivateKey({ key: pem, ...(passphrase === null ? {} : { passphrase }) }) };
  } catch {
    // OpenSSL's message may quote what it read: it is not passed on.
    if (encrypted) return { ok: false, reason: 'the private key cannot be decrypted: wrong passphrase, or damaged' };
    return {
      ok: false,
      reason: pem.includes('-----BEGIN') ? 'the private key is damaged' : 'the private key is not PEM',
    };
  }
};

/** A PEM bundle may come in any order: the leaf is the certificate that the key fits. */
const leafFirst = (certificates: readonly X509Certificate[], key: KeyObject): X509Certificate[] => {
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (leaf === undefined) return [];
  const ordered = [leaf];
  for (let top = leaf; ; ) {
    const issuer = certificates.find((candidate) => !ordered.includes(candidate) && isIssuedBy(top, candidate));
    if (issuer === undefined) return ordered;
    ordered.push(issuer);
    top = issuer;
  }
};

const CLIENT_AUTH = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];
const date = (instant: Instant): string => new Date(instant).toISOString().slice(0, 10);

/** Why an identity cannot test what it is for, or null. A declared fault must be true, and the only one that dates and usages show. */
export const unfit = (leaf: CertificateFacts, fault: Fault | null, now: Instant): string | null => {
  const untrue = declaredButUntrue(leaf, fault, now);
  if (untrue !== null) return untrue;
  if (fault !== 'expired' && leaf.notAfter < now) return `it expired on ${date(leaf.notAfter)}`;
  if (fault !== 'not-yet-valid' && leaf.notBefore > now) return `it is not valid before ${date(leaf.notBefore)}`;
  if (fault !== 'wrong-usage' && !allowsClients(leaf))
    return 'its extended key usage does not allow clients (clientAuth is missing)';
  return leaf.ca ? 'it is a CA certificate, not an identity' : null;
};

const allowsClients = ({ extendedKeyUsage }: CertificateFacts): boolean =>
  extendedKeyUsage === null || extendedKeyUsage.some((usage) => CLIENT_AUTH.includes(usage));

const declaredButUntrue = (leaf: CertificateFacts, fault: Fault | null, now: Instant): string | null => {
  if (fault === 'expired' && leaf.notAfter >= now)
    return `it says it is expired, but it is valid until ${date(leaf.notAfter)}: it tests nothing`;
  if (fault === 'not-yet-valid' && leaf.notBefore <= now)
    return `it says it is not yet valid, but it has been valid since ${date(leaf.notBefore)}: it tests nothing any more`;
  if (fault === 'wrong-usage' && allowsClients(leaf))
    return 'it says its usage is wrong, but its extended key usage allows clients: it tests nothing';
  return null;
};
