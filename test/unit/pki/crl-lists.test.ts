/** Which of several lists decide. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { integer, sequence, TAG, time, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import { crlNumber } from '../../../shared/pki/mint/extensions.ts';
import { type Authority, issueAuthority, type Validity } from '../../../shared/pki/mint/issue.ts';
import { entriesOf } from '../../../shared/pki/x509/crl-entries.ts';
import { judgedBy, NOW, validity, week } from '../../helpers/crl-judged.ts';
import {
  deltaOf,
  type Entry,
  FIELDS,
  freshest,
  fullName,
  mintCrl,
  reason,
  reencoded,
  scope,
  unknownCritical,
  uri,
} from '../../helpers/crls.ts';
import { opensslVerify } from '../../helpers/openssl.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';

const SERIAL = Uint8Array.of(0x51, 1);
const HIT: readonly Entry[] = [{ serial: SERIAL }];
const HOLD: readonly Entry[] = [{ serial: SERIAL, extensions: [reason(6)] }];
const REMOVED: readonly Entry[] = [{ serial: SERIAL, extensions: [reason(8)] }];
const [REVOKED, UNUSABLE, EXPIRED] = ['SERVED_CERTIFICATE_REVOKED', 'CRL_UNUSABLE', 'CRL_EXPIRED'];
const OLD: Validity = { notBefore: NOW - 8 * DAY, notAfter: NOW - DAY };
const LAST: Validity = { notBefore: NOW - 3 * DAY, notAfter: NOW + 4 * DAY };
const TODAY: Validity = { notBefore: NOW - HOUR, notAfter: NOW + 7 * DAY };
const TOMORROW: Validity = { notBefore: NOW + DAY, notAfter: NOW + 8 * DAY };

let root: Authority;
let leaf: string;
const home = mkdtempSync(join(tmpdir(), 'mtls-monitor-crl-lists-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  leaf = await serverLeaf(root, validity, SERIAL);
});

const codes = (...lists: readonly string[]) => judgedBy(leaf, root, NOW, ...lists).map(({ code }) => code);
/** Lists that OpenSSL and the JDK read in the same way, and that are encoded otherwise than RFC 5280 §5 says. */
describe('a list in an odd encoding', () => {
  const keyOf = (bytes: Uint8Array) => extension('2.5.29.35', sequence(tlv(0x80, bytes)));
  test('an entry whose serial number has zeros in front revokes all the same', () => {
    const { find } = entriesOf(sequence(tlv(TAG.integer, Uint8Array.of(0, 0, ...SERIAL)), time(NOW)), 'CN=Root');
    const asked = [SERIAL, Uint8Array.of(0, ...SERIAL), Uint8Array.of(0x51, 2)].map((serial) =>
      find('CN=Root', serial),
    );
    expect(asked).toEqual(['revoked', 'revoked', null]);
  });
  test('a list that names another key than its signer’s cannot show that nothing is revoked', () => {
    expect(codes(mintCrl(root, TODAY, [keyOf(Uint8Array.of(1, 2))]))).toEqual([UNUSABLE]);
    expect(codes(mintCrl(root, TODAY, [keyOf(Uint8Array.of(1, 2))], HIT))).toEqual([REVOKED]);
  });
  test('nor can one whose number is marked critical', () => {
    expect(codes(mintCrl(root, TODAY, [extension('2.5.29.20', integer(3), true)]))).toEqual([UNUSABLE]);
    expect(codes(mintCrl(root, TODAY, [extension('2.5.29.20', integer(3))]))).toEqual([]);
  });
  test('one for all the reasons that there are covers every reason', () => {
    const reasons = (...bits: readonly number[]) => scope(Uint8Array.of(0x83, bits.length, ...bits));
    expect(codes(mintCrl(root, TODAY, [reasons(7, 0x7f, 0x80)]))).toEqual([]);
    expect(codes(mintCrl(root, TODAY, [reasons(7, 0xff, 0x80)]))).toEqual([]);
    expect(codes(mintCrl(root, TODAY, [reasons(7, 0x7f, 0)]))).toEqual([UNUSABLE]);
    expect(codes(mintCrl(root, TODAY, [reasons(7, 0x7f, 0x80)], HIT))).toEqual([REVOKED]);
  });
});
const openssl = (lists: readonly string[], ...extra: readonly string[]) => {
  const path = (name: string, text: string) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const trusted = { ca: path('ca.pem', root.certificatePem), crl: path('x.crl', lists.join('')) };
  return opensslVerify(
    'sslserver',
    path('leaf.pem', leaf),
    trusted,
    '-crl_check',
    '-attime',
    `${NOW / 1000}`,
    ...extra,
  );
};
const full = (period: Validity, entries: readonly Entry[] = [], ...extensions: Uint8Array[]) =>
  mintCrl(root, period, extensions, entries);
