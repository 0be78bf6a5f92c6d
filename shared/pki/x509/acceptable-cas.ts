/**
 * Reads the CA names in a server's certificate request (RFC 8446 §4.2.4, RFC 5246 §7.4.4). The list is a hint and not a rule: some servers list
 * their trust anchors, some send an empty list, and a server may accept a client whose issuer is not listed.
 */
import { createHash } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { AcceptableCas } from '../../model/report.ts';
import { dotted, readAll, readTlv, TAG } from '../asn1/der.ts';
import { takeApart } from './certificate-parts.ts';

/** Names that the report shows at most, and the characters of each. */
const MOST_SHOWN = 10;
const LONGEST = 120;
const BMP_STRING = 0x1e;

/** Short names of attribute types (RFC 4514 §3, X.520). */
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

/** Returns `CN=…, O=…`, the form that `CertificateFacts` uses. Throws a RangeError for bytes that are not a Name in DER. */
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

/** Returns a name for the report: control characters become `?`, long names are cut, and an unreadable name is shown as the hex of its bytes. */
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

/**
 * Returns the form in which names are compared here: string types, case and runs of blanks are ignored (RFC 5280 §7.1 without string preparation).
 */
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

/** Whatever the order of the names. */
const digestOf = (names: readonly Uint8Array[]): string =>
  createHash('sha256')
    .update(
      names
        .map((name) => Buffer.from(name).toString('hex'))
        .toSorted()
        .join('\n'),
    )
    .digest('hex');

/**
 * Returns the first ten CA names, their digest, their total and whether the control's issuer is among them (null when the list is empty or no issuer of the
 * control is readable). `names`: each a Name in DER. `control`: the chain of an identity that the server must accept, leaf first; null when it is
 * not known.
 */
export const acceptableCas = (
  names: readonly Uint8Array[],
  control: readonly CertificateFacts[] | null,
): AcceptableCas => {
  const issuers = control === null ? [] : issuersOf(control);
  const listed = new Set(issuers.length === 0 ? [] : names.map(folded));
  return {
    names: names.slice(0, MOST_SHOWN).map(shown),
    total: names.length,
    sha256: digestOf(names),
    includesControlIssuer:
      names.length === 0 || issuers.length === 0 ? null : issuers.some((issuer) => listed.has(folded(issuer))),
  };
};
