/** A value, or the reason why there is none. `reason` is safe to show. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };
