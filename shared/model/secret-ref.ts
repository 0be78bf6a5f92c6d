/** Values that a registry only points at. */

/** A reference to a value in a secret or an environment variable. The value must never be shown. */
export type SecretRef = { readonly secret: string } | { readonly env: string };
