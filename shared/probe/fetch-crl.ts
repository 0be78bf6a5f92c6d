/** A CRL from a URL of the registry: bounded in size and time, and trusted in nothing: only its issuer's signature makes it worth anything. */
import { get as getPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getSecure } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import type { Milliseconds } from '../model/time.ts';
import { SECOND } from '../model/time.ts';
import { type Resolve, resolver } from './addresses.ts';
import { type Guard, guardOfMetadata } from './refused-addresses.ts';

/** Those of large public CAs have a few million entries in shards of this size at the most. */
const MAX_BYTES = 10 * 1024 * 1024;
const TIMEOUT: Milliseconds = 10 * SECOND;

export type Fetched =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

export type FetchOptions = {
  /** Default: link-local addresses and the metadata services of AWS. */
  readonly guard?: Guard;
  readonly resolve?: Resolve;
  /** Default: 10 s. */
  readonly timeout?: Milliseconds;
  /** Bytes; default: 10 MiB. */
  readonly most?: number;
};

/** http and https only, no redirect, no credentials, no address that `guard` refuses. Never rejects; `reason` is fit for a sentence. */
export const fetchCrl = async (url: string, options: FetchOptions = {}): Promise<Fetched> => {
  const { guard = guardOfMetadata, resolve = resolver(), timeout = TIMEOUT, most = MAX_BYTES } = options;
  const ends = AbortSignal.timeout(timeout);
  const parsed = URL.parse(url);
  if (parsed === null) return failed('its URL cannot be read');
  try {
    const located = await locate(parsed, timeout, resolve, guard);
    return 'ips' in located ? await read(await answerOf(parsed, located.ips, ends), most) : located;
  } catch (error) {
    return failed(ends.aborted ? `no answer within ${timeout} ms` : unfetched(codeOf(error)));
  }
};

const failed = (reason: string): Fetched & { readonly ok: false } => ({ ok: false, reason });
const unfetched = (why: string | null): string => `it cannot be fetched${why === null ? '' : ` (${why})`}`;
const codeOf = (error: unknown): string | null => {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : null;
};

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** The addresses that may be connected to. */
const locate = async (
  url: URL,
  timeout: Milliseconds,
  resolve: Resolve,
  guard: Guard,
): Promise<{ readonly ips: readonly string[] } | (Fetched & { readonly ok: false })> => {
  const found = await resolve(hostOf(url), timeout);
  if (!found.ok) return failed(unfetched(found.reason));
  const refusals = found.ips.map((ip) => guard({ ip, port: portOf(url) }));
  const ips = found.ips.filter((_, at) => refusals[at] === null);
  return ips.length > 0 ? { ips } : failed(unfetched(refusals[0] ?? 'no address'));
};

/** Connects to `ips` and to nothing else: a name that is looked up again may lead elsewhere by then. */
const answerOf = (url: URL, ips: readonly string[], signal: AbortSignal): Promise<IncomingMessage> => {
  const addresses = ips.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const lookup: LookupFunction = (_host, { all }, done) => {
    const [first] = addresses;
    if (all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
  const request: RequestOptions = {
    hostname: hostOf(url),
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    agent: false,
    lookup,
    signal,
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  (url.protocol === 'https:' ? getSecure : getPlain)(request, resolve).on('error', reject);
  return promise;
};

const read = async (answer: IncomingMessage, most: number): Promise<Fetched> => {
  if (answer.statusCode !== 200) {
    answer.destroy();
    return failed(`its server answered ${answer.statusCode}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return failed(`it has more than ${most} bytes`);
    chunks.push(chunk);
  }
  return { ok: true, bytes: new Uint8Array(Buffer.concat(chunks)) };
};
