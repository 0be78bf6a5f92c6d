import { DAY, HOUR, MINUTE, type Milliseconds, SECOND } from './time.ts';

const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** `500ms`, `10s`, `5m`, `1h`, `30d` → milliseconds, rounded; null for anything else. Not supported: signs, spaces, several units (`1h30m`), ISO 8601. */
export function parseDuration(text: string): Milliseconds | null {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return amount === undefined ? null : Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}
