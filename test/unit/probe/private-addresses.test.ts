import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkFault, networkOf } from '../../../shared/model/network.ts';
import { guardOf } from '../../../shared/probe/refused-addresses.ts';

const refuses = (ip: string, ...allowAddresses: readonly string[]): boolean =>
  guardOf(undefined, [{ denyPrivate: true, allowAddresses }])({ ip, port: 443 }) !== null;

const hex = (one: number, two: number): string => ((one << 8) | two).toString(16);
type Four = readonly [number, number, number, number];
/** How an IPv4 address is spelt, and carried in an IPv6 one. */
const SPELT: readonly ((four: Four) => string)[] = [
  (four) => four.join('.'),
  (four) => `::ffff:${four.join('.')}`,
  ([a, b, c, d]) => `0:0:0:0:0:FFFF:${hex(a, b)}:${hex(c, d)}`,
  ([a, b, c, d]) => `64:ff9b::${hex(a, b)}:${hex(c, d)}`,
  ([a, b, c, d]) => `2002:${hex(a, b)}:${hex(c, d)}::1`,
  ([a, b, c, d]) => `::ffff:0:${hex(a, b)}:${hex(c, d)}`,
  ([a, b, c, d]) => `::${hex(a, b)}:${hex(c, d)}`,
];
const spelt = fc.constantFrom(...SPELT);
const byte = fc.integer({ min: 0, max: 255 });

/** RFC 1918, RFC 6598, RFC 1122 §3.2.1.3, RFC 3927, and above 223: multicast and reserved. Nothing else is generated below. */
const isPrivate = ([a, b]: Four): boolean =>
  [0, 10, 127].includes(a) ||
  a >= 224 ||
  (a === 100 && b >= 64 && b <= 127) ||
  (a === 169 && b === 254) ||
  (a === 172 && b >= 16 && b <= 31) ||
  (a === 192 && b === 168) ||
  (a === 198 && (b === 18 || b === 19));
const near: fc.Arbitrary<Four> = fc
  .tuple(fc.constantFrom(9, 10, 11, 99, 100, 126, 127, 128, 169, 172, 192, 198, 223, 224, 255), byte, byte, byte)
  .filter(([a, b]) => !(a === 192 && b === 0) && !(a === 198 && b === 51));

describe('denyPrivate', () => {
  test('refuses what is not of the public internet and nothing else, however it is spelt', () => {
    fc.assert(
      fc.property(near, spelt, (four, spell) => {
        expect([spell(four), refuses(spell(four))]).toEqual([spell(four), isPrivate(four)]);
      }),
    );
  });
  test.each([
    '::1',
    '::',
    'fc00::1',
    'fdff:ffff::1',
    'fec0::1',
    'ff02::1',
    '64:ff9b:1::8.8.8.8',
    '64:ff9b:1:a9fe:a9:fe00::',
    '2001::1',
    '192.0.0.8',
    'fe80::1%eth0',
    'a.name.example',
    '0177.0.0.1',
    '2130706433',
  ])('refuses %s', (ip) => expect(refuses(ip)).toBe(true));
  test.each(['2606:4700::1111', '2a00::1', 'fbff::1', '64:ff9b::8.8.8.8', '8.8.8.8'])('not %s', (ip) =>
    expect(refuses(ip)).toBe(false),
  );
  test('without it, private addresses are as any other', () => {
    expect(guardOf(undefined, [])({ ip: '10.0.0.1', port: 443 })).toBeNull();
    expect(guardOf(undefined, [{ denyPrivate: false, allowAddresses: [] }])({ ip: '10.0.0.1', port: 443 })).toBeNull();
  });
});

describe('allowAddresses', () => {
  test('lets the named networks through, however an address is spelt, and no other', () => {
    for (const spell of SPELT) {
      expect([spell([10, 20, 1, 2]), refuses(spell([10, 20, 1, 2]), '10.20.0.0/16')]).toEqual([
        spell([10, 20, 1, 2]),
        false,
      ]);
      expect(refuses(spell([10, 21, 1, 2]), '10.20.0.0/16')).toBe(true);
    }
    expect([refuses('fd12::1', 'fd12::/16'), refuses('fd13::1', 'fd12::/16')]).toEqual([false, true]);
    expect([refuses('::1', '::1/128'), refuses('127.0.0.1', '::1/128')]).toEqual([false, true]);
  });
  test.each(['169.254.169.254', 'fd00:ec2::254', '::ffff:169.254.169.254', '2002:a9fe:a9fe::1'])(
    'never %s, however wide',
    (ip) => expect(refuses(ip, '0.0.0.0/0', '::/0')).toBe(true),
  );
  test('never the runtime API', () => {
    const guard = guardOf('127.0.0.1:9001', [{ denyPrivate: true, allowAddresses: ['127.0.0.0/8'] }]);
    expect([guard({ ip: '127.0.0.1', port: 9001 }), guard({ ip: '127.0.0.1', port: 9002 })]).toEqual([
      expect.stringContaining('runtime API'),
      null,
    ]);
  });
  test('an address has to be allowed by each of several rules', () => {
    const rules = ['10.0.0.0/8', '10.20.0.0/16'].map((each) => ({ denyPrivate: true, allowAddresses: [each] }));
    const guard = guardOf(undefined, rules);
    expect(guard({ ip: '10.20.0.1', port: 443 })).toBeNull();
    expect(guard({ ip: '10.30.0.1', port: 443 })).toContain('denyPrivate');
  });
});

describe('a network', () => {
  test.each(['10.0.0.0/8', '0.0.0.0/0', '::/0', 'fd12:3456::/32', '192.168.1.7/32', '::1/128'])('%s', (text) => {
    expect([typeof networkOf(text), networkFault(text)]).toEqual(['object', null]);
  });
  test.each([
    ['10.0.0.1/8', 'no bit after its first 8'],
    ['10.0.0.0', 'a network such as'],
    ['10.0.0.0/33', 'a network such as'],
    ['10.0.0/8', 'a network such as'],
    ['010.0.0.0/8', 'a network such as'],
    ['fd00::/129', 'a network such as'],
    ['fd00::/8/8', 'a network such as'],
    ['host.example/8', 'a network such as'],
    ['10.0.0.0/08', 'a network such as'],
    ['169.254.0.0/16', 'is refused always'],
    ['169.254.169.254/32', 'is refused always'],
    ['fd00:ec2::254/128', 'is refused always'],
  ])('not %s', (text, why) => expect(networkFault(text)).toContain(why));
});
