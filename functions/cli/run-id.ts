import { randomBytes } from 'node:crypto';
import type { Instant } from '../../shared/model/time.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Returns a ULID (Crockford base 32): ten characters of time, sixteen random ones. Ids sort by time. */
export const runId = (startedAt: Instant): string => {
  const time = Array.from({ length: 10 }, (_, index) => CROCKFORD[Math.floor(startedAt / 32 ** (9 - index)) % 32]);
  return [...time, ...Array.from(randomBytes(16), (byte) => CROCKFORD[byte % 32])].join('');
};
