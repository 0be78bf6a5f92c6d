import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { integer, sequence, time, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import { nameOfText } from '../../../shared/pki/mint/distinguished-name.ts';
import { type EntryStatus, entriesOf } from '../../../shared/pki/x509/crl-entries.ts';
import { nameKey } from '../../../shared/pki/x509/name-key.ts';
import { certificateIssuer, reason, unknownCritical } from '../../helpers/crls.ts';

const DATE = time(Date.parse('2026-06-01'));
const invalidity = extension('2.5.29.24', tlv(0x18, Buffer.from('20260101000000Z')));
const entry = (serial: number, ...extensions: Uint8Array[]) =>
  sequence(
    integer(0x40, serial >> 8, serial & 0xff),
    DATE,
    ...(extensions.length > 0 ? [sequence(...extensions)] : []),
  );
const read = (...entries: Uint8Array[]) => entriesOf(Buffer.concat(entries), 'own');
const serial = (number: number) => Uint8Array.of(0x40, number >> 8, number & 0xff);

describe('entries of a CRL', () => {
  test.each<[string, Uint8Array[], EntryStatus]>([
    ['nothing', [], 'revoked'],
    ['a reason', [reason(1)], 'revoked'],
    ['on hold', [reason(6)], 'held'],
    ['removed', [reason(8)], 'removed'],
    ['a date beside the reason', [invalidity, reason(6)], 'held'],
    ['a reason beside the date', [reason(8), invalidity], 'removed'],
    ['something unknown beside the reason', [extension('2.999.1', Uint8Array.of(5, 0)), reason(8)], 'removed'],
    ['a reason that is none', [extension('2.5.29.21', Uint8Array.of(5, 0))], 'revoked'],
    ['a reason that is empty', [extension('2.5.29.21', new Uint8Array())], 'revoked'],
    ['a critical reason', [extension('2.5.29.21', tlv(10, Uint8Array.of(6)), true)], 'held'],
  ])('with %s', (_, extensions, status) => {
    const entries = read(entry(1), entry(2, ...extensions), entry(3));
    expect(entries.find('own', serial(2))).toBe(status);
    expect(entries.find('own', serial(4))).toBeNull();
    expect(entries.find('other', serial(2))).toBeNull();
    expect([entries.count, entries.unknownCritical, entries.nameIssuers]).toEqual([3, [], false]);
  });
  test('of two for one number the one that revokes', () => {
    for (const both of [
      [entry(1, reason(8)), entry(1)],
      [entry(1), entry(1, reason(8))],
    ])
      expect(read(...both).find('own', serial(1))).toBe('revoked');
  });
  test('a critical extension that is not known, wherever it stands', () => {
    expect(read(entry(1, reason(1)), entry(2, reason(1), unknownCritical)).unknownCritical).toEqual(['2.999.1']);
  });
  test('whose they are', () => {
    const other = nameOfText('CN=Else');
    const entries = read(entry(1), entry(2, certificateIssuer(other)), entry(3), entry(1));
    expect([1, 2, 3].map((each) => entries.find('own', serial(each)))).toEqual(['revoked', null, null]);
    expect([1, 2, 3].map((each) => entries.find(nameKey(other), serial(each)))).toEqual([
      'revoked',
      'revoked',
      'revoked',
    ]);
    expect(entries.nameIssuers).toBe(true);
  });
  test.each<[string, Uint8Array]>([
    ['no sequence', integer(1)],
    ['no number', sequence(DATE)],
    ['no date', sequence(integer(1))],
    ['no end', entry(1).subarray(0, -1)],
    ['an extension twice', entry(1, reason(1), reason(8))],
    ['a reason, a date and a reason', entry(1, reason(1), invalidity, reason(8))],
    ['an extension that does not end', sequence(integer(1), DATE, sequence(reason(1)).with(1, 3))],
    ['an open length', Uint8Array.of(0x30, 0x80, 0, 0)],
    ['an oversized length', Uint8Array.of(0x30, 0x85, 0, 0, 0, 0, 1)],
  ])('%s: refused', (_, bytes) => {
    expect(() => read(entry(1), bytes)).toThrow(RangeError);
  });
  test('every one is found, and nothing else', () => {
    const numbers = fc.uniqueArray(fc.nat(0xffff), { maxLength: 60 });
    fc.assert(
      fc.property(numbers, fc.nat(0xffff), (listed, other) => {
        const entries = read(...listed.map((each) => entry(each, ...(each % 3 === 0 ? [reason(1)] : []))));
        for (const each of listed) expect(entries.find('own', serial(each))).toBe('revoked');
        expect(entries.find('own', serial(other))).toBe(listed.includes(other) ? 'revoked' : null);
      }),
    );
  });
  test('whatever bytes come: entries or a RangeError, and a question has an answer', () => {
    const good = Buffer.concat([entry(1), entry(2, reason(6)), entry(3, certificateIssuer(nameOfText('CN=Else')))]);
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255))
      .map(([at, byte]) => Uint8Array.from(good).with(at, byte));
    fc.assert(
      fc.property(damaged, (bytes) => {
        try {
          const entries = entriesOf(bytes, 'own');
          for (const each of [1, 2, 3]) entries.find('own', serial(each));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
