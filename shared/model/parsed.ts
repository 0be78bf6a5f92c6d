/** A value, or the reason why there is none. `reason` is safe to show. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | Failed;

export type Failed = { readonly ok: false } & NoValue;

/**
 * Why there is no value. `transient`: the same read may succeed later, so nothing is known of the value itself. Default: false. `identity`: the name of the
 * identity that it is a value of; absent for anything else.
 */
export type NoValue = { readonly reason: string; readonly transient?: true; readonly identity?: string };

/** Says where a value was looked for, before the reason why there is none. */
export const failedAt = (where: string, failed: NoValue): Failed => ({
  ...failed,
  ok: false,
  reason: `${where}: ${failed.reason}`,
});
