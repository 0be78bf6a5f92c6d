import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { addressesFor, firstAddress, type Resolve } from '../../../shared/probe/addresses.ts';
import { type Guard, guardOf } from '../../../shared/probe/refused-addresses.ts';
import { runProbe } from '../../../shared/probe/run-probe.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { type Peer, peer } from '../../helpers/peers.ts';
import { freePort } from '../../helpers/ports.ts';
import { aTarget } from '../../helpers/target.ts';

const isRefused = (ip: string, port = 443, runtimeApi?: string): boolean => guardOf(runtimeApi)({ ip, port }) !== null;
const byte = fc.integer({ min: 0, max: 255 });
const hex = (...bytes: readonly number[]) => bytes.map((each) => each.toString(16).padStart(2, '0')).join('');
type Four = readonly [number, number, number, number];

/** How an IPv4 address is spelt, and carried in an IPv6 one. */
const SPELT: readonly ((four: Four) => string)[] = [
  (four) => four.join('.'),
  (four) => `::ffff:${four.join('.')}`,
  ([a, b, c, d]) => `::ffff:${hex(a, b)}:${hex(c, d)}`,
  ([a, b, c, d]) => `0:0:0:0:0:FFFF:${hex(a, b)}:${hex(c, d)}`,
  (four) => `64:ff9b::${four.join('.')}`,
  ([a, b, c, d]) => `64:ff9b::${hex(a, b)}:${hex(c, d)}`,
  ([a, b, c, d]) => `64:ff9b:1::${hex(a, b)}:${hex(c, d)}`,
  ([a, b, c, d]) => `2002:${hex(a, b)}:${hex(c, d)}::1`,
  ([a, b, c, d]) => `::${hex(a, b)}:${hex(c, d)}`,
];
const spelt = fc.constantFrom(...SPELT);
const four: fc.Arbitrary<Four> = fc.tuple(byte, byte, byte, byte);

describe('addresses that no connection goes to', () => {
  test.each([
    '169.254.169.254',
    '169.254.170.2',
    '169.254.0.0',
    '169.254.255.255',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fe80::1',
    'fe80::1%eth0',
    'febf:ffff::1',
    'fd00:ec2::254',
    'fd00:0ec2::23',
    'metadata.internal',
    '',
  ])('%s', (ip) => expect(isRefused(ip)).toBe(true));
  test.each([
    '169.253.255.255',
    '169.255.0.0',
    '127.0.0.1',
    '0.0.0.0',
    '::1',
    '::',
    '10.0.0.1',
    'fec0::1',
    'fd00:ec3::1',
  ])('not %s', (ip) => expect(isRefused(ip)).toBe(false));

  test('169.254.0.0/16 and nothing else of IPv4, however it is spelt and at any port', () => {
    const near = fc.oneof(four, fc.tuple(fc.constantFrom(168, 169, 170), fc.constantFrom(253, 254, 255), byte, byte));
    fc.assert(
      fc.property(near, spelt, fc.integer({ min: 1, max: 65_535 }), ([a, b, c, d], spell, port) => {
        // The compatible form of a small number is another address: ::1 and its like.
        expect(isRefused(spell([a, b, c, d]), port)).toBe(a === 169 && b === 254);
      }),
    );
  });
  test('fe80::/10 and fd00:ec2::/32, and nothing else of what begins otherwise', () => {
    const word = fc.integer({ min: 0, max: 0xffff });
    const first = fc.oneof(word, fc.constantFrom(0xfe7f, 0xfe80, 0xfebf, 0xfec0, 0xfd00));
    const second = fc.oneof(word, fc.constantFrom(0xec1, 0xec2, 0xec3));
    fc.assert(
      fc.property(first, second, word, word, (one, two, six, seven) => {
        // 64:ff9b::, 2002:: and ::ffff: carry IPv4 addresses: the law above.
        fc.pre(![0x64, 0x2002, 0].includes(one));
        const ip = [one, two, 0x1, 0, 0, 0x1, six, seven].map((each) => each.toString(16)).join(':');
        expect(isRefused(ip)).toBe((one >= 0xfe80 && one <= 0xfebf) || (one === 0xfd00 && two === 0xec2));
      }),
    );
  });
});

