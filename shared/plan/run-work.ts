/** What one run asks of AWS, from its real batches. */
import type { Endpoint } from '../model/registry.ts';
import type { Batch } from '../model/run.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import { durationName } from './durations.ts';
import { ASSUMED, batchMs, MEASURED } from './measured.ts';
import { planEndpoint } from './plan.ts';

export type RunWork = {
  readonly batches: number;
  readonly checks: number;
  /** Seconds of all probe functions. */
  readonly probeSeconds: number;
  /** Secrets that the batches read, and the calls for them. */
  readonly secrets: number;
  readonly secretCalls: number;
  /** Secrets of controls among them, counted in each batch. An enforcement run reads their other versions. */
  readonly controls: number;
  /** Read units of all state items. */
  readonly readUnits: number;
  /** Write units of all state items, if each were written. */
  readonly writeUnits: number;
  /** Bytes that the run leaves in S3. */
  readonly storedBytes: number;
};

/** API_BatchGetSecretValue: at most 20 secrets a call. */
const SECRETS_PER_CALL = 20;
const READ_UNIT = 4096;
const WRITE_UNIT = 1024;
/** An item without its checks. */
const ITEM_BYTES = 200;
/** Larger items are deflated (`shared/aws/state-store.ts`), to a quarter at the most. */
const READABLE_BYTES = 3584;
const deflated = (bytes: number): number => (bytes > READABLE_BYTES ? bytes / 4 : bytes);

/** `durations`: what the last sweeps took; a sweep that is not there takes its round trips. */
export const workOf = (
  batches: readonly Batch[],
  durations: ReadonlyMap<string, Milliseconds>,
  memoryMb: number,
): RunWork => {
  const works = batches.map((batch) => batchWork(batch, durations, memoryMb));
  const sum = (of: (work: RunWork) => number): number => works.reduce((total, work) => total + of(work), 0);
  return {
    batches: batches.length,
    checks: sum((work) => work.checks),
    probeSeconds: sum((work) => work.probeSeconds),
    secrets: sum((work) => work.secrets),
    secretCalls: sum((work) => work.secretCalls),
    controls: sum((work) => work.controls),
    readUnits: sum((work) => work.readUnits),
    writeUnits: sum((work) => work.writeUnits),
    storedBytes: sum((work) => work.storedBytes),
  };
};

/** How long a sweep waits for its answers, where every one comes: more checks than its connections hold at a time are asked one after the other. */
const sweepWait = (
  { perAddress, perSecond }: Pick<Endpoint, 'perAddress' | 'perSecond'>,
  checks: number,
): Milliseconds => {
  const { roundTrips, roundTripsOfCheck, roundTripMs } = ASSUMED;
  const asked = Math.max(roundTrips, (checks * roundTripsOfCheck) / perAddress) * roundTripMs;
  return perSecond === null ? asked : Math.max(asked, (checks / perSecond) * SECOND);
};

const batchWork = (batch: Batch, durations: ReadonlyMap<string, Milliseconds>, memoryMb: number): RunWork => {
  const counts = batch.endpoints.map(
    (endpoint) => planEndpoint(endpoint, batch.identities, batch.suites).checks.length,
  );
  const checks = counts.reduce((sum, count) => sum + count, 0);
  const waits = batch.endpoints.map(
    (endpoint, at) => durations.get(durationName(endpoint.name, batch.vantage)) ?? sweepWait(endpoint, counts[at] ?? 0),
  );
  const items = [...counts, ...batch.health.map(() => 1)].map((count) =>
    deflated(ITEM_BYTES + count * MEASURED.stateBytes),
  );
  const units = (unit: number) => items.reduce((sum, bytes) => sum + Math.ceil(bytes / unit), 0);
  const secrets = secretsOf(batch);
  return {
    batches: 1,
    checks,
    probeSeconds: batchMs(checks, Math.max(0, ...waits), memoryMb) / 1000,
    secrets,
    secretCalls: Math.ceil(secrets / SECRETS_PER_CALL),
    controls: controlsOf(batch),
    readUnits: units(READ_UNIT),
    writeUnits: units(WRITE_UNIT),
    storedBytes:
      checks * (MEASURED.resultBytes + MEASURED.reportBytes) +
      batch.endpoints.length * MEASURED.endpointBytes +
      MEASURED.batchBytes,
  };
};

const secretsOf = ({ identities, trustBundles }: Batch): number =>
  Object.values(identities).filter(({ source }) => source.kind === 'secret').length +
  Object.values(trustBundles).filter(({ kind }) => kind === 'secret').length;

const controlsOf = ({ endpoints, identities }: Batch): number =>
  new Set(endpoints.flatMap(({ admits }) => admits).filter((name) => identities[name]?.source.kind === 'secret')).size;
