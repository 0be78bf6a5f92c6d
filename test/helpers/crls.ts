/** CRLs with whatever marks a test asks for, and certificates that name distribution points. */
import { X509Certificate } from 'node:crypto';
import { bitString, explicit, integer, pem, sequence, TAG, time, tlv } from '../../shared/pki/asn1/der.ts';
import { extension, putTogether, signed } from '../../shared/pki/mint/assemble.ts';
import type { Authority, Validity } from '../../shared/pki/mint/issue.ts';
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

export type Entry = { readonly serial: Uint8Array; readonly extensions?: readonly Uint8Array[] };

export const mintCrl = (
  { name, privateKey }: Pick<Authority, 'name' | 'privateKey'>,
  { notBefore, notAfter }: Validity,
  extensions: readonly Uint8Array[] = [],
  entries: readonly Entry[] = [],
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
  return pem('X509 CRL', signed(body, privateKey));
};

type Point = { readonly name: Uint8Array; readonly reasons?: boolean; readonly crlIssuer?: Uint8Array };
/** CRLDistributionPoints (RFC 5280 §4.2.1.13). */
export const distributionPoints = (...points: Point[]): Uint8Array =>
  extension(
    '2.5.29.31',
    sequence(
      ...points.map(({ name, reasons, crlIssuer }) =>
        sequence(
          name,
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
