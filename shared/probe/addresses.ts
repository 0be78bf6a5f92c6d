import { lookup } from 'node:dns/promises';
import { connect, isIPv6 } from 'node:net';
import type { Endpoint, Place } from '../model/registry.ts';
import type { Milliseconds } from '../model/time.ts';
import { type Address, type Guard, guardOfMetadata } from './refused-addresses.ts';

/** `10.0.0.1:443`, `[2001:db8::1]:443`. */
export const addressText = ({ ip, port }: Address): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

export type Resolution =
  | { readonly ok: true; readonly ips: readonly string[] }
  | { readonly ok: false; readonly reason: string };
export type Resolve = (host: string, timeout: Milliseconds) => Promise<Resolution>;

/** RFC 6761 §6.3: `localhost.` is loopback too, and glibc finds it neither in the hosts file, which has no trailing dots, nor by DNS. */
const askable = (host: string): string => (/^localhost\.$/i.test(host) ? host.slice(0, -1) : host);

/** Every A and AAAA record, in the resolver's order; an IP address is its own. Never rejects. */
const resolveHost: Resolve = async (host, timeout) => {
  const expired = Symbol('expired');
  const { promise, resolve } = Promise.withResolvers<typeof expired>();
  const timer = setTimeout(() => resolve(expired), timeout);
  try {
    const found = await Promise.race([lookup(askable(host), { all: true, order: 'verbatim' }), promise]);
    if (found === expired) return { ok: false, reason: `no answer from the resolver within ${timeout} ms` };
    return { ok: true, ips: [...new Set(found.map(({ address }) => address))] };
  } catch (error) {
    return { ok: false, reason: (error as NodeJS.ErrnoException).code ?? 'lookup failed' };
  } finally {
    clearTimeout(timer);
  }
};

/** Resolves each name once in a run: its addresses do not change within a check. */
export const resolver = (): Resolve => {
  const known = new Map<string, Promise<Resolution>>();
  return (host, timeout) => {
    const found = known.get(host) ?? resolveHost(host, timeout);
    known.set(host, found);
    return found;
  };
};

/** Null where a server accepts TCP (the connection is closed at once), else the system's error code. */
const tcpFault = ({ ip, port }: Address, timeout: Milliseconds): Promise<string | null> => {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = connect({ host: ip, port });
  const timer = setTimeout(() => resolve('ETIMEDOUT'), timeout);
  socket.once('connect', () => resolve(null));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown error'));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
};

/** The address of a place in this run, or why it has none. `leftOut`: why another address of the same name was not used. */
export type Located = (Address & { readonly leftOut?: string }) | { readonly unresolved: string };

const addressesOf = async (
  { host, port }: Pick<Place, 'host' | 'port'>,
  timeout: Milliseconds,
  resolve: Resolve,
): Promise<readonly Located[]> => {
  const resolution = await resolve(host, timeout);
  if (!resolution.ok) return [{ unresolved: resolution.reason }];
  const found = resolution.ips.map((ip): Located => ({ ip, port }));
  return found.length === 0 ? [{ unresolved: 'no address' }] : found;
};

/** The first address that accepts TCP, else the first of all. An address that `guard` refuses is returned only if there is no other. */
export const firstAddress = async (
  place: Pick<Place, 'host' | 'port'>,
  timeout: Milliseconds,
  resolve: Resolve,
  guard: Guard = guardOfMetadata,
): Promise<Located> => {
  const all = await addressesOf(place, timeout, resolve);
  const refusals = all.map((each) => ('unresolved' in each ? null : guard(each)));
  const allowed = all.filter((_, at) => refusals[at] === null);
  const leftOut = refusals.find((refusal) => refusal !== null);
  const first = (await firstOpen(allowed, timeout)) ?? all[0] ?? { unresolved: 'no address' };
  return leftOut === undefined || allowed.length === 0 ? first : { ...first, leftOut };
};

/** A name with more addresses is checked at the first ones. */
const MOST_ADDRESSES = 16;

/** The first is tried alone. If it does not accept, the others are tried side by side: all take two timeouts at most. */
const firstOpen = async (all: readonly Located[], timeout: Milliseconds): Promise<Located | undefined> => {
  const [first, ...others] = all.slice(0, MOST_ADDRESSES);
  const isOpen = async (address: Located) => 'unresolved' in address || (await tcpFault(address, timeout)) === null;
  if (first === undefined || others.length === 0 || (await isOpen(first))) return first;
  const tried = others.map((address) => ({ address, open: isOpen(address) }));
  for (const { address, open } of tried) if (await open) return address;
  return first;
};

const NO_ROUTE: readonly string[] = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EHOSTUNREACH'];

export type Spread = {
  readonly addresses: readonly Located[] /** What was left out, as a sentence. */;
  readonly note: string | null;
};

/** The addresses at which an endpoint is checked. An address family without a route from this machine is left out, and the note says so. */
export const addressesFor = async (
  endpoint: Endpoint,
  resolve: Resolve,
  guard: Guard = guardOfMetadata,
): Promise<Spread> => {
  const { addresses, timeout } = endpoint;
  if (addresses === 'first') {
    const first = await firstAddress(endpoint, timeout, resolve, guard);
    const leftOut = 'unresolved' in first ? undefined : first.leftOut;
    return {
      addresses: [first],
      note: leftOut === undefined ? null : `The monitor never connects to another address of the name: ${leftOut}.`,
    };
  }
  const all = await addressesOf(endpoint, timeout, resolve);
  if (all.length === 1) return { addresses: all, note: null };
  const faults = await Promise.all(
    all.map((each) => ('unresolved' in each || guard(each) !== null ? null : tcpFault(each, timeout))),
  );
  const routed = all.filter((_, at) => !NO_ROUTE.includes(faults[at] ?? ''));
  const kept = (routed.length === 0 ? all : routed).slice(0, MOST_ADDRESSES);
  return { addresses: kept, note: noteOf(all, kept, routed) };
};

const noteOf = (all: readonly Located[], kept: readonly Located[], routed: readonly Located[]): string | null => {
  const lost = routed.length === 0 ? [] : all.filter((each) => !routed.includes(each));
  const families = [...new Set(lost.map((each) => ('ip' in each && isIPv6(each.ip) ? 'IPv6' : 'IPv4')))];
  const sentences = [
    ...(lost.length === 0
      ? []
      : [`${lost.length} of ${all.length} addresses have no route from here (${families.join(', ')}).`]),
    ...(kept.length === MOST_ADDRESSES && routed.length > kept.length
      ? [`Only the first ${MOST_ADDRESSES} of ${all.length} addresses were checked.`]
      : []),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
};
