import type { Instant } from './time.ts';

/** What a certificate says, without its key material. Times are its notBefore and notAfter (RFC 5280 §4.1.2.5). */
export type CertificateFacts = {
  /** RFC 4514 order, comma separated; `CN=…` first where there is one. */
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  /** OIDs (RFC 5280 §4.2.1.12); null where the extension is absent: any use is allowed. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** Basic constraints, cA (RFC 5280 §4.2.1.9). */
  readonly ca: boolean;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** Lower-case hex of the SHA-256 of the DER encoding. */
  readonly sha256: string;
  /** SHA-256 of the public key (its SubjectPublicKeyInfo), hex: the same for a certificate that was issued again for the same key. */
  readonly keySha256: string;
  /** SHA-256 of the issuer's name and of the identifier of its key, where one is given, hex. */
  readonly issuerSha256: string;
  /** DER: the bytes everything above was read from. */
  readonly der: Uint8Array;
};
