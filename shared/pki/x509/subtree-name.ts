/** Reads GeneralNames in the form that name constraints need (RFC 5280 §4.2.1.6, §4.2.1.10). */
import { Buffer } from 'node:buffer';
import { dotted, readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';

export type SubtreeName =
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly text: string }
  /** In a certificate 4 or 16 octets; in a subtree 8 or 32: an address and its mask. */
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  /** RDNs, outermost first, in comparable form: equal RDNs are equal strings. */
  | { readonly kind: 'directory'; readonly parts: readonly string[] }
  /** A form that cannot be compared here. `form`: its name in RFC 5280. */
  | { readonly kind: 'other'; readonly form: string };

const FORMS: Readonly<Record<number, string>> = {
  0: 'otherName',
  3: 'x400Address',
  5: 'ediPartyName',
  8: 'registeredID',
};
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const STRINGS: readonly number[] = [TAG.utf8String, 18, TAG.printableString, 20, 22, 26];
const BMP = 30;

/** RFC 5280 §7.1: case, runs of blanks and the string type are ignored. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

const valueKey = ({ tag, content, bytes }: Tlv): string => {
  if (tag === BMP) return JSON.stringify(folded(Buffer.from(content).swap16().toString('utf16le')));
  if (!STRINGS.includes(tag)) return latin1(bytes);
  return JSON.stringify(folded(tag === TAG.utf8String ? Buffer.from(content).toString('utf8') : latin1(content)));
};

type Attribute = { readonly id: string; readonly value: Tlv };

const attributesOf = (name: Uint8Array): readonly (readonly Attribute[])[] =>
  readAll(readTlv(name).content).map(({ content }) =>
    readAll(content).map((each) => {
      const [type, value] = readAll(each.content);
      if (type?.tag !== TAG.oid || value === undefined) throw new RangeError('no attribute of a name');
      return { id: dotted(type.content), value };
    }),
  );

/** Returns the RDNs of a Name in DER, in comparable form. Throws a RangeError for bytes that are not a Name. */
export const relativeNames = (name: Uint8Array): readonly string[] =>
  attributesOf(name).map((attributes) =>
    attributes
      .map(({ id, value }) => `${id}=${valueKey(value)}`)
      .toSorted()
      .join('+'),
  );

/** RFC 5280 §7.1 folds these two string types, and every client does; of the other types clients compare the bytes, or not. */
const FOLDED: readonly number[] = [TAG.utf8String, TAG.printableString];
const strictKey = ({ tag, content, bytes }: Tlv): string =>
  FOLDED.includes(tag)
    ? Buffer.from(content)
        .toString('utf8')
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll(/ +/g, ' ')
        .replaceAll(/^ | $/g, '')
    : bytes.join();

/** Whether every client takes two Names in DER as equal: the same bytes, or UTF8String and PrintableString up to case and blanks. */
export const isSameName = (one: Uint8Array, other: Uint8Array): boolean => {
  if (Buffer.compare(one, other) === 0) return true;
  const [own, its] = [one, other].map((name) =>
    attributesOf(name).map((rdn) => rdn.map(({ id, value }) => `${id}=${strictKey(value)}`).toSorted()),
  );
  return JSON.stringify(own) === JSON.stringify(its);
};

/** Returns the values of one attribute type (dotted) in a Name, as text. Throws a RangeError for bytes that are not a Name. */
export const attributeTexts = (name: Uint8Array, type: string): readonly string[] =>
  attributesOf(name)
    .flat()
    .filter(({ id }) => id === type)
    .map(({ value }) => Buffer.from(value.content).toString('utf8'));

/** X.690 §8.21.3, §10.2: of the forms of GeneralName, DER constructs these, and the strings, addresses and identifiers are primitive. */
const CONSTRUCTED: readonly number[] = [0, 3, 4, 5];

/** Returns the name in a GeneralName. Throws a RangeError for a tag that GeneralName does not define. */
export const subtreeName = ({ tag, content }: Tlv): SubtreeName => {
  const number = tag & 0x1f;
  if ((tag & 0xc0) !== 0x80 || number > 8 || ((tag & 0x20) !== 0) !== CONSTRUCTED.includes(number))
    throw new RangeError('no GeneralName');
  if (number === 1) return { kind: 'email', text: latin1(content) };
  if (number === 2) return { kind: 'dns', text: latin1(content) };
  if (number === 4) return { kind: 'directory', parts: relativeNames(content) };
  if (number === 6) return { kind: 'uri', text: latin1(content) };
  if (number === 7) return { kind: 'ip', bytes: content };
  return { kind: 'other', form: FORMS[number] ?? '' };
};

const address = (bytes: Uint8Array): string =>
  bytes.length === 4
    ? bytes.join('.')
    : Array.from({ length: 8 }, (_, at) => (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16)).join(
        ':',
      );

const SHOWN = 100;
/** Returns the name for messages; names from a peer are cut to a fixed length. */
export const shownName = (name: SubtreeName): string => {
  switch (name.kind) {
    case 'ip': {
      const half = name.bytes.length === 8 || name.bytes.length === 32 ? name.bytes.length / 2 : name.bytes.length;
      const mask = half < name.bytes.length ? `/${address(name.bytes.subarray(half))}` : '';
      return `${address(name.bytes.subarray(0, half))}${mask}`;
    }
    case 'directory':
      return `the directory name ${name.parts.join(', ')}`.slice(0, SHOWN);
    case 'other':
      return `a name of the form ${name.form}`;
    default:
      return name.text === '' ? `every ${name.kind} name` : name.text.slice(0, SHOWN);
  }
};
