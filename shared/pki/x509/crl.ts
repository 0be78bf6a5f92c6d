/**
 * Reads certificate revocation lists (RFC 5280 §5). node:crypto has no CRL parser: it only passes CRLs to OpenSSL for a handshake. `crlOf` lists
 * what is not supported.
 */
import { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';
import { readableKey } from './certificate.ts';
import { takeApart } from './certificate-parts.ts';
import { type Entries, type EntryStatus, entriesOf } from './crl-entries.ts';
import { type CrlScope, ISSUING_DISTRIBUTION_POINT, scopeOf } from './crl-scope.ts';
import { type Extension, extensionsOf } from './extension.ts';
import { type NameKey, nameKey } from './name-key.ts';
import { type Signed, signedBy } from './signature.ts';

export type Crl = {
  readonly issuer: NameKey;
  readonly thisUpdate: Instant;
  /** Null when the list has no nextUpdate. */
  readonly nextUpdate: Instant | null;
  /** cRLNumber (RFC 5280 §5.2.3). */
  readonly number: bigint | null;
  /** BaseCRLNumber of a delta CRL (RFC 5280 §5.2.4): the list contains the changes since the list of that number. Null for a complete list. */
  readonly base: bigint | null;
  /** The authority key identifier in hex (RFC 5280 §5.2.1); null when the list has none. */
  readonly keyIdentifier: string | null;
  readonly entries: Pick<Entries, 'find' | 'nameIssuers'>;
  readonly scope: CrlScope;
  /** Dotted object identifiers of critical extensions, of the list and of its entries, that this reader does not process. */
  readonly unknownCritical: readonly string[];
  /** Whether the key of `issuer` signed the list. The signature is verified once per certificate. */
  readonly signedBy: (issuer: X509Certificate) => Signed;
};

const CRL_NUMBER = '2.5.29.20';
const DELTA = '2.5.29.27';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
/** What may be critical. A critical cRLNumber (RFC 5280 §5.2.3: it is non-critical) keeps OpenSSL and Java from using the list. */
const KNOWN: readonly string[] = [DELTA, ISSUING_DISTRIBUTION_POINT, AUTHORITY_KEY_IDENTIFIER];
/** Bytes of a CRL number that are read; RFC 5280 §5.2.3 allows 20. */
const MAX_NUMBER = 64;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const isTime = ({ tag }: Tlv): boolean => tag === TAG.utcTime || tag === TAG.generalizedTime;

/**
 * Returns a UTCTime or GeneralizedTime as milliseconds since the epoch. Throws a RangeError for a time without seconds or `Z`, which RFC 5280
 * §5.1.2.4 requires.
 */
export const instantOf = ({ tag, content }: Tlv): Instant => {
  const digits = Buffer.from(content).toString('latin1');
  const full = tag === TAG.generalizedTime ? digits : `${Number(digits.slice(0, 2)) < 50 ? '20' : '19'}${digits}`;
  const instant = Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(instant)) throw new RangeError('a time that RFC 5280 does not allow');
  return instant;
};

const numberIn = (extensions: readonly Extension[], id: string): bigint | null => {
  const found = extensions.find((each) => each.id === id);
  if (found === undefined) return null;
  const { tag, content } = readTlv(found.value);
  if (tag !== TAG.integer || content.length === 0 || content.length > MAX_NUMBER) throw new RangeError('no number');
  return BigInt(`0x${hex(content)}`);
};

const keyIdentifierIn = (extensions: readonly Extension[]): string | null => {
  const found = extensions.find(({ id }) => id === AUTHORITY_KEY_IDENTIFIER);
  const field = found === undefined ? undefined : readAll(readTlv(found.value).content).find(({ tag }) => tag === 0x80);
  return field === undefined ? null : hex(field.content);
};

const once = (judge: (issuer: X509Certificate) => Signed): Crl['signedBy'] => {
  const known = new Map<string, Signed>();
  return (issuer) => {
    const said = known.get(issuer.fingerprint256) ?? judge(issuer);
    known.set(issuer.fingerprint256, said);
    return said;
  };
};

