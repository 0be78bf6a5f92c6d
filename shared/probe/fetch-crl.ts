/** A CRL from a URL of the registry: bounded in size and time, and trusted in nothing: only its issuer's signature makes it worth anything. */
import type { Milliseconds } from '../model/time.ts';
import { SECOND } from '../model/time.ts';

/** Those of large public CAs have a few million entries in shards of this size at the most. */
const MAX_BYTES = 10 * 1024 * 1024;
const TIMEOUT: Milliseconds = 10 * SECOND;

export type Fetched =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

/** http and https only, no redirect, no credentials. Never rejects; `reason` is fit for a sentence. */
export const fetchCrl = async (url: string, timeout: Milliseconds = TIMEOUT, most = MAX_BYTES): Promise<Fetched> => {
  const ends = AbortSignal.timeout(timeout);
  try {
    const answer = await fetch(url, { redirect: 'manual', credentials: 'omit', signal: ends });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      return { ok: false, reason: `its server answered ${answer.status}` };
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > most) return { ok: false, reason: `it has more than ${most} bytes` };
      chunks.push(chunk);
    }
    return { ok: true, bytes: new Uint8Array(Buffer.concat(chunks)) };
  } catch (error) {
    return { ok: false, reason: ends.aborted ? `no answer within ${timeout} ms` : reasonOf(error) };
  }
};

/** undici's own message is "fetch failed"; its cause has the system's code. */
const reasonOf = (error: unknown): string => {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? `it cannot be fetched (${cause.code})` : 'it cannot be fetched';
};
