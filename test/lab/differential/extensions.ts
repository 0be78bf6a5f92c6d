/** Critical, unreadable and repeated extensions, versions, key identifiers and signatures, at each place. */
import { integer, octetString, oid, sequence, TAG, text, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import * as make from './certificates.ts';
import { adding, CAS, everywhere } from './four.ts';
import { PKIX } from './usages.ts';
import type { Case } from './verifiers.ts';

const { general } = make;
export const extensions = (): readonly Case[] => {
  const uri = text(0x86, 'http://x.lab.test/');
  const point = sequence(sequence(tlv(0xa0, tlv(0xa0, uri))));
  const access = sequence(sequence(oid(`${PKIX}.48.1`), uri));
  const known: readonly (readonly [string, string, Uint8Array])[] = [
    ['unknown', '1.3.6.1.4.1.99999.7', Uint8Array.of(5, 0)],
    ['issuer-names', '2.5.29.18', sequence(uri)],
    ['distribution-points', '2.5.29.31', point],
    ['freshest', '2.5.29.46', point],
    ['policies', '2.5.29.32', sequence(sequence(oid('2.23.140.1.2.1')))],
    ['access', `${PKIX}.1.1`, access],
    ['subject-access', `${PKIX}.1.11`, sequence(sequence(oid(`${PKIX}.48.5`), uri))],
    ['feature', `${PKIX}.1.24`, sequence(integer(5))],
    ['no-check', '1.3.6.1.5.5.7.48.1.5', tlv(TAG.null)],
    ['netscape', '2.16.840.1.113730.1.1', tlv(TAG.bitString, Uint8Array.of(0, 0xff))],
    ['comment', '2.16.840.1.113730.1.13', text(0x16, 'x')],
    ['key-period', '2.5.29.16', sequence(text(0x80, '20200101000000Z'))],
    [
      'directory-attributes',
      '2.5.29.9',
      sequence(sequence(oid('2.5.4.20'), tlv(TAG.set, text(TAG.printableString, '1')))),
    ],
    ['qualified', `${PKIX}.1.3`, sequence(sequence(oid('0.4.0.1862.1.1')))],
    ['scts', '1.3.6.1.4.1.11129.2.4.2', octetString(Uint8Array.of(0, 0))],
    ['poison', '1.3.6.1.4.1.11129.2.4.3', tlv(TAG.null)],
  ];
  const plain = known.filter(([name]) => name === 'unknown' || name === 'distribution-points' || name === 'policies');
  return [
    ...known.flatMap(([name, id, value]) => adding(`critical-${name}`, extension(id, value, true))),
    ...plain.flatMap(([name, id, value]) => adding(`noncritical-${name}`, extension(id, value))),
    ...everywhere(
      'critical-key-identifier',
      {
        identifiers: 'none',
        more: [extension('2.5.29.14', octetString(Uint8Array.of(1, 2)), true)],
      },
      ['leaf'],
    ),
    ...everywhere('critical-authority-identifier', {
      identifiers: 'none',
      more: [extension('2.5.29.35', sequence(), true)],
    }),
    ...everywhere('twice', {
      more: [
        extension('1.3.6.1.4.1.99999.7', Uint8Array.of(5, 0)),
        extension('1.3.6.1.4.1.99999.7', Uint8Array.of(5, 0)),
      ],
    }),
    ...everywhere('twice-basic', { more: [make.basic(true)] }, CAS),
    ...everywhere('unreadable-basic', { ca: null, more: [extension('2.5.29.19', Uint8Array.of(4, 1, 1), true)] }),
    ...everywhere('unreadable-usage', { usage: null, more: [extension('2.5.29.15', Uint8Array.of(4, 1, 1), true)] }),
    ...everywhere('unreadable-names', { names: extension('2.5.29.17', Uint8Array.of(4, 1, 1)) }),
    ...everywhere('unreadable-constraints', { more: [extension('2.5.29.30', Uint8Array.of(4, 1, 1), true)] }, CAS),
    ...everywhere('version-1', { version: 0, ca: null, usage: null, extended: null, names: null, identifiers: 'none' }),
    ...everywhere('version-1-with-extensions', { version: 0 }),
    ...everywhere('critical-names', { names: make.altNames([general.dns('pay.lab.test')], true) }, ['leaf']),
    ...everywhere('no-identifiers', { identifiers: 'none' }),
    ...everywhere('wrong-identifier', { identifiers: 'wrong' }, ['leaf', 'sub', 'top']),
    ...everywhere('damaged', { damaged: true }),
  ];
};
