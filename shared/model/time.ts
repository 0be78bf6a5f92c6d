/** Epoch milliseconds: survives JSON and needs no clock. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Milliseconds = number;

export const SECOND: Milliseconds = 1000;
export const MINUTE: Milliseconds = 60 * SECOND;
export const HOUR: Milliseconds = 60 * MINUTE;
export const DAY: Milliseconds = 24 * HOUR;

/** ISO 8601 in UTC, as every published document writes a time. */
// biome-ignore lint/style/noRestrictedGlobals: formats an instant that was given; reads no clock.
export const iso = (instant: Instant): string => new Date(instant).toISOString();
