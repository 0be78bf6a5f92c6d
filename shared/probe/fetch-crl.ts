/** Fetches a CRL from a URL, within bounds of size and time. The bytes are untrusted until their issuer's signature is verified. */
import { get as getPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getSecure } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Milliseconds } from '../model/time.ts';
import { SECOND } from '../model/time.ts';
import { type Resolve, resolver } from './addresses.ts';
import { type Guard, guardOfMetadata } from './refused-addresses.ts';
import { connectSecurely } from './secure-fetch.ts';

const unpack = promisify(gunzip);

/** Those of large public CAs have a few million entries in shards of a few MiB; an enterprise’s one list may be larger (tens of MiB). */
const MAX_BYTES = 64 * 1024 * 1024;
const SILENCE: Milliseconds = 10 * SECOND;
/** Limit of the whole transfer with its redirects, as a multiple of the silence: 64 MiB in 30 s are 2 MiB a second. */
const WHOLE = 3;
const MAX_REDIRECTS = 5;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/** The kind of failure: each has a cure of its own. */
export type FetchFault =
  | 'address-refused'
  | 'not-reached'
  | 'too-slow'
  | 'not-found'
  | 'redirects'
  | 'too-large'
  | 'damaged';

type Failed = { readonly ok: false; readonly fault: FetchFault; readonly reason: string };
export type Fetched = { readonly ok: true; readonly bytes: Uint8Array } | Failed;

export type FetchOptions = {
  /** Default: link-local addresses and the metadata services of AWS. */
  readonly guard?: Guard;
  readonly resolve?: Resolve;
  /** The longest silence; the whole transfer may take three times as long. Default: 10 s. */
  readonly timeout?: Milliseconds;
  /** Bytes, as they are sent and unpacked; default: 64 MiB. */
  readonly most?: number;
};

type Hop = Required<FetchOptions> & { readonly signal: AbortSignal; readonly heard: () => void };

/**
 * Fetches over http and https, without credentials, with at most five redirects, and from no address that `guard` refuses. Not supported: ldap and
 * ftp URLs. Never rejects; `reason` is a clause for a message.
 */
export const fetchCrl = async (url: string, options: FetchOptions = {}): Promise<Fetched> => {
  const { guard = guardOfMetadata, resolve = resolver(), timeout = SILENCE, most = MAX_BYTES } = options;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), timeout);
  const whole = AbortSignal.timeout(WHOLE * timeout);
  const signal = AbortSignal.any([silence.signal, whole]);
  try {
    return await follow(url, { guard, resolve, timeout, most, signal, heard: () => timer.refresh() });
  } catch (error) {
    if (silence.signal.aborted) return failed('too-slow', `no answer within ${timeout} ms`);
    if (whole.aborted) return failed('too-slow', `it was not complete within ${WHOLE * timeout} ms`);
    return failed('not-reached', unfetched(codeOf(error)));
  } finally {
    clearTimeout(timer);
  }
};

const follow = async (first: string, hop: Hop): Promise<Fetched> => {
  let url = URL.parse(first);
  let from = '';
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    if (url === null) return failed('redirects', `${from}its URL cannot be read`);
    const located = await locate(url, hop);
    if (!('ips' in located)) return failed(located.fault, `${from}${located.reason}`);
    const answer = await answerOf(url, located.ips, hop.signal);
    hop.heard();
    if (!REDIRECTS.includes(answer.statusCode)) return read(answer, hop, from);
    answer.destroy();
    const next = nextOf(answer, url);
    if (typeof next === 'string') return failed('redirects', `${from}its server ${next}`);
    url = next;
    from = `the redirect to ${shown(url)}: `;
  }
  return failed('redirects', `it has more than ${MAX_REDIRECTS} redirects`);
};

/** The target of a redirect; or why it is not followed, as a clause after "its server". */
const nextOf = ({ statusCode, headers: { location } }: IncomingMessage, from: URL): URL | string => {
  if (location === undefined) return `answered ${statusCode} without a Location`;
  const url = URL.parse(location, from.href);
  if (url === null) return 'redirects to a URL that cannot be read';
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  return isHttp ? url : `redirects to a URL of ${url.protocol}, which is not followed`;
};

const MAX_SHOWN = 200;
/** Without user, password and query: a redirect may carry a token there. */
const shown = ({ origin, pathname }: URL): string => `${origin}${pathname}`.slice(0, MAX_SHOWN);

const failed = (fault: FetchFault, reason: string): Failed => ({ ok: false, fault, reason });
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
  { timeout, resolve, guard }: Hop,
): Promise<{ readonly ips: readonly string[] } | Failed> => {
  const found = await resolve(hostOf(url), timeout);
  if (!found.ok) return failed('not-reached', unfetched(found.reason));
  const refusals = found.ips.map((ip) => guard({ ip, port: portOf(url) }));
  const ips = found.ips.filter((_, at) => refusals[at] === null);
  return ips.length > 0 ? { ips } : failed('address-refused', unfetched(refusals[0] ?? 'no address'));
};

/** Connects to `ips` only: a second look-up of the name may return other addresses. */
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
    lookup,
    signal,
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked =
    url.protocol === 'https:'
      ? getSecure({ ...request, createConnection: connectSecurely }, resolve)
      : getPlain({ ...request, agent: false }, resolve);
  asked.on('error', reject);
  return promise;
};

const read = async (answer: IncomingMessage, { most, heard }: Hop, from: string): Promise<Fetched> => {
  if (answer.statusCode !== 200) {
    answer.destroy();
    return failed('not-found', `${from}its server answered ${answer.statusCode}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    heard();
    size += chunk.length;
    if (size > most) return failed('too-large', `${from}it has more than ${most} bytes`);
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks, size);
  const bytes = new Uint8Array(whole.buffer, whole.byteOffset, size);
  return /^(x-)?gzip$/i.test(answer.headers['content-encoding'] ?? '')
    ? unpacked(bytes, most, from)
    : { ok: true, bytes };
};

/** Decompresses a body that the server declares as gzip, though the request does not ask for gzip: some servers store the file so. */
const unpacked = async (bytes: Uint8Array, most: number, from: string): Promise<Fetched> => {
  try {
    const whole = await unpack(bytes, { maxOutputLength: most });
    return { ok: true, bytes: new Uint8Array(whole) };
  } catch (error) {
    return codeOf(error) === 'ERR_BUFFER_TOO_LARGE'
      ? failed('too-large', `${from}it has more than ${most} bytes`)
      : failed('damaged', `${from}its content is no gzip, which its server says it is`);
  }
};
