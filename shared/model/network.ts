/** IP addresses and networks as numbers, and the addresses that are not of the public internet. */
import type { AddressRules } from './address-rules.ts';

/** Its family has 32 or 128 bits. */
export type Ip = { readonly bits: 32 | 128; readonly value: bigint };
export type Network = Ip & { readonly prefix: number };

const OCTET = /^(0|[1-9]\d{0,2})$/;

const ipv4Of = (text: string): Ip | null => {
  const octets = text.split('.');
  if (octets.length !== 4 || octets.some((octet) => !OCTET.test(octet) || Number(octet) > 255)) return null;
  return { bits: 32, value: octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n) };
};

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

/** WHATWG URL, "host serializer": it writes eight groups in hexadecimal, with `::` for one run of zeros. */
const ipv6Of = (text: string): Ip | null => {
  const written = /^[\da-f:.]+$/i.test(text) ? URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) : undefined;
  if (written === undefined) return null;
  const [before = '', after] = written.split('::');
  const [head, tail] = [groupsOf(before), groupsOf(after ?? '')];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = [...head, ...zeros, ...tail];
  return { bits: 128, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) };
};

/** Reads `10.0.0.1` or `2001:db8::1`; null for anything else, a zone and an octal or hexadecimal form too. */
const ipOf = (text: string): Ip | null => (text.includes(':') ? ipv6Of(text) : ipv4Of(text));

const lowBits = (count: number): bigint => (1n << BigInt(count)) - 1n;

/** Reads `10.0.0.0/8` or `fd00::/8`. Returns a noun phrase for what is expected where it is none, or where bits after the prefix are set. */
export const networkOf = (text: string): Network | string => {
  const [address = '', length = '', ...more] = text.split('/');
  const ip = ipOf(address);
  if (ip === null || !OCTET.test(length) || Number(length) > ip.bits || more.length > 0)
    return 'a network such as 10.20.0.0/16 or fd00:1234::/32';
  const prefix = Number(length);
  return (ip.value & lowBits(ip.bits - prefix)) === 0n
    ? { ...ip, prefix }
    : `a network: no bit after its first ${prefix}`;
};

const holds = ({ bits, value, prefix }: Network, ip: Ip): boolean =>
  ip.bits === bits && ip.value >> BigInt(bits - prefix) === value >> BigInt(bits - prefix);

/** Whether two networks have an address in common. */
const overlap = (one: Network, other: Network): boolean =>
  one.prefix <= other.prefix ? holds(one, other) : holds(other, one);

const listOf = (...texts: readonly string[]): readonly Network[] =>
  texts.map(networkOf).filter((each) => typeof each !== 'string');

/**
 * Not globally reachable by IANA's registries of special-purpose addresses (RFC 6890), and multicast: of this machine, private (RFC 1918, RFC 4193), of
 * a carrier's NAT (RFC 6598), of benchmarks and documents, NAT64 of a network's own (RFC 8215).
 */
const PRIVATE: readonly Network[] = [
  ...listOf('0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'),
  ...listOf('192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'),
  ...listOf('224.0.0.0/4', '240.0.0.0/4', '::/127', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'),
  ...listOf('3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'),
];

/** Where an IPv4 address stands in an IPv6 one, as bits to its right: RFC 4291 §2.5.5, RFC 6052 §2.1, RFC 8215, RFC 2765 §2.1; 6to4: RFC 3056 §2. */
const CARRIERS: readonly (readonly [network: Network, right: number])[] = [
  ...listOf('::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/96', '::ffff:0:0:0/96').map(
    (each) => [each, 0] as const,
  ),
  ...listOf('2002::/16').map((each) => [each, 80] as const),
];
/** `::1` and its like carry nothing. */
const FIRST_CARRIED = 1n << 24n;

/** An address, and the IPv4 addresses that it carries: a translator or a kernel sends to these. */
const meanings = (ip: Ip): readonly Ip[] => [
  ip,
  ...CARRIERS.filter(([network]) => holds(network, ip))
    .map(([, right]): Ip => ({ bits: 32, value: (ip.value >> BigInt(right)) & lowBits(32) }))
    .filter(({ value }) => value >= FIRST_CARRIED),
];

/** Refused always (`shared/probe/refused-addresses.ts`): no rule allows them. */
const NEVER = listOf('169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32');

/** Returns a sentence that says why a text is no network that may be allowed; null where it is one. */
export const networkFault = (text: string): string | null => {
  const network = networkOf(text);
  if (typeof network === 'string') return `found "${text.slice(0, 60)}"; expected ${network}`;
  return NEVER.some((each) => overlap(each, network) && network.prefix >= each.prefix)
    ? `${text} is refused always: metadata services and credentials of this machine are there`
    : null;
};

/** Returns the predicate of the addresses that `rules` refuse. What is no address (without its zone) is refused where anything is. */
export const deniedBy = ({ denyPrivate, allowAddresses }: AddressRules): ((ip: string) => boolean) => {
  if (!denyPrivate) return () => false;
  const allowed = listOf(...allowAddresses);
  return (text) => {
    const ip = ipOf(text);
    const closed = (each: Ip) =>
      PRIVATE.some((network) => holds(network, each)) && !allowed.some((network) => holds(network, each));
    return ip === null || meanings(ip).some(closed);
  };
};