const numbered = (period: Validity, number: number, entries: readonly Entry[] = [], ...more: Uint8Array[]) =>
  full(period, entries, crlNumber(number), freshest, ...more);
const delta = (period: Validity, base: number, number: number, entries: readonly Entry[] = [], ...more: Uint8Array[]) =>
  full(period, entries, crlNumber(number), deltaOf(base), ...more);
/** Whatever order they come in, in files of their own or in one. */
const inAnyOrder = (lists: readonly string[]) => {
  const said = [lists, lists.toReversed(), [lists.join('')], [lists.toReversed().join('')]].map((each) =>
    codes(...each)
      .toSorted()
      .join(' '),
  );
  expect(new Set(said).size).toBe(1);
  return codes(...lists).toSorted();
};

type Row = {
  readonly name: string;
  readonly lists: () => string[];
  readonly expected: readonly (string | undefined)[];
  readonly openssl: string;
};
/** OpenSSL: 23 is "certificate revoked", 3 "unable to get certificate CRL", 12 "CRL has expired", 11 "CRL is not yet valid". */
describe('of several complete lists the newest decides', () => {
  test.each<Row>([
    { name: 'an old one beside it is no alarm', lists: () => [full(OLD), full(TODAY)], expected: [], openssl: 'OK' },
    { name: 'an old one that lists', lists: () => [full(OLD, HIT), full(TODAY)], expected: [], openssl: 'OK' },
    { name: 'a hold that was lifted', lists: () => [full(LAST, HOLD), full(TODAY)], expected: [], openssl: 'OK' },
    { name: 'a hold that holds', lists: () => [full(LAST), full(TODAY, HOLD)], expected: [REVOKED], openssl: '23' },
    { name: 'revoked since', lists: () => [full(LAST), full(TODAY, HIT)], expected: [REVOKED], openssl: '23' },
    {
      name: 'of one date, the larger number',
      lists: () => [numbered(TODAY, 3, HOLD), numbered(TODAY, 4)],
      expected: [],
      openssl: '23',
    },
    {
      name: 'of one date, without numbers: either',
      lists: () => [full(TODAY, HOLD), full(TODAY)],
      expected: [REVOKED],
      openssl: '23',
    },
    { name: 'tomorrow’s takes no place', lists: () => [full(TODAY), full(TOMORROW, HIT)], expected: [], openssl: 'OK' },
    {
      name: 'tomorrow’s lifts no hold',
      lists: () => [full(TODAY, HOLD), full(TOMORROW)],
      expected: [REVOKED],
      openssl: '23',
    },
    {
      name: 'two that have ended',
      lists: () => [full(OLD), full({ ...OLD, notBefore: NOW - 6 * DAY })],
      expected: [EXPIRED],
      openssl: '12',
    },
    { name: 'removed, in a complete list', lists: () => [full(TODAY, REMOVED)], expected: [], openssl: 'OK' },
    {
      name: 'one that is not understood takes no place, and what it lists is not passed over',
      lists: () => [full(LAST), full(TODAY, HIT, unknownCritical)],
      expected: [UNUSABLE],
      openssl: 'OK',
    },
    {
      name: 'one that is not understood lifts no hold',
      lists: () => [full(LAST, HOLD), full(TODAY, [], unknownCritical)],
      expected: [REVOKED],
      openssl: '23',
    },
    {
      name: 'the newest ended already, an older one did not: no alarm',
      lists: () => [full(LAST), full({ notBefore: NOW - DAY, notAfter: NOW - HOUR })],
      expected: [],
      openssl: 'OK',
    },
    {
      name: 'an old one of other scope, beside one that covers',
      lists: () => [full(OLD), full(TODAY, [], scope(FIELDS.user))],
      expected: [],
      openssl: 'OK',
    },
  ])('$name', async ({ lists, expected, openssl: said }) => {
    expect(inAnyOrder(lists())).toEqual(expected);
    expect(await openssl(lists())).toBe(said);
  });

  test('of another scope, a newer one takes no place', () => {
    const shard = (number: number) => scope(fullName(uri(`http://crl.test/${number}.crl`)));
    expect(inAnyOrder([full(LAST, HIT), full(TODAY, [], scope(FIELDS.ca))])).toEqual([REVOKED]);
    expect(inAnyOrder([full(LAST, HIT, shard(1)), full(TODAY, [], shard(2))])).toEqual([REVOKED]);
    expect(inAnyOrder([full(LAST, HIT, shard(1)), full(TODAY, [], shard(1)), full(TODAY)])).toEqual([]);
  });
  test('one that was made for others, and lists the leaf: beside one that covers they contradict each other', () => {
    expect(inAnyOrder([full(TODAY), full(LAST, HIT, scope(FIELDS.ca))])).toEqual([UNUSABLE]);
    expect(inAnyOrder([full(TODAY), full(LAST, HIT, scope(FIELDS.reasons))])).toEqual([UNUSABLE]);
    expect(inAnyOrder([full(LAST), full(TODAY, HIT, scope(FIELDS.reasons))])).toEqual([REVOKED]);
    expect(inAnyOrder([full(OLD), full(LAST, HIT, scope(FIELDS.ca))])).toEqual([EXPIRED, REVOKED]);
  });
  test('of another scope, a newer one that covers the leaf too: a hold is lifted, a revocation is contradicted', () => {
    expect(inAnyOrder([full(LAST, HOLD), full(TODAY, [], scope(FIELDS.user))])).toEqual([]);
    expect(inAnyOrder([full(LAST, HIT), full(TODAY, [], scope(FIELDS.user))])).toEqual([UNUSABLE]);
    expect(inAnyOrder([full(TODAY, HOLD), full(TODAY, [], scope(FIELDS.user))])).toEqual([UNUSABLE]);
    expect(inAnyOrder([full(TODAY, HIT), full(LAST, [], scope(FIELDS.user))])).toEqual([REVOKED]);
    expect(inAnyOrder([full(LAST, HIT), full(TODAY, HIT, scope(FIELDS.user))])).toEqual([REVOKED, REVOKED]);
    const [problem] = judgedBy(leaf, root, NOW, full(LAST, HIT), full(TODAY, [], scope(FIELDS.user)));
    for (const part of ['0.crl', '1.crl', 'CN=payments']) expect(problem?.message).toContain(part);
  });
  test('a newer one of a namesake takes no place', async () => {
    const namesake = await issueAuthority({ subject: 'CN=Root', validity });
    expect(inAnyOrder([full(LAST, HIT), mintCrl(namesake, TODAY)])).toContain(REVOKED);
  });
  test('where the newest has ended already, an older one that did not decides with it', () => {
    const gone = { notBefore: NOW - DAY, notAfter: NOW - HOUR };
    expect(inAnyOrder([full(LAST, HOLD), full(gone, HOLD)])).toEqual([REVOKED]);
    expect(inAnyOrder([full(LAST, HOLD), full(gone)])).toEqual([REVOKED]);
    expect(inAnyOrder([full(LAST), full(gone, HIT)])).toEqual([UNUSABLE]);
    expect(inAnyOrder([full(gone, HIT)])).toEqual([EXPIRED, REVOKED]);
    expect(inAnyOrder([full(LAST), full(gone, HOLD)])).toEqual([]);
  });
  test('one that a namesake signed is named only where none covers', async () => {
    const namesake = await issueAuthority({ subject: 'CN=Root', validity });
    expect(inAnyOrder([full(TODAY), mintCrl(namesake, TODAY, [], HIT)])).toEqual([]);
    expect(inAnyOrder([full(TODAY, [], scope(FIELDS.ca)), mintCrl(namesake, TODAY)])).toEqual([UNUSABLE, UNUSABLE]);
    expect(inAnyOrder([mintCrl(namesake, TODAY)])).toEqual([UNUSABLE]);
  });
  test('a hold in a list that has ended may have been lifted since', () => {
    expect(codes(full(OLD, HOLD))).toEqual([EXPIRED]);
    expect(codes(full(OLD, HIT))).toEqual([REVOKED, EXPIRED]);
  });
});

