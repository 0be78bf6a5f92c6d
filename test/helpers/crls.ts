/** CRLs with whatever marks a test asks for, and certificates that name distribution points. */
import { X509Certificate } from 'node:crypto';
import {
  bitString,
  explicit,
  integer,
  pem,
  readAll,
  readTlv,
  sequence,
  TAG,
  time,
  tlv,
} from '../../shared/pki/asn1/der.ts';
import { extension, putTogether, signed } from '../../shared/pki/mint/assemble.ts';
import type { Authority, Validity } from '../../shared/pki/mint/issue.ts';
import type { Signature } from '../../shared/pki/mint/keys.ts';
import { takeApart } from '../../shared/pki/x509/certificate-parts.ts';

export const uri = (text: string): Uint8Array => tlv(0x86, new TextEncoder().encode(text));
export const directory = (name: Uint8Array): Uint8Array => tlv(0xa4, name);
/** DistributionPointName (RFC 5280 §4.2.1.13), in the tag that both extensions give it. */
export const fullName = (...names: Uint8Array[]): Uint8Array => tlv(0xa0, tlv(0xa0, ...names));
/** Of the attributes of one RDN. */
export const relativeName = (...attributes: Uint8Array[]): Uint8Array => tlv(0xa0, tlv(0xa1, ...attributes));

const yes = (tag: number) => Uint8Array.of(tag, 1, 0xff);
/** IssuingDistributionPoint (RFC 5280 §5.2.5): its fields, in their order. */
export const FIELDS = {
  user: yes(0x81),
  ca: yes(0x82),
  /** keyCompromise alone. */
  reasons: Uint8Array.of(0x83, 2, 6, 0x40),
  indirect: yes(0x84),
  attribute: yes(0x85),
} as const;
export const scope = (...fields: Uint8Array[]): Uint8Array => extension('2.5.29.28', sequence(...fields), true);
/** Of nobody's arc that anything here knows (X.660: examples). */
export const unknownCritical = extension('2.999.1', tlv(TAG.null), true);
export const certificateIssuer = (name: Uint8Array): Uint8Array =>
  extension('2.5.29.29', sequence(directory(name)), true);

export const deltaOf = (base: number): Uint8Array => extension('2.5.29.27', integer(...bytesOf(base)), true);
const bytesOf = (number: number): readonly number[] => [...Buffer.from(number.toString(16).padStart(8, '0'), 'hex')];
/** freshestCRL (RFC 5280 §5.2.6): without it OpenSSL applies no delta. */
export const freshest = extension('2.5.29.46', sequence(sequence(fullName(uri('http://crl.test/delta.crl')))));
/** reasonCode (RFC 5280 §5.3.1): 6 is certificateHold, 8 is removeFromCRL. */
export const reason = (code: number): Uint8Array => extension('2.5.29.21', tlv(TAG.enumerated, Uint8Array.of(code)));

export type Entry = { readonly serial: Uint8Array; readonly extensions?: readonly Uint8Array[] };

/** `signature`: default is what minting signs with. */
export const mintCrl = (
  { name, privateKey }: Pick<Authority, 'name' | 'privateKey'>,
  { notBefore, notAfter }: Validity,
  extensions: readonly Uint8Array[] = [],
  entries: readonly Entry[] = [],
  signature?: Signature,
): string => {
  const listed = entries.map((entry) =>
    sequence(
      integer(...entry.serial),
      time(notBefore),
      ...(entry.extensions === undefined ? [] : [sequence(...entry.extensions)]),
    ),
  );
  const body = (algorithm: Uint8Array) =>
    sequence(
      integer(1),
      algorithm,
      name,
      time(notBefore),
      time(notAfter),
      ...(listed.length === 0 ? [] : [sequence(...listed)]),
      ...(extensions.length === 0 ? [] : [explicit(0, sequence(...extensions))]),
    );
  if (signature === undefined) return pem('X509 CRL', signed(body, privateKey));
  const bytes = body(signature.algorithm);
  return pem('X509 CRL', sequence(bytes, signature.algorithm, bitString(signature.sign(bytes))));
};

type Point = { readonly name?: Uint8Array; readonly reasons?: boolean; readonly crlIssuer?: Uint8Array };
/** The text's attributes again, each in another string type: 12 is UTF8String, 19 PrintableString, 20 TeletexString, 30 BMPString. */
export const reencoded = (name: Uint8Array, type: number, change = (text: string) => text): Uint8Array =>
  sequence(
    ...readAll(readTlv(name).content).map(({ content: attributes }) =>
      tlv(
        TAG.set,
        ...readAll(attributes).map(({ content }) => {
          const [id, value] = readAll(content);
          const text = change(Buffer.from(value?.content ?? []).toString());
          const bytes =
            type === 30 ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, type === 12 ? 'utf8' : 'latin1');
          return sequence(id?.bytes ?? new Uint8Array(), tlv(type, bytes));
        }),
      ),
    ),
  );

/** CRLDistributionPoints (RFC 5280 §4.2.1.13). */
export const distributionPoints = (...points: Point[]): Uint8Array =>
  extension(
    '2.5.29.31',
    sequence(
      ...points.map(({ name, reasons, crlIssuer }) =>
        sequence(
          ...(name === undefined ? [] : [name]),
          ...(reasons === true ? [tlv(0x81, bitString(Uint8Array.of(0x40), 6).subarray(2))] : []),
          ...(crlIssuer === undefined ? [] : [tlv(0xa2, directory(crlIssuer))]),
        ),
      ),
    ),
  );

/** The first certificate of a PEM text, with extensions added and signed again. */
export const withExtensions = (certificatePem: string, { privateKey }: Authority, ...added: Uint8Array[]): string => {
  const parts = takeApart(new X509Certificate(certificatePem).raw);
  return pem('CERTIFICATE', putTogether({ ...parts, extensions: [...parts.extensions, ...added] }, privateKey));
};
