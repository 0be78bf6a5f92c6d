/**
 * Reads secret values from Secrets Manager in batches, and one by one where a batch returns no value for one of them, so that
 * a single denied or missing secret does not make another unreadable.
 */
import {
  BatchGetSecretValueCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
  type SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import { type Instant, MINUTE, type Milliseconds } from '../model/time.ts';
import type { ReadSecrets, ReadStage, SecretResult } from '../pipeline/ports.ts';
import { chunks } from './chunks.ts';
import { secretsClient } from './clients.ts';
import { reasonOf } from './secret-reasons.ts';
import { isTransient } from './transient.ts';

/** API_BatchGetSecretValue: SecretIdList has at most 20 items. */
const IDS_PER_CALL = 20;

/** Returns a client for a region; null: the environment's region. */
export type SecretsClientOf = (region: string | null) => SecretsManagerClient;

/**
 * Reads each secret's current version once: a second read is served from memory, a failed one is repeated. A name is looked up in
 * the environment's region, a full ARN in its own. Make a new reader for each run, so that the values are as fresh as the run.
 */
export const secretsFromAws = (clientOf: SecretsClientOf = secretsClient): ReadSecrets => {
  const known = new Map<string, SecretResult>();
  return async (names) => {
    const asked = [...new Set(names)];
    const missing = asked.filter((id) => !known.has(id));
    const regions = [...Map.groupBy(missing, regionOf)];
    const read = await Promise.all(regions.map(([region, ids]) => readRegion(clientOf(region), ids)));
    const results = new Map(read.flat());
    for (const [id, result] of results) if (result.ok) known.set(id, result);
    return new Map(asked.map((id) => [id, known.get(id) ?? results.get(id) ?? { ok: false, reason: reasonOf(null) }]));
  };
};

export type SecretReaders = { readonly readSecrets: ReadSecrets; readonly readStage: ReadStage };

const readers = (missing: Map<string, Instant>): SecretReaders => ({
  readSecrets: secretsFromAws(),
  readStage: stagesFromAws(secretsClient, missing),
});

/** Returns one pair of readers per run, so that a warm function that probes several batches of a run reads each secret once. */
export const secretsByRun = (): ((run: string) => SecretReaders) => {
  const missing = new Map<string, Instant>();
  let last = { run: '', readers: readers(missing) };
  return (run) => {
    if (last.run !== run) last = { run, readers: readers(missing) };
    return last.readers;
  };
};

type Read = readonly (readonly [id: string, result: SecretResult])[];

/** `arn:partition:secretsmanager:region:account:secret:name-suffix`. */
const regionOf = (id: string): string | null => (id.startsWith('arn:') ? (id.split(':')[3] ?? null) : null);

const readRegion = async (client: SecretsManagerClient, ids: readonly string[]): Promise<Read> => {
  const read: Read[] = [];
  for (const chunk of chunks(ids, IDS_PER_CALL)) read.push(await readBatch(client, chunk));
  return read.flat();
};

const readBatch = async (client: SecretsManagerClient, ids: readonly string[]): Promise<Read> => {
  const answer = await client.send(new BatchGetSecretValueCommand({ SecretIdList: [...ids] })).catch(() => null);
  return Promise.all(
    ids.map(async (id) => {
      const entry = answer?.SecretValues?.find(({ Name, ARN }) => Name === id || ARN === id);
      return [id, entry === undefined ? await readOne(client, id) : resultOf(entry)] as const;
    }),
  );
};

/** Reads one secret by itself. The batch call's own error for an id is not used: it may be transient, and the SDK retries a single call. */
const readOne = async (client: SecretsManagerClient, id: string): Promise<SecretResult> => {
  try {
    return resultOf(await client.send(new GetSecretValueCommand({ SecretId: id })));
  } catch (error) {
    return failedBy(error);
  }
};

/** How long a missing stage is remembered: most secrets have no other version most of the time, and each call is charged. */
export const MISSING_STAGE_KEPT: Milliseconds = 15 * MINUTE;

/**
 * Reads each stage of each secret once, one per call: the batch call returns current versions only (API_BatchGetSecretValue). `missing` outlives the
 * reader; it holds, by stage and name, until when a stage is known to be missing.
 */
export const stagesFromAws = (
  clientOf: SecretsClientOf = secretsClient,
  missing: Map<string, Instant> = new Map(),
  clock: () => Instant = Date.now,
): ReadStage => {
  const known = new Map<string, Promise<SecretResult | null>>();
  const read = async (key: string, name: string, stage: string): Promise<SecretResult | null> => {
    if ((missing.get(key) ?? 0) > clock()) return null;
    const result = await readStage(clientOf(regionOf(name)), name, stage);
    if (result === null) missing.set(key, clock() + MISSING_STAGE_KEPT);
    else missing.delete(key);
    return result;
  };
  return (name, stage) => {
    const key = `${stage} ${name}`;
    const found = known.get(key) ?? read(key, name, stage);
    known.set(key, found);
    return found;
  };
};

/** Reads the version that has this staging label now; null if there is none. */
export const readStage = async (
  client: SecretsManagerClient,
  id: string,
  stage: string,
): Promise<SecretResult | null> => {
  try {
    return resultOf(await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage })));
  } catch (error) {
    const missing = error instanceof Error && error.name === 'ResourceNotFoundException';
    return missing ? null : failedBy(error);
  }
};

/** Reads one version, only while it has the label AWSPENDING. */
export const pendingVersion = async (
  id: string,
  version: string,
  clientOf: SecretsClientOf = secretsClient,
): Promise<SecretResult> => {
  const command = new GetSecretValueCommand({ SecretId: id, VersionId: version, VersionStage: 'AWSPENDING' });
  try {
    return resultOf(await clientOf(regionOf(id)).send(command));
  } catch (error) {
    return failedBy(error);
  }
};

const failedBy = (error: unknown): SecretResult => ({
  ok: false,
  reason: reasonOf(error),
  ...(isTransient(error) && { transient: true }),
});

const resultOf = ({ SecretString, SecretBinary, VersionId = '', CreatedDate }: SecretValueEntry): SecretResult => {
  const value = SecretString ?? SecretBinary;
  return value === undefined
    ? { ok: false, reason: 'has no value: put one (aws secretsmanager put-secret-value)' }
    : { ok: true, value, versionId: VersionId, createdAt: CreatedDate?.getTime() ?? null };
};
