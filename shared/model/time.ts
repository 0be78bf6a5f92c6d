/** Epoch milliseconds: survives JSON and needs no clock. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Milliseconds = number;

export const SECOND: Milliseconds = 1000;
export const MINUTE: Milliseconds = 60 * SECOND;
export const HOUR: Milliseconds = 60 * MINUTE;
export const DAY: Milliseconds = 24 * HOUR;

/** Formats an instant as ISO 8601 in UTC, the form in all published documents. */
// biome-ignore lint/style/noRestrictedGlobals: formats an instant that was given; reads no clock.
export const iso = (instant: Instant): string => new Date(instant).toISOString();

/** Reads an instant that `iso` wrote. */
// biome-ignore lint/style/noRestrictedGlobals: reads a text that was given; reads no clock.
export const instantOf = (text: string): Instant => Date.parse(text);
