import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { integer, oid, sequence, setOf, tlv } from '../../../shared/pki/asn1/der.ts';
import { nameOfText } from '../../../shared/pki/mint/distinguished-name.ts';
import { generalNameKey, nameKey } from '../../../shared/pki/x509/name-key.ts';
import { directory, reencoded, uri } from '../../helpers/crls.ts';

const NAME = nameOfText('CN=Issuing CA 1, O=Example GmbH, C=DE');
const same = (one: Uint8Array, other: Uint8Array) => nameKey(one) === nameKey(other);

describe('names as RFC 5280 §7.1 compares them', () => {
  test.each([12, 19, 20, 22, 26, 30])('string type %i', (type) => {
    expect(same(NAME, reencoded(NAME, type))).toBe(true);
  });
  test.each<[string, (text: string) => string]>([
    ['case', (text) => text.toUpperCase()],
    ['blanks within', (text) => text.replaceAll(' ', '   ')],
    ['blanks at the ends', (text) => `  ${text} `],
  ])('%s', (_, change) => {
    expect(same(NAME, reencoded(NAME, 12, change))).toBe(true);
    expect(same(NAME, reencoded(NAME, 30, change))).toBe(true);
  });
  test('composed and decomposed letters, in UTF-8 and in Latin-1', () => {
    const name = nameOfText('CN=Zürich');
    expect(
      same(
        name,
        reencoded(name, 12, (text) => text.normalize('NFD')),
      ),
    ).toBe(true);
    expect(same(name, reencoded(name, 20))).toBe(true);
    expect(same(name, nameOfText('CN=Zurich'))).toBe(false);
  });
  test.each<[string, Uint8Array]>([
    ['another text', nameOfText('CN=Issuing CA 2, O=Example GmbH, C=DE')],
    ['a blank left out', nameOfText('CN=IssuingCA 1, O=Example GmbH, C=DE')],
    ['another order', nameOfText('O=Example GmbH, CN=Issuing CA 1, C=DE')],
    ['an attribute more', nameOfText('CN=Issuing CA 1, OU=X, O=Example GmbH, C=DE')],
    ['another attribute', nameOfText('OU=Issuing CA 1, O=Example GmbH, C=DE')],
    ['two attributes in one RDN', nameOfText('CN=Issuing CA 1, O=Example GmbH+C=DE')],
    ['nothing', nameOfText('')],
  ])('%s: another name', (_, other) => {
    expect(same(NAME, other)).toBe(false);
  });
  test('a text cannot pretend to be two attributes', () => {
    expect(same(nameOfText('CN=a\\,2.5.4.10="b'), nameOfText('CN=a, O=b'))).toBe(false);
    expect(same(nameOfText('CN="a"'), nameOfText('CN=a'))).toBe(false);
  });
  test('the order within an RDN says nothing', () => {
    const [one, other] = ['CN=a+OU=b', 'OU=b+CN=a'].map(nameOfText);
    expect(same(one ?? NAME, other ?? NAME)).toBe(true);
  });
  test('what is no string equals itself only', () => {
    const odd = (value: Uint8Array) => sequence(setOf(sequence(oid('2.5.4.3'), value)));
    expect(same(odd(integer(1)), odd(integer(1)))).toBe(true);
    expect(same(odd(integer(1)), odd(integer(2)))).toBe(false);
    expect(same(odd(tlv(12, Uint8Array.of(0xff))), odd(tlv(12, Uint8Array.of(0xfe))))).toBe(false);
  });
  test('whatever bytes come: a key', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => typeof nameKey(bytes) === 'string'));
  });
});

describe('general names', () => {
  const key = (text: string) => generalNameKey(uri(text));
  test('a URI: scheme and host in any case, the rest to the letter', () => {
    expect(key('HTTP://CRL.test/A')).toBe(key('http://crl.test/A'));
    expect(key('http://crl.test/A')).not.toBe(key('http://crl.test/a'));
    expect(key('http://crl.test')).toBe(key('http://CRL.TEST'));
    expect(key('ldap:///CN=a')).not.toBe(key('ldap:///CN=A'));
  });
  test('a directory name in another encoding', () => {
    expect(generalNameKey(directory(NAME))).toBe(generalNameKey(directory(reencoded(NAME, 30))));
    expect(generalNameKey(directory(NAME))).not.toBe(key('http://crl.test'));
  });
});
