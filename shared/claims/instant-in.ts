/** Dates in exports: RFC 3339 texts, or seconds since 1970. */
import { type Instant, instantOf } from '../model/time.ts';
import type { Field } from './field.ts';

/** Null where it is absent. Throws `DamagedField` where it is no date. */
export const instantIn = (field: Field): Instant | null => {
  const text = field.text();
  if (text === null || text === '') return null;
  const instant = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : instantOf(text);
  if (!Number.isFinite(instant) || Math.abs(instant) > 8.64e15)
    throw field.damaged('expected a date such as 2026-12-01T00:00:00Z');
  return instant;
};
