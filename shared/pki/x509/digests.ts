/** Digests (SHA-256, hex) of a certificate's key and of its issuer: they distinguish a renewal from a change of issuer. */
import { createHash } from 'node:crypto';
import { readAll, readTlv } from '../asn1/der.ts';
import { OID } from '../asn1/oids.ts';
import { isOf, takeApart } from './certificate-parts.ts';

const sha256 = (...parts: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** A certificate that node:crypto reads and `takeApart` does not gets the digest of its whole DER, which equals no other certificate's. */
const orWhole = (der: Uint8Array, digest: () => string): string => {
  try {
    return digest();
  } catch {
    return sha256(der);
  }
};

/** Returns the SHA-256 of the SubjectPublicKeyInfo, hex. */
export const keyDigest = (der: Uint8Array): string => orWhole(der, () => sha256(takeApart(der).spki));

/**
 * Returns the keyIdentifier field alone (RFC 5280 §4.2.1.1): the optional issuer and serial number in the same extension change with each new CA
 * certificate.
 */
const authorityKeyIdentifier = (extensions: readonly Uint8Array[]): Uint8Array => {
  const found = extensions.find((each) => isOf(each, OID.authorityKeyIdentifier));
  const value = found === undefined ? undefined : readAll(readTlv(found).content).at(-1)?.content;
  const fields = value === undefined ? [] : readAll(readTlv(value).content);
  return fields.find(({ tag }) => tag === 0x80)?.content ?? new Uint8Array();
};

/** Returns the RDNs of a Name without its serialNumber attribute (X.520, 2.5.4.5). */
const lastingNames = (issuer: Uint8Array): readonly Uint8Array[] =>
  readAll(readTlv(issuer).content)
    .filter(({ content }) => !isOf(content, '2.5.4.5'))
    .map(({ bytes }) => bytes);

/**
 * Returns a SHA-256, hex, of the issuer's name and authority key identifier. `shortLived`: of the name alone, without its serialNumber, because
 * issuers of short-lived certificates replace their key often.
 */
export const issuerDigest = (der: Uint8Array, shortLived: boolean): string =>
  orWhole(der, () => {
    const { issuer, extensions } = takeApart(der);
    return shortLived ? sha256(...lastingNames(issuer)) : sha256(issuer, authorityKeyIdentifier(extensions));
  });
