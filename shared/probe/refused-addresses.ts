/**
 * Addresses to which the monitor never connects: DNS names are controlled by others, and servers at these addresses serve every process of this
 * machine (credentials of a role, events of a function).
 */
import { BlockList, isIP } from 'node:net';
import type { AddressRules } from '../model/address-rules.ts';
import { deniedBy } from '../model/network.ts';

/** An IP address and port: what one connection goes to. */
export type Address = { readonly ip: string; readonly port: number };

/** Why no connection may go to an address, as a clause; null where one may. */
export type Guard = (address: Address) => string | null;

type Subnet = readonly [network: string, prefix: number];

/** The list takes `::ffff:169.254.169.254` for the IPv4 address that it maps. */
const listOf = (subnets: readonly Subnet[]): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  return list;
};

/** RFC 3927 and RFC 4291 §2.5.6, with what carries an IPv4 address: RFC 6052 §2.1, RFC 8215, RFC 3056 §2, RFC 2765 §2.1, RFC 4291 §2.5.5.1. */
const LINK_LOCAL = listOf([
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['64:ff9b::a9fe:0', 112],
  ['64:ff9b:1::a9fe:0', 112],
  ['2002:a9fe::', 32],
  ['::ffff:0:a9fe:0', 112],
  ['::a9fe:0', 112],
]);
/** Amazon EC2 User Guide, "Access instance metadata": fd00:ec2::254; EKS Pod Identity: fd00:ec2::23. */
const AWS_METADATA = listOf([['fd00:ec2::', 32]]);
/** Addresses of this machine itself: on Linux also the unspecified address. */
const LOCAL = listOf([
  ['127.0.0.0', 8],
  ['0.0.0.0', 8],
  ['::1', 128],
  ['::', 128],
  ['::7f00:0', 104],
]);

const holds = (list: BlockList, ip: string): boolean => list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');

type At = (address: Address) => boolean;

/** Whether an address reaches the runtime API. If its host is a name of this machine only, its address is unknown: its port is then refused everywhere. */
const atRuntimeApi = (runtimeApi: string): At => {
  const url = URL.parse(`http://${runtimeApi}`);
  if (url === null) return () => false;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 80 : Number(url.port);
  if (isIP(host) === 0 && host !== 'localhost') return (address) => address.port === port;
  const own = host === 'localhost' || holds(LOCAL, host) ? LOCAL : listOf([[host, isIP(host) === 6 ? 128 : 32]]);
  return (address) => address.port === port && holds(own, address.ip);
};

/**
 * `runtimeApi`: host and port, as Lambda names them to a function (AWS_LAMBDA_RUNTIME_API); undefined where there is none. `rules`: an address has to be
 * allowed by each. Default: none.
 */
export const guardOf = (runtimeApi: string | undefined, rules: readonly AddressRules[] = []): Guard => {
  const denials = rules.map(deniedBy);
  const isRuntimeApi = runtimeApi === undefined ? () => false : atRuntimeApi(runtimeApi);
  return ({ ip: zoned, port }) => {
    const ip = zoned.replace(/%.*$/, '');
    // A name would be resolved again after this check.
    if (isIP(ip) === 0) return `${zoned} is no IP address`;
    if (holds(LINK_LOCAL, ip)) return `${zoned} is link-local, where clouds serve metadata and credentials`;
    if (holds(AWS_METADATA, ip)) return `${zoned} belongs to the metadata services of AWS`;
    if (isRuntimeApi({ ip, port })) return `port ${port} of ${zoned} is the runtime API of the monitor’s own function`;
    return denials.some((isDenied) => isDenied(ip))
      ? `${zoned} is a private address, which denyPrivate refuses and allowAddresses does not name`
      : null;
  };
};

/** Where there is no runtime API. */
export const guardOfMetadata: Guard = guardOf(undefined);
