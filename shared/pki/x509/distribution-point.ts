/** Reads the names of distribution points in certificates (RFC 5280 §4.2.1.13) and in CRLs (§5.2.5). */
import { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import { readAll, readTlv, sequence, TAG, type Tlv, tlv } from '../asn1/der.ts';
import { isOf, takeApart } from './certificate-parts.ts';
import { extensionOf } from './extension.ts';
import { generalNameKey, isDirectoryName, type NameKey, nameKey } from './name-key.ts';

/** A GeneralName in DER. */
type PointName = Uint8Array;

/** A distribution point of a certificate. */
type DistributionPoint = {
  readonly names: readonly PointName[];
  /** False when the lists at this point cover only some revocation reasons (the `reasons` field). */
  readonly allReasons: boolean;
  /** The issuers of the indirect lists at this point (cRLIssuer, RFC 5280 §4.2.1.13). Null: the certificate's own issuer signs the lists. */
  readonly crlIssuers: readonly NameKey[] | null;
};

const CRL_DISTRIBUTION_POINTS = '2.5.29.31';
/** DistributionPoint and DistributionPointName. */
const NAME = 0xa0;
const REASONS = 0x81;
const CRL_ISSUER = 0xa2;
const FULL_NAME = 0xa0;
const RELATIVE_NAME = 0xa1;
/** GeneralName. */
const DIRECTORY_NAME = 0xa4;
const URI = 0x86;

const directoryName = (name: Uint8Array): PointName => tlv(DIRECTORY_NAME, name);

/**
 * Returns the names in a DistributionPointName, which stands in a context tag. A relative name is appended to `issuer`, the CRL issuer's Name in
 * DER. Throws a RangeError for content that is neither a full nor a relative name.
 */
export const pointNames = ({ content }: Tlv, issuer: Uint8Array): readonly PointName[] => {
  const name = readTlv(content);
  if (name.tag === FULL_NAME) return readAll(name.content).map(({ bytes }) => bytes);
  if (name.tag !== RELATIVE_NAME) throw new RangeError('no name of a distribution point');
  return [directoryName(sequence(readTlv(issuer).content, tlv(TAG.set, name.content)))];
};

/** RFC 5280 §4.2.1.13: a relative name is appended to the cRLIssuer if there is one; a point without a name takes its cRLIssuer as name. */
const pointOf = ({ content }: Tlv, issuer: Uint8Array): DistributionPoint => {
  const fields = readAll(content);
  const of = (tag: number) => fields.find((each) => each.tag === tag);
  const [name, others] = [of(NAME), of(CRL_ISSUER)];
  const crlIssuers = others === undefined ? null : readAll(others.content).filter(isDirectoryName);
  const called =
    name === undefined
      ? (crlIssuers ?? []).map(({ bytes }) => bytes)
      : pointNames(name, crlIssuers?.[0]?.content ?? issuer);
  return {
    names: called,
    allReasons: of(REASONS) === undefined,
    crlIssuers: crlIssuers === null ? null : crlIssuers.map((each) => nameKey(each.content)),
  };
};

const ownPoints = ({ raw }: X509Certificate): readonly DistributionPoint[] => {
  const { extensions, issuer } = takeApart(raw);
  const found = extensions.find((each) => isOf(each, CRL_DISTRIBUTION_POINTS));
  const points = found === undefined ? [] : readAll(readTlv(extensionOf(found).value).content);
  return points.map((point) => pointOf(point, issuer));
};

/**
 * Returns the certificate's distribution points and, last, its issuer's name, which RFC 5280 §6.3.3 assumes for every certificate. An unreadable
 * extension yields the issuer's name alone.
 */
export const distributionPointsOf = (certificate: X509Certificate): readonly DistributionPoint[] => {
  const names = [directoryName(takeApart(certificate.raw).issuer)];
  const assumed = { names, allReasons: true, crlIssuers: null };
  try {
    return [...ownPoints(certificate), assumed];
  } catch {
    return [assumed];
  }
};

/** Whether both lists contain an equal name (RFC 5280 §7). */
export const share = (names: readonly PointName[], others: readonly PointName[]): boolean => {
  const keys = new Set(others.map(generalNameKey));
  return names.some((name) => keys.has(generalNameKey(name)));
};

const MAX_SHOWN = 120;

/** Returns the first name for a message: a URL, cut to 120 characters, or `another name than a URL`. */
export const shownPoint = ([name]: readonly PointName[]): string => {
  const read = name === undefined ? undefined : readTlv(name);
  if (read?.tag !== URI) return 'another name than a URL';
  const url = Buffer.from(read.content).toString('latin1');
  return url.length > MAX_SHOWN ? `${url.slice(0, MAX_SHOWN)}…` : url;
};