/** OpenSSL applies the first delta that fits, whatever its date and its marks, and only where freshestCRL announces one. */
describe('a delta', () => {
  test.each<Row>([
    {
      name: 'that fits revokes',
      lists: () => [numbered(LAST, 4), delta(TODAY, 4, 5, HIT)],
      expected: [REVOKED],
      openssl: '23',
    },
    {
      name: 'of an older base fits too',
      lists: () => [numbered(LAST, 4), delta(TODAY, 2, 5, HIT)],
      expected: [REVOKED],
      openssl: '23',
    },
    { name: 'that adds nothing', lists: () => [numbered(LAST, 4), delta(TODAY, 4, 5)], expected: [], openssl: 'OK' },
    {
      name: 'leaves what the base lists',
      lists: () => [numbered(LAST, 4, HIT), delta(TODAY, 4, 5)],
      expected: [REVOKED],
      openssl: '23',
    },
    {
      name: 'lifts a hold',
      lists: () => [numbered(LAST, 4, HOLD), delta(TODAY, 4, 5, REMOVED)],
      expected: [],
      openssl: 'OK',
    },
    { name: 'holds', lists: () => [numbered(LAST, 4), delta(TODAY, 4, 5, HOLD)], expected: [REVOKED], openssl: '23' },
    {
      name: 'renews a base that has ended',
      lists: () => [numbered(OLD, 4), delta(TODAY, 4, 5)],
      expected: [],
      openssl: 'OK',
    },
    {
      name: 'that has ended is an alarm',
      lists: () => [numbered(LAST, 4), delta({ notBefore: NOW - 2 * DAY, notAfter: NOW - DAY }, 4, 5)],
      expected: [EXPIRED],
      openssl: 'OK',
    },
    {
      name: 'of several the newest decides',
      lists: () => [
        numbered(LAST, 4),
        delta({ ...OLD, notBefore: NOW - 2 * DAY }, 4, 5, HOLD),
        delta(TODAY, 4, 6, REMOVED),
      ],
      expected: [],
      openssl: '23',
    },
    {
      name: 'that the base has caught up with',
      lists: () => [numbered(TODAY, 6), delta(LAST, 4, 5, HIT)],
      expected: [],
      openssl: 'OK',
    },
    {
      name: 'without a number, which lists it',
      lists: () => [numbered(LAST, 4), full(TODAY, HIT, deltaOf(4))],
      expected: [UNUSABLE],
      openssl: 'OK',
    },
    {
      name: 'whose base is newer than ours: what it lists is not passed over',
      lists: () => [numbered(LAST, 3), delta(TODAY, 4, 5, HIT)],
      expected: [UNUSABLE],
      openssl: 'OK',
    },
    {
      name: 'whose base is newer than ours, and lists nothing of ours',
      lists: () => [numbered(LAST, 3), delta(TODAY, 4, 5)],
      expected: [],
      openssl: 'OK',
    },
    {
      name: 'of another scope does not fit',
      lists: () => [numbered(LAST, 4), delta(TODAY, 4, 5, [], scope(FIELDS.user))],
      expected: [],
      openssl: 'OK',
    },
    {
      name: 'of the same narrow scope fits',
      lists: () => [numbered(LAST, 4, [], scope(FIELDS.user)), delta(TODAY, 4, 5, HIT, scope(FIELDS.user))],
      expected: [REVOKED],
      openssl: '23',
    },
    { name: 'for a base without a number', lists: () => [full(LAST), delta(TODAY, 4, 5)], expected: [], openssl: 'OK' },
    {
      name: 'that is not understood is left out',
      lists: () => [numbered(LAST, 4), delta(TODAY, 4, 5, [], unknownCritical)],
      expected: [],
      openssl: '36',
    },
    {
      name: 'of tomorrow is left out',
      lists: () => [numbered(LAST, 4), delta(TOMORROW, 4, 5, HIT)],
      expected: [],
      openssl: '23',
    },
    { name: 'alone says nothing', lists: () => [delta(TODAY, 4, 5)], expected: [UNUSABLE], openssl: '3' },
    { name: 'alone that lists', lists: () => [delta(TODAY, 4, 5, HIT)], expected: [UNUSABLE], openssl: '3' },
  ])('$name', async ({ lists, expected, openssl: said }) => {
    expect(inAnyOrder(lists())).toEqual(expected);
    expect(await openssl(lists(), '-extended_crl', '-use_deltas')).toBe(said);
  });
  test('that is not understood, and lists the leaf, is not passed over', () => {
    expect(inAnyOrder([numbered(LAST, 4), delta(TODAY, 4, 5, HIT, unknownCritical)])).toEqual([UNUSABLE]);
  });
  test('a delta whose base is not there says which number it wants, once', () => {
    const [problem, ...others] = judgedBy(leaf, root, NOW, delta(TODAY, 4, 5, HIT));
    expect(others).toEqual([]);
    expect(problem?.message).toContain('at least 4');
    expect(problem?.cure).toContain('complete list beside the delta');
  });
});

