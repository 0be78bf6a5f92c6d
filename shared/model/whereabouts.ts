/** Where a person finds what a check presented, so that a line for a shell can present it too. Names and paths only: never a value. */
import type { SecretStage } from './probe.ts';

/** Null: the secret's text is PEM with both. Else the fields of its JSON object, in the order in which they are presented. */
export type SecretParts = { readonly certificate: readonly string[]; readonly privateKey: string } | null;

/** Where command lines find it as it is presented: PEM, leaf first, with a key that no passphrase protects. */
export type IdentityPlace = {
  /** Whether more than the leaf is presented. */
  readonly chained: boolean;
} & (
  | { readonly kind: 'files'; readonly certificate: string; readonly privateKey: string }
  | {
      readonly kind: 'secret';
      readonly secret: string;
      /** A staging label in place of the current version. */
      readonly stage?: SecretStage;
      readonly parts: SecretParts;
    }
);

/** `file` and `secret` hold PEM. */
export type BundlePlace =
  | { readonly kind: 'system' }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'secret'; readonly secret: string };

/** A check without a registry. `options`: words of the command line, paths absolute (`--ca`, `/pki/ca.pem`). */
export type GivenUrl = { readonly url: string; readonly options: readonly string[] };

export type Whereabouts = {
  /** The registry's file. */
  readonly registry: string;
  /** What stands in place of a registry. Absent: there is one. */
  readonly given?: GivenUrl;
  /** Whether the registry names secrets, which are read with `--secrets aws`. */
  readonly hasSecrets: boolean;
  /** By name. Absent: it has another form, and `mtls-monitor present` writes it. */
  readonly identities: ReadonlyMap<string, IdentityPlace>;
  /** By name. Absent: as for identities. */
  readonly bundles: ReadonlyMap<string, BundlePlace>;
  /** The folder in which `mtls-monitor present` has written what the check presents. Absent: it is written when the line runs. */
  readonly written?: string;
};

/** Nothing is where a command line finds it: `mtls-monitor present` writes everything. */
export const NOWHERE: Whereabouts = {
  registry: 'registry.yaml',
  hasSecrets: false,
  identities: new Map(),
  bundles: new Map(),
};

/** The files that `mtls-monitor present --write` makes in its folder. */
export const WRITTEN = { certificate: 'certificate.pem', privateKey: 'key.pem', bundle: 'ca.pem' } as const;
