/** Encodes distinguished names from text to DER. */
import { oid, sequence, setOf, TAG, text } from '../asn1/der.ts';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
};
/** Attributes that are PrintableString (RFC 5280 appendix A); all others are UTF8String. */
const PRINTABLE = ['C', 'SERIALNUMBER'];

/** Splits at a separator that no backslash precedes. */
const split = (value: string, separator: ',' | '+'): readonly string[] =>
  value.split(separator === ',' ? /(?<!\\),/ : /(?<!\\)\+/).map((part) => part.trim());

const attribute = (assignment: string): Uint8Array => {
  const equals = assignment.indexOf('=');
  const type = assignment.slice(0, equals).trim().toUpperCase();
  const identifier = ATTRIBUTES[type] ?? (/^\d+(\.\d+)+$/.test(type) ? type : undefined);
  if (equals < 1 || identifier === undefined) throw new TypeError(`Not an attribute of a name: ${assignment}`);
  const value = assignment
    .slice(equals + 1)
    .trim()
    .replaceAll(/\\(.)/g, '$1');
  return sequence(oid(identifier), text(PRINTABLE.includes(type) ? TAG.printableString : TAG.utf8String, value));
};

/**
 * Returns the Name of a text such as `CN=payments, O=Lab` (RFC 4514 §3: the last attribute is encoded first, `+` joins the attributes of one RDN,
 * `\` escapes one character). Throws a TypeError for an unknown attribute type.
 */
export const nameOfText = (dn: string): Uint8Array =>
  sequence(
    ...(dn.trim() === '' ? [] : split(dn, ',')).toReversed().map((rdn) => setOf(...split(rdn, '+').map(attribute))),
  );
