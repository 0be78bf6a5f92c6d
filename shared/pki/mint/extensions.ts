/** Encodes the extensions that issued certificates carry (RFC 5280 §4.2.1). */
import { Buffer } from 'node:buffer';
import { isIP, isIPv6 } from 'node:net';
import { bitString, integer, octetString, oid, sequence, TAG, text, tlv } from '../asn1/der.ts';
import { OID } from '../asn1/oids.ts';
import { KEY_USAGES, type KeyUsage } from '../x509/key-usage.ts';
import { extension } from './assemble.ts';

export type AltName =
  | { readonly dns: string }
  | { readonly ip: string }
  | { readonly uri: string }
  | { readonly email: string };

export const EXTENDED_USAGES = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const;
export type ExtendedUsage = keyof typeof EXTENDED_USAGES;

const ipBytes = (address: string): Uint8Array => {
  if (isIP(address) === 0 || (isIPv6(address) && address.includes('.')))
    throw new TypeError(`Not an IP address: ${address}`);
  if (!isIPv6(address)) return Uint8Array.from(address.split('.').map(Number));
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
};

/** GeneralName (RFC 5280 §4.2.1.6): implicit context tags. */
const generalName = (name: AltName): Uint8Array => {
  if ('email' in name) return text(0x81, name.email);
  if ('dns' in name) return text(0x82, name.dns);
  if ('uri' in name) return text(0x86, name.uri);
  return tlv(0x87, ipBytes(name.ip));
};

export const subjectAltName = (names: readonly AltName[]): Uint8Array =>
  extension(OID.subjectAltName, sequence(...names.map(generalName)));

/** decipherOnly is the ninth bit and would need a second byte; no minted certificate uses it. */
export type MintedKeyUsage = Exclude<KeyUsage, 'decipherOnly'>;

export const keyUsage = (usages: readonly MintedKeyUsage[]): Uint8Array => {
  const bits = usages.reduce((sum, usage) => sum | (0x80 >> KEY_USAGES.indexOf(usage)), 0);
  // A named bit list ends at its last one bit (X.690 §11.2.2).
  const unused = Math.max(0, Math.log2(bits & -bits));
  return extension(OID.keyUsage, bitString(Uint8Array.of(bits), unused), true);
};

export const extendedKeyUsage = (usages: readonly ExtendedUsage[]): Uint8Array =>
  extension(OID.extendedKeyUsage, sequence(...usages.map((usage) => oid(EXTENDED_USAGES[usage]))));

export const basicConstraints = (ca: boolean): Uint8Array =>
  extension(OID.basicConstraints, sequence(...(ca ? [tlv(TAG.boolean, Uint8Array.of(0xff))] : [])), true);

export const subjectKeyIdentifier = (identifier: Uint8Array): Uint8Array =>
  extension(OID.subjectKeyIdentifier, octetString(identifier));

export const authorityKeyIdentifier = (identifier: Uint8Array): Uint8Array =>
  extension(OID.authorityKeyIdentifier, sequence(tlv(0x80, identifier)));

/** Returns the cRLNumber extension (RFC 5280 §5.2.3): it must increase with each list of a CA. */
export const crlNumber = (number: number): Uint8Array =>
  extension('2.5.29.20', integer(...Buffer.from(number.toString(16).padStart(16, '0'), 'hex')));