describe('the runtime API', () => {
  const LOCAL = [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0.0.0.0',
  ];
  test.each(['127.0.0.1:9001', 'localhost:9001', '[::1]:9001', '0.0.0.0:9001'])('at %s: whatever is local', (api) => {
    for (const ip of LOCAL) expect([ip, isRefused(ip, 9001, api), isRefused(ip, 9002, api)]).toEqual([ip, true, false]);
    expect(isRefused('10.0.0.1', 9001, api)).toBe(false);
  });
  test('at another address: that one, and its mapped form', () => {
    expect(isRefused('10.1.2.3', 9001, '10.1.2.3:9001')).toBe(true);
    expect(isRefused('::ffff:10.1.2.3', 9001, '10.1.2.3:9001')).toBe(true);
    expect(isRefused('127.0.0.1', 9001, '10.1.2.3:9001')).toBe(false);
  });
  test('under a name: its port, wherever', () => {
    expect(isRefused('10.1.2.3', 9001, 'runtime.internal:9001')).toBe(true);
    expect(isRefused('10.1.2.3', 9002, 'runtime.internal:9001')).toBe(false);
  });
  test('without a port: HTTP’s own', () => expect(isRefused('127.0.0.1', 80, '127.0.0.1')).toBe(true));
});

describe('where a socket is opened', () => {
  const peers: Peer[] = [];
  afterEach(() => Promise.all(peers.splice(0).map(({ stop }) => stop())));
  const counted = async () => {
    const seen = { connections: 0 };
    const server = await peer((socket) => {
      seen.connections += 1;
      socket.destroy();
    });
    peers.push(server);
    return { seen, port: server.port };
  };
  const guardAgainst =
    (ip: string): Guard =>
    (address) =>
      address.ip === ip ? `${ip} is refused here` : null;
  const to =
    (...ips: readonly string[]): Resolve =>
    async () => ({ ok: true, ips });

  test('a probe: no packet, an ending of its own', async () => {
    const { seen, port } = await counted();
    const guard = guardOf(`127.0.0.1:${port}`);
    const { ended, address } = await runProbe(aTarget(port, { guard }), Date.now);
    expect([ended, address]).toEqual([
      { kind: 'address-refused', phase: 'connect', reason: expect.stringContaining('runtime API') },
      `127.0.0.1:${port}`,
    ]);
    expect(seen.connections).toBe(0);
  });
  test('a probe that names no guard: metadata all the same', async () => {
    const { ended } = await runProbe(aTarget(80, { address: { ip: '169.254.169.254', port: 80 } }), Date.now);
    expect(ended.kind).toBe('address-refused');
  });
  test('the search for an address that accepts TCP passes it over without a packet, and says so', async () => {
    const { seen, port } = await counted();
    const place = { host: 'several.test', port };
    const guard = guardAgainst('127.0.0.1');
    expect(await firstAddress(place, 5000, to('127.0.0.1', '127.0.0.2', '127.0.0.3'), guard)).toEqual({
      ip: '127.0.0.2',
      port,
      leftOut: '127.0.0.1 is refused here',
    });
    expect(await firstAddress(place, 5000, to('127.0.0.1'), guard)).toEqual({ ip: '127.0.0.1', port });
    expect(seen.connections).toBe(0);
  });
  test('all addresses: it stays one of them, and is not tried', async () => {
    const { seen, port } = await counted();
    const endpoint = anEndpoint({ port, addresses: 'all' });
    const { addresses } = await addressesFor(endpoint, to('127.0.0.1', '127.0.0.2'), guardAgainst('127.0.0.1'));
    expect(addresses).toEqual([
      { ip: '127.0.0.1', port },
      { ip: '127.0.0.2', port },
    ]);
    expect(seen.connections).toBe(0);
  });
  test('the first address: a note names what was left out', async () => {
    const endpoint = anEndpoint({ port: await freePort(), addresses: 'first' });
    const { note } = await addressesFor(endpoint, to('127.0.0.1', '127.0.0.2'), guardAgainst('127.0.0.1'));
    expect(note).toContain('127.0.0.1 is refused here');
  });
});
