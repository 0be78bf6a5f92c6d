/**
 * The names that a relying party gives of CAs whose certificates it takes (RFC 8446 §4.2.4, RFC 5246 §7.4.4). A hint and no rule: some list their
 * trust anchors, some none, and a client may be accepted whose issuers are not among them.
 */
import type { CertificateFacts } from '../../model/certificate.ts';
import type { AcceptableCas } from '../../model/report.ts';
import { dotted, readAll, readTlv, TAG } from '../asn1/der.ts';
import { takeApart } from './certificate-parts.ts';

/** Names that are shown, and characters of each. */
const MOST_SHOWN = 10;
const LONGEST = 120;
const BMP_STRING = 0x1e;

/** RFC 4514 §3, X.520. */
const TYPES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

const valueText = (tag: number, content: Uint8Array): string => {
  if (tag === BMP_STRING) return new TextDecoder('utf-16be').decode(content);
  return tag === TAG.utf8String ? Buffer.from(content).toString('utf8') : Buffer.from(content).toString('latin1');
};

/** `CN=…, O=…`, as facts of certificates write it. Throws a RangeError for bytes that are no DER name. */
const textOf = (name: Uint8Array): string =>
  readAll(readTlv(name).content)
    .flatMap(({ content }) => readAll(content))
    .map(({ content }) => {
      const [type, value] = readAll(content);
      if (type === undefined || value === undefined) throw new RangeError('DER, but no name');
      const oid = dotted(type.content);
      return `${TYPES[oid] ?? oid}=${valueText(value.tag, value.content)}`;
    })
    .reverse()
    .join(', ');

/** Unreadable names are still names: their bytes, hex. Without control characters, bounded. */
const shown = (name: Uint8Array): string => {
  let text: string;
  try {
    text = textOf(name);
  } catch {
    text = `#${Buffer.from(name).toString('hex')}`;
  }
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
};

/** As far as names are compared without string preparation (RFC 5280 §7.1): string types, case and blanks do not count. */
const folded = (name: Uint8Array): string => {
  try {
    return textOf(name).toLowerCase().replace(/\s+/g, ' ').trim();
  } catch {
    return Buffer.from(name).toString('hex');
  }
};

const issuersOf = (chain: readonly CertificateFacts[]): readonly Uint8Array[] =>
  chain.flatMap(({ der }) => {
    try {
      return [takeApart(der).issuer];
    } catch {
      return [];
    }
  });

/** `names`: DER. `control`: the chain of an identity that must be admitted, leaf first; null where it is not known. */
export const acceptableCas = (
  names: readonly Uint8Array[],
  control: readonly CertificateFacts[] | null,
): AcceptableCas => {
  const issuers = control === null ? [] : issuersOf(control);
  const listed = new Set(issuers.length === 0 ? [] : names.map(folded));
  return {
    names: names.slice(0, MOST_SHOWN).map(shown),
    total: names.length,
    includesControlIssuer:
      names.length === 0 || issuers.length === 0 ? null : issuers.some((issuer) => listed.has(folded(issuer))),
  };
};
