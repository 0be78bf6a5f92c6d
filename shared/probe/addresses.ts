import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { Milliseconds } from '../model/time.ts';

/** An IP address and port: what one connection goes to. */
export type Address = { readonly ip: string; readonly port: number };

/** `10.0.0.1:443`, `[2001:db8::1]:443`. */
export const addressText = ({ ip, port }: Address): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

export type Resolution =
  | { readonly ok: true; readonly ips: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Every A and AAAA record, in the resolver's order; an IP address is its own. Never rejects. */
export const resolveHost = async (host: string, timeout: Milliseconds): Promise<Resolution> => {
  const expired = Symbol('expired');
  const { promise, resolve } = Promise.withResolvers<typeof expired>();
  const timer = setTimeout(() => resolve(expired), timeout);
  try {
    const found = await Promise.race([lookup(host, { all: true, order: 'verbatim' }), promise]);
    if (found === expired) return { ok: false, reason: `no answer from the resolver within ${timeout} ms` };
    return { ok: true, ips: found.map(({ address }) => address) };
  } catch (error) {
    return { ok: false, reason: (error as NodeJS.ErrnoException).code ?? 'lookup failed' };
  } finally {
    clearTimeout(timer);
  }
};

/** Whether something accepts TCP there; the connection is closed at once. */
export const acceptsTcp = ({ ip, port }: Address, timeout: Milliseconds): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: ip, port });
  const timer = setTimeout(() => resolve(false), timeout);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
};
