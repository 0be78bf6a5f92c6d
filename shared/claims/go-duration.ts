/** Lengths of time as Go’s programs write them (pkg.go.dev/time#ParseDuration): `2160h0m0s`, `1h30m`, `1.5h`. */
import { HOUR, MINUTE, type Milliseconds, SECOND } from '../model/time.ts';
import type { Field } from './field.ts';

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: SECOND, m: MINUTE, h: HOUR };
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g;

/** Null where it is absent. Throws `DamagedField` where it is no such length. */
export const goDurationIn = (field: Field): Milliseconds | null => {
  const text = field.text();
  if (text === null) return null;
  if (text === '0') return 0;
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw field.damaged('expected a length of time such as 2160h or 1h30m');
  return parts.reduce((sum, [, amount = '', unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
};
