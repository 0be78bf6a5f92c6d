/** A source of configuration in a registry. */
import type { InventoryService } from './inventory.ts';
import type { SecretRef } from './secret-ref.ts';
import type { Milliseconds } from './time.ts';

/** Where a configuration is read that says what is enforced. */
export type ConfigurationSource = {
  readonly name: string;
  /** What is older is not judged by. */
  readonly maxAge: Milliseconds;
  /** Endpoints of it that need not be watched, by name, a `*` for any text; each with its reason. */
  readonly ignore: readonly { readonly endpoint: string; readonly reason: string }[];
  readonly from: /** Absolute paths, the command line’s only. */
    | { readonly kind: 'files'; readonly files: readonly string[] }
    /** A decision of an OPA, which the command line asks. `token`: null: none is sent. */
    | { readonly kind: 'opa'; readonly url: string; readonly token: SecretRef | null }
    /** What a cluster puts below `exports/<name>/` of the inventory’s bucket. */
    | { readonly kind: 'export' }
    /** The account’s own services, as the inventory reads them. */
    | { readonly kind: 'aws'; readonly services: readonly InventoryService[] };
};