describe('one PEM file', () => {
  const damaged = () => full(TODAY).replace(/\n.{64}\n/, '\nMIIB\n');
  test.each<[string, () => string]>([
    ['a block that is damaged', damaged],
    ['a block that does not end', () => full(TODAY).slice(0, 120)],
    ['a block that is no base64', () => '-----BEGIN X509 CRL-----\n!!!!\n-----END X509 CRL-----\n'],
  ])('%s does not spoil the rest, and is named by its place', (_, block) => {
    const [problem, ...others] = judgedBy(leaf, root, NOW, full(TODAY) + block() + full(LAST));
    expect([problem?.code, others]).toEqual([UNUSABLE, []]);
    expect(problem?.message).toContain('block 2 of 3');
    expect(codes(block() + full(TODAY, HIT))).toContain(REVOKED);
    expect(codes(block())).toEqual([UNUSABLE]);
    expect(codes(block() + block())).toEqual([UNUSABLE]);
  });
  test('in base64 alone, with a byte order mark, indented', () => {
    const text = full(TODAY, HIT);
    for (const each of [text.replaceAll(/-----.*-----/g, ''), `\uFEFF${text}`, text.replaceAll(/^/gm, '  ')])
      expect(codes(each)).toEqual([REVOKED]);
  });
  test('a page in place of one is called a page', () => {
    for (const page of ['<html>login</html>', '\n<!DOCTYPE html>', '<?xml version="1.0"?>'])
      expect(judgedBy(leaf, root, NOW, page)[0]).toMatchObject({
        code: UNUSABLE,
        message: expect.stringContaining('HTML'),
      });
  });
});

