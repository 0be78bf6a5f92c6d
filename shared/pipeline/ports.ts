/** All I/O of the stages, as plain functions. Adapters are in `shared/aws` and `functions`. */
import type { PrivateCa, SigningAlgorithm } from '../custodian/issuing.ts';
import type { Reading } from '../model/claim.ts';
import type { StandingItem } from '../model/endpoint-standing.ts';
import type { Failed } from '../model/parsed.ts';
import type { SecretStage } from '../model/probe.ts';
import type { StateItem } from '../model/state.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/** A secret's value, or the reason why it could not be read. `reason` is safe to show: it never holds a value. `transient`: a throttle, a 5xx status or no answer. */
export type SecretResult =
  | {
      readonly ok: true;
      readonly value: string | Uint8Array;
      readonly versionId: string;
      /** When this version was put; null if the source does not say. */
      readonly createdAt: Instant | null;
    }
  | Failed;

/** Reads the current versions; one result per requested name. Never rejects: a secret that cannot be read has a reason. */
export type ReadSecrets = (names: readonly string[]) => Promise<ReadonlyMap<string, SecretResult>>;

/** Reads another version by its staging label; null if no version has it. Never rejects. */
export type ReadStage = (name: string, stage: SecretStage) => Promise<SecretResult | null>;

/** Reads a local file. `bytes`, if present, are for DER and PKCS#12, which are not text. Never rejects: a file that cannot be read has a reason. */
export type ReadFile = (
  path: string,
) => Promise<
  | { readonly ok: true; readonly text: string; readonly bytes?: Uint8Array }
  | { readonly ok: false; readonly reason: string }
>;

export type Versioned<T> = { readonly value: T; readonly version: number };

/** `renew`: the item has to be written once more though nothing of it changes, since it would expire soon, or another version of the program wrote it. */
export type StoredState = Versioned<StateItem> & { readonly renew?: boolean };

/** Thrown by a write of an item that its store has no room for. */
export class ItemTooLarge extends Error {
  override readonly name = 'ItemTooLarge';
}

/** State between runs. A write changes nothing and returns false if `expected` is not the stored version (0: no item yet). */
export type StateStore = {
  /** Consistent read. Rejects if a newer version of the program wrote the item. */
  readonly read: (key: string) => Promise<StoredState | null>;
  readonly write: (item: StateItem, expected: number) => Promise<boolean>;
  /** Returns the keys of the items with due transitions; may lag behind the writes. */
  readonly withDue: () => Promise<readonly string[]>;
  /** Returns the keys of the items with an open check; may lag behind the writes. */
  readonly withOpen: () => Promise<readonly string[]>;
};

/** Standings of endpoints. A write changes nothing and returns false if `expected` is not the stored version (0: no item yet). An item expires seven days after its last write. */
export type StandingStore = {
  /** Consistent read. */
  readonly read: (key: string) => Promise<Versioned<StandingItem> | null>;
  readonly write: (item: StandingItem, expected: number) => Promise<boolean>;
};

/** One SNS message, stored until it is published, so that a second attempt sends the same bytes under the same id. */
export type OutgoingMessage = {
  readonly id: string;
  /** The run whose report composed it. Absent from a message of an older version. */
  readonly run?: string;
  readonly subject: string;
  /** The `MessageStructure: json` body. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, { readonly type: 'String' | 'String.Array'; readonly value: string }>>;
  readonly members: readonly { readonly key: string; readonly transition: string }[];
};

export type MessageStore = {
  /** Creates a message, leased until `until`; false if the id is taken, also by a removed message. */
  readonly create: (message: OutgoingMessage, until: Instant) => Promise<boolean>;
  /** Leases a message whose lease is over at `now`; false if it is still leased or was removed. */
  readonly lease: (id: string, now: Instant, until: Instant) => Promise<boolean>;
  /** Removes a message. Its id stays taken for at least a day: a delayed report must not create the message again. */
  readonly remove: (id: string) => Promise<void>;
  /** Returns the messages that are not removed; may lag behind the writes by seconds. */
  readonly pending: () => Promise<readonly OutgoingMessage[]>;
};

/** Which run of a schedule and suite goes on. */
export type RunLocks = {
  /** Returns false while another run holds the key and its time is not over. The same run may take it again. */
  readonly take: (key: string, run: string, now: Instant, until: Instant) => Promise<boolean>;
  /** Ends this run's hold; nothing happens if another run holds the key. */
  readonly release: (key: string, run: string) => Promise<void>;
};

/** Publishes one message; rejects if SNS refuses it. */
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

/** What sources say, one reading for each source. */
export type InventoryStore = {
  /** Replaces the reading of its source as a whole. False: the same is kept already, and is hardly older. Rejects if S3 refuses. */
  readonly put: (reading: Reading) => Promise<boolean>;
  /** All, by the source's name. One that is damaged, or of another version's form, is left out: the next inventory writes it again. Rejects if S3 refuses. */
  readonly load: () => Promise<readonly Reading[]>;
};

/** An object that a cluster has put below `exports/`. `size` in bytes. */
export type StoredExport = { readonly key: string; readonly modifiedAt: Instant; readonly size: number };
export type ClusterExports = {
  readonly list: () => Promise<readonly StoredExport[]>;
  readonly read: (key: string) => Promise<string>;
};

export type CertificateOrder = {
  readonly ca: string;
  /** PEM (PKCS #10). */
  readonly request: string;
  readonly algorithm: SigningAlgorithm;
  readonly template: string;
  /** Null: valid as soon as it is issued. */
  readonly notBefore: Instant | null;
  readonly notAfter: Instant;
};

/** The custodian's calls to AWS. All but `readStage` reject if AWS refuses, with a message that is safe to show. */
export type CustodianPorts = {
  readonly readStage: (secret: string, stage: 'AWSCURRENT' | 'AWSPENDING') => Promise<SecretResult | null>;
  readonly authorities: () => Promise<readonly PrivateCa[]>;
  readonly issue: (
    order: CertificateOrder,
  ) => Promise<{ readonly arn: string; readonly certificate: string; readonly chain: string }>;
  /** Idempotent: an already revoked certificate is not an error. */
  readonly revoke: (ca: string, serial: string) => Promise<void>;
  readonly put: (secret: string, value: string, stage: 'AWSCURRENT' | 'AWSPENDING') => Promise<void>;
  readonly promote: (secret: string, version: string, instead: string) => Promise<void>;
};
