import { DAY, type Instant, type Milliseconds } from './time.ts';

/** CA/Browser Forum Baseline Requirements §1.6.1: of at most seven days. Meshes issue for an hour to three days, and renew all the time. */
export const SHORT_LIVED: Milliseconds = 7 * DAY;

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
  /**
   * SHA-256, hex, of the issuer's name and of the identifier of its key, where one is given. Of a short-lived certificate it is the name alone,
   * without a serial number in it: a mesh's CA gets a new key, and SPIRE's a new serial number, as a matter of course.
   */
  readonly issuerSha256: string;
  /** DER: the bytes everything above was read from. */
  readonly der: Uint8Array;
};