describe('a list whose issuer’s name is encoded otherwise', () => {
  test.each([19, 20, 22, 30])('string type %i', async (type) => {
    const again = { ...root, name: reencoded(root.name, type) };
    expect(codes(mintCrl(again, TODAY))).toEqual([]);
    expect(codes(mintCrl(again, TODAY, [], HIT))).toEqual([REVOKED]);
    expect(await openssl([mintCrl(again, TODAY, [], HIT)])).toBe('23');
    expect(inAnyOrder([mintCrl(again, LAST, [], HOLD), full(TODAY)])).toEqual([]);
    expect(inAnyOrder([numbered(LAST, 4), mintCrl(again, TODAY, [crlNumber(5), deltaOf(4)], HIT)])).toEqual([REVOKED]);
  });
  test('another case and blanks', () => {
    const again = { ...root, name: reencoded(root.name, 12, (text) => ` ${text.toUpperCase()}  `) };
    expect(codes(mintCrl(again, TODAY, [], HIT))).toEqual([REVOKED]);
  });
  test('another name', () => {
    const again = { ...root, name: reencoded(root.name, 12, (text) => `${text}s`) };
    expect(codes(mintCrl(again, TODAY, [], HIT))).toEqual([UNUSABLE]);
  });
});

test('whatever lists in whatever order: one result', () => {
  const one = fc.record({
    period: fc.constantFrom(OLD, LAST, TODAY, TOMORROW, week),
    entries: fc.constantFrom<readonly Entry[]>([], HIT, HOLD, REMOVED),
    number: fc.option(fc.integer({ min: 1, max: 6 })),
    base: fc.option(fc.integer({ min: 1, max: 6 })),
    user: fc.boolean(),
    critical: fc.boolean(),
  });
  const minted = one.map(({ period, entries, number, base, user, critical }) =>
    full(
      period,
      entries,
      ...(number === null ? [] : [crlNumber(number)]),
      ...(base === null ? [] : [deltaOf(base)]),
      ...(user ? [scope(FIELDS.user)] : []),
      ...(critical ? [unknownCritical] : []),
    ),
  );
  const orders = fc
    .array(minted, { minLength: 1, maxLength: 5 })
    .chain((lists) =>
      fc.record({ lists: fc.constant(lists), shuffled: fc.shuffledSubarray(lists, { minLength: lists.length }) }),
    );
  fc.assert(
    fc.property(orders, ({ lists, shuffled }) => {
      const said = [lists, shuffled, [shuffled.join('')]].map((each) => [...new Set(codes(...each))].toSorted());
      expect(said[1]).toEqual(said[0]);
      expect(said[2]).toEqual(said[0]);
    }),
    { numRuns: 200 },
  );
});