/**
 * Returns the CRL in `der`. Throws a RangeError for bytes that are not a CRL. Not supported:
 * - Indirect CRLs (RFC 5280 §5.2.5) whose issuer is not a CA of the path: their signature is not verified, and `revocationProblems` reports them.
 * - Lists that cover only some reasons (§5.2.5): read, but `coverage` returns `some-reasons-only`; several such lists are not combined.
 * - Unknown critical extensions (§5.2, §5.3): the list is read, but `coverage` returns `unknown-critical-extension`.
 * - Signature algorithms that signature.ts does not list: the list is read, but `signedBy` returns `unknownAlgorithm`.
 * - `freshestCRL` and `cRLDistributionPoints`: only lists that the registry names are fetched.
 */
export const crlOf = (der: Uint8Array): Crl => {
  const [body, algorithm, signature] = readAll(readTlv(der).content);
  const fields = body === undefined ? [] : readAll(body.content);
  const [inner, issuer, thisUpdate, ...rest] = fields[0]?.tag === TAG.integer ? fields.slice(1) : fields;
  if (!(body && algorithm && signature && inner && issuer && thisUpdate && isTime(thisUpdate)))
    throw new RangeError('no CRL');
  // RFC 5280 §5.1.1.2: both algorithms must be equal. The signature does not cover the outer one.
  if (Buffer.compare(inner.bytes, algorithm.bytes) !== 0) throw new RangeError('two signature algorithms');
  const [next] = rest.filter(isTime);
  const outer = rest.find(({ tag }) => tag === 0xa0);
  const extensions = outer === undefined ? [] : extensionsOf(outer.content);
  const unknown = extensions.filter(({ id, critical }) => critical && !KNOWN.includes(id)).map(({ id }) => id);
  const name = nameKey(issuer.bytes);
  const list = rest.find(({ tag }) => tag === TAG.sequence);
  const entries = entriesOf(list?.content ?? new Uint8Array(), name);
  return {
    issuer: name,
    thisUpdate: instantOf(thisUpdate),
    nextUpdate: next === undefined ? null : instantOf(next),
    number: numberIn(extensions, CRL_NUMBER),
    base: numberIn(extensions, DELTA),
    keyIdentifier: keyIdentifierIn(extensions),
    entries,
    scope: scopeOf(extensions, issuer.bytes),
    unknownCritical: [...new Set([...unknown, ...entries.unknownCritical])],
    signedBy: once((issuer) => {
      const key = readableKey(issuer);
      if (key === null) return 'not-signed';
      return signedBy(body.bytes, algorithm.bytes, signature.content.subarray(1), key);
    }),
  };
};

/** Returns `base` with the newer `delta` applied (RFC 5280 §5.2.4). The caller checks that the two belong together. */
export const withDelta = (base: Crl, delta: Crl): Crl => ({
  ...base,
  thisUpdate: delta.thisUpdate,
  nextUpdate: delta.nextUpdate,
  number: delta.number,
  entries: {
    nameIssuers: base.entries.nameIssuers || delta.entries.nameIssuers,
    find: (issuer, serial) => delta.entries.find(issuer, serial) ?? base.entries.find(issuer, serial),
  },
});

/** Returns the certificate's issuer in comparable form. */
export const issuerOf = ({ raw }: X509Certificate): NameKey => nameKey(takeApart(raw).issuer);
/** Returns the certificate's subject in comparable form. */
export const subjectOf = ({ raw }: X509Certificate): NameKey => nameKey(takeApart(raw).subject);

/**
 * Returns the certificate's status in the list; null when the list does not contain it or contains it as `removeFromCRL`. The caller checks
 * `mayList`.
 */
export const statusIn = (crl: Crl, certificate: X509Certificate): Exclude<EntryStatus, 'removed'> | null => {
  const status = crl.entries.find(issuerOf(certificate), readTlv(takeApart(certificate.raw).serial).content);
  return status === 'removed' ? null : status;
};
