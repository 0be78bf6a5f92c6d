/** Reads the scope of a CRL from its issuing distribution point (RFC 5280 §5.2.5). */
import { Buffer } from 'node:buffer';
import { readAll, readTlv, type Tlv } from '../asn1/der.ts';
import { pointNames } from './distribution-point.ts';
import type { Extension } from './extension.ts';
import { generalNameKey } from './name-key.ts';

/**
 * The certificates that a list covers (IssuingDistributionPoint, RFC 5280 §5.2.5). A list that sets no field covers all certificates of its issuer.
 */
export type CrlScope = {
  /** GeneralNames in DER: the list covers certificates that have one of them as a distribution point. Null when the list names none. */
  readonly distributionPoint: readonly Uint8Array[] | null;
  readonly onlyUserCertificates: boolean;
  readonly onlyCaCertificates: boolean;
  readonly onlyAttributeCertificates: boolean;
  readonly onlySomeReasons: boolean;
  /** The list may contain certificates of other CAs; its entries name those CAs. */
  readonly indirect: boolean;
  /** Equal for lists of the same scope, whatever the encoding of their names. */
  readonly key: string;
};

export const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';
/** The fields of an IssuingDistributionPoint. */
const POINT = { name: 0xa0, user: 0x81, ca: 0x82, reasons: 0x83, indirect: 0x84, attribute: 0x85 } as const;

/** ReasonFlags (RFC 5280 §4.2.1.13): bits 1 to 8; bit 0 is unused. `content`: of the BIT STRING. */
const isEveryReason = ([, first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x7f) === 0x7f && (second & 0x80) === 0x80;

const scopeKey = (fields: readonly Tlv[], names: readonly Uint8Array[] | null): string =>
  JSON.stringify([
    names?.map(generalNameKey).sort() ?? null,
    fields
      .filter(({ tag, content }) => tag !== POINT.name && (tag === POINT.reasons || content[0] !== 0))
      .map(({ tag, content }) => `${tag} ${tag === POINT.reasons ? Buffer.from(content).toString('hex') : 'set'}`)
      .sort(),
  ]);

/**
 * Returns the scope of a list with these extensions. `issuer`: the name of the list's issuer in DER. Throws a RangeError for a field that RFC 5280
 * §5.2.5 does not define.
 */
export const scopeOf = (extensions: readonly Extension[], issuer: Uint8Array): CrlScope => {
  const found = extensions.find(({ id }) => id === ISSUING_DISTRIBUTION_POINT);
  const fields = found === undefined ? [] : readAll(readTlv(found.value).content);
  const numbers: readonly number[] = Object.values(POINT);
  if (fields.some(({ tag }) => !numbers.includes(tag))) throw new RangeError('no issuing distribution point');
  const isSet = (field: number) => fields.some(({ tag, content }) => tag === field && content[0] !== 0);
  const name = fields.find(({ tag }) => tag === POINT.name);
  const distributionPoint = name === undefined ? null : pointNames(name, issuer);
  return {
    distributionPoint,
    onlyUserCertificates: isSet(POINT.user),
    onlyCaCertificates: isSet(POINT.ca),
    onlyAttributeCertificates: isSet(POINT.attribute),
    onlySomeReasons: fields.some(({ tag, content }) => tag === POINT.reasons && !isEveryReason(content)),
    indirect: isSet(POINT.indirect),
    key: scopeKey(fields, distributionPoint),
  };
};
