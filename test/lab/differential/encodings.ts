/** Fields that OpenSSL reads and other clients do not: keys, algorithms, versions, names and addresses, in encodings that RFC 5280 does not have. */
import { oid, sequence, TAG, text, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import * as make from './certificates.ts';
import { adding, CAS, chain, everywhere, PLACES } from './four.ts';
import type { Case } from './verifiers.ts';

const { general } = make;
const SKIPPED = tlv(TAG.integer, Uint8Array.of(0xff));

/** The name of the CA above the leaf, each value in a string type of X.520 or an older one, or with other characters. */
const issuer = (type: number, write: (value: string) => Uint8Array): Uint8Array =>
  sequence(
    ...(['2.5.4.10=Lab', '2.5.4.3=Sub CA'] as const).map((each) => {
      const [id = '', value = ''] = each.split('=');
      return tlv(TAG.set, sequence(oid(id), tlv(type, write(value))));
    }),
  );
const utf8 = (value: string) => new TextEncoder().encode(value);
const wide = (value: string) => new Uint8Array(Buffer.from(value, 'utf16le').swap16());
const ISSUERS: readonly (readonly [string, number, (value: string) => Uint8Array])[] = [
  ['printable', TAG.printableString, utf8],
  ['upper', TAG.utf8String, (value) => utf8(value.toUpperCase())],
  ['blanks', TAG.utf8String, (value) => utf8(` ${value.replaceAll(' ', '  ')}`)],
  ['teletex', 20, utf8],
  ['ia5', 22, utf8],
  ['bmp', 30, wide],
  ['tab', TAG.utf8String, (value) => utf8(value.replaceAll(' ', '\t'))],
];

/** A key of the leaf's curve in compressed form: the point's second half is left out, and its sign stands in front. */
const compressed = (): Uint8Array => {
  const point = Buffer.from(make.publicKeyOf('leaf').export({ format: 'der', type: 'spki' })).subarray(-64);
  const sign = (point.at(-1) ?? 0) & 1;
  const algorithm = sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
  return sequence(algorithm, tlv(TAG.bitString, Uint8Array.of(0, 2 + sign), point.subarray(0, 32)));
};
const unknownKey = sequence(sequence(oid('1.3.6.1.4.1.99999.9')), tlv(TAG.bitString, Uint8Array.of(0, 1, 2)));

const peers = (): readonly Case[] => {
  const dns = general.dns('pay.lab.test');
  const beside = (name: string, other: Uint8Array) =>
    chain(`encoding-name-${name}`, { leaf: { names: make.altNames([dns, other]) } });
  return [
    beside('address-short', general.ip(127, 0, 0)),
    beside('address-empty', general.ip()),
    beside('address-with-mask', general.ip(127, 0, 0, 1, 255, 0, 0, 0)),
    beside('uri-empty', general.uri('')),
    beside('uri-colons', general.uri('::::')),
    beside('uri-relative', general.uri('x/y')),
    beside('uri-blank', general.uri('https://web.lab.test/a b')),
    beside('uri-usual', general.uri('spiffe://lab.test/ns/a%20b')),
    chain('encoding-name-constructed', { leaf: { names: make.altNames([tlv(0xa2, text(22, 'pay.lab.test'))]) } }),
  ];
};

const netscape = (bits: number): Uint8Array =>
  extension('2.16.840.1.113730.1.1', tlv(TAG.bitString, Uint8Array.of(0, bits)));

const hugeLength = extension(
  '2.5.29.19',
  sequence(
    tlv(TAG.boolean, Uint8Array.of(0xff)),
    tlv(TAG.integer, Uint8Array.of(0x7f, ...new Uint8Array(9).fill(0xff))),
  ),
  true,
);
const minimumZero = extension(
  '2.5.29.30',
  sequence(tlv(0xa0, sequence(general.dns('lab.test'), tlv(0x80, Uint8Array.of(0))))),
  true,
);

export const encodings = (): readonly Case[] => [
  ...everywhere('encoding-curve-explicit', { key: 'explicit-own' }),
  ...everywhere('encoding-curve-secp384r1', { key: 'secp384r1-own' }),
  ...everywhere('encoding-curve-secp256k1', { key: 'secp256k1-own' }),
  ...everywhere('encoding-curve-brainpool', { key: 'brainpoolP256r1-own' }),
  chain('encoding-key-compressed', { leaf: { spki: compressed() } }),
  chain('encoding-key-unknown-leaf', { leaf: { spki: unknownKey } }),
  chain('encoding-key-unknown-top', { top: { spki: unknownKey } }),
  ...everywhere('encoding-hash-sha3', { algorithm: 'sha3-256' }),
  ...everywhere('encoding-algorithms', { inner: 'sha1' }),
  ...everywhere('encoding-version-4', { version: 3 }, ['leaf', 'top', 'root']),
  ...adding('encoding-netscape-server', netscape(0x40), ['leaf']),
  ...adding('encoding-netscape-both', netscape(0xc0), ['leaf']),
  ...adding('encoding-netscape-client', netscape(0x80), PLACES),
  ...adding('encoding-netscape-none', netscape(0), ['leaf']),
  ...ISSUERS.map(([name, type, write]) => chain(`encoding-issuer-${name}`, { leaf: { issuer: issuer(type, write) } })),
  ...everywhere(
    'encoding-length-huge',
    { ca: null, usage: ['keyCertSign', 'cRLSign'], extended: null, more: [hugeLength] },
    CAS,
  ),
  ...adding('encoding-skip-negative', extension('2.5.29.54', SKIPPED, true), ['leaf', 'sub', 'top']),
  chain('encoding-minimum-zero', { top: { more: [minimumZero] } }),
  ...peers(),
];
