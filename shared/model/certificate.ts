import { DAY, type Instant, type Milliseconds } from './time.ts';

/** Longest lifetime of a short-lived certificate (CA/Browser Forum Baseline Requirements §1.6.1). Meshes issue for an hour to three days. */
export const SHORT_LIVED: Milliseconds = 7 * DAY;

/** The fields of a certificate that the program uses. Times are its notBefore and notAfter (RFC 5280 §4.1.2.5). */
export type CertificateFacts = {
  /** RFC 4514 order, comma separated; `CN=…` first if there is one. */
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  /** OIDs (RFC 5280 §4.2.1.12); null if the extension is absent: any use is allowed. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** Basic constraints, cA (RFC 5280 §4.2.1.9). */
  readonly ca: boolean;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** Lower-case hex of the SHA-256 of the DER encoding. */
  readonly sha256: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex: equal for certificates with the same key. */
  readonly keySha256: string;
  /**
   * SHA-256, hex, of the issuer's name and of its key identifier, if there is one. For a short-lived certificate, of the name alone without its
   * serialNumber attribute: a mesh's CA regularly gets a new key, and SPIRE's a new serialNumber.
   */
  readonly issuerSha256: string;
  /** DER of the certificate, from which the other fields were read. */
  readonly der: Uint8Array;
};
