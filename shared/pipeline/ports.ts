/** Everything the stages ask of the world, as plain functions. Adapters live in `shared/aws` and `functions`. */
import type { PrivateCa, SigningAlgorithm } from '../custodian/issuing.ts';
import type { SecretStage } from '../model/probe.ts';
import type { StateItem } from '../model/state.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/** A secret's value or why there is none. `reason` is safe to show: it never holds a value. */
export type SecretResult =
  | {
      readonly ok: true;
      readonly value: string | Uint8Array;
      readonly versionId: string;
      /** When this version was put; null where it is not told. */
      readonly createdAt: Instant | null;
    }
  | { readonly ok: false; readonly reason: string };

/** Current versions, one result per name asked for. Never rejects: what cannot be read says why. */
export type ReadSecrets = (names: readonly string[]) => Promise<ReadonlyMap<string, SecretResult>>;

/** Another version by its staging label; null where the secret has none. Never rejects. */
export type ReadStage = (name: string, stage: SecretStage) => Promise<SecretResult | null>;

/** A local file's text or why there is none; its bytes too, where the reader has them: DER and PKCS#12 are no text. */
export type ReadFile = (
  path: string,
) => Promise<
  | { readonly ok: true; readonly text: string; readonly bytes?: Uint8Array }
  | { readonly ok: false; readonly reason: string }
>;

export type Versioned<T> = { readonly value: T; readonly version: number };

/** State between runs. A write whose `expected` version is no longer the stored one (0: no item yet) changes nothing and returns false. */
export type StateStore = {
  /** Consistent read. */
  readonly read: (key: string) => Promise<Versioned<StateItem> | null>;
  readonly write: (item: StateItem, expected: number) => Promise<boolean>;
  /** Keys of the items that hold something due; may lag behind the writes. */
  readonly withDue: () => Promise<readonly string[]>;
};

/** One SNS message, as it will be published: kept until it has been, so that a second try sends the same bytes under the same id. */
export type OutgoingMessage = {
  readonly id: string;
  readonly subject: string;
  /** The `MessageStructure: json` body. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, { readonly type: 'String' | 'String.Array'; readonly value: string }>>;
  readonly members: readonly { readonly key: string; readonly transition: string }[];
};

export type MessageStore = {
  /** Creates it, leased until `until`; false where the id exists or ever did. */
  readonly create: (message: OutgoingMessage, until: Instant) => Promise<boolean>;
  /** Takes over one whose lease is over; false where it is still leased or gone. */
  readonly lease: (id: string, now: Instant, until: Instant) => Promise<boolean>;
  /** The id stays taken for a day at least: a report that was held up must not create the message again. */
  readonly remove: (id: string) => Promise<void>;
  /** Messages created and not yet removed; may lag behind the writes by seconds. */
  readonly pending: () => Promise<readonly OutgoingMessage[]>;
};

/** Publishes one message; rejects where SNS did not take it. */
export type PublishMessage = (message: OutgoingMessage) => Promise<void>;

export type Metric = {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly timestamp: Instant;
  readonly value: number | { readonly count: number; readonly sum: number; readonly min: number; readonly max: number };
};
export type PutMetrics = (metrics: readonly Metric[]) => Promise<void>;

export type Clock = () => Instant;
export type Sleep = (ms: Milliseconds) => Promise<void>;

export type CertificateOrder = {
  readonly ca: string;
  /** PEM (PKCS #10). */
  readonly request: string;
  readonly algorithm: SigningAlgorithm;
  readonly template: string;
  /** Null: from now on. */
  readonly notBefore: Instant | null;
  readonly notAfter: Instant;
};

/** What the custodian asks of AWS. All but `readStage` reject where AWS refuses, with a message that is safe to show. */
export type CustodianPorts = {
  readonly readStage: (secret: string, stage: 'AWSCURRENT' | 'AWSPENDING') => Promise<SecretResult | null>;
  readonly authorities: () => Promise<readonly PrivateCa[]>;
  readonly issue: (
    order: CertificateOrder,
  ) => Promise<{ readonly arn: string; readonly certificate: string; readonly chain: string }>;
  /** Resolves too where it is revoked already. */
  readonly revoke: (ca: string, serial: string) => Promise<void>;
  readonly put: (secret: string, value: string, stage: 'AWSCURRENT' | 'AWSPENDING') => Promise<void>;
  readonly promote: (secret: string, version: string, instead: string) => Promise<void>;
};
