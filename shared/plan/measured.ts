/** What the deployed functions use: measured with `npm run bench:probe`, and the factors that scale it to Lambda. */
import type { Milliseconds } from '../model/time.ts';
import { BATCH_TIME } from './sharing.ts';

/** CPU of the probe function's process. Each figure is a median. */
export const MEASURED = {
  /** When, and on what: an x86-64 core shared with other work, the minified bundle, nginx on loopback, P-256, the emulator of AWS. */
  on: '2026-11-30',
  node: '24.21.0',
  /** The import of the bundle and the first batch, beside what a later batch takes. */
  coldMs: 235,
  /** A batch without sweeps: S3, DynamoDB, Secrets Manager, identities. */
  batchMs: 30,
  /** A check of a sweep, its state included. */
  checkMs: 1.02,
  /** Memory of the deployed function, MiB. */
  memoryMb: 1024,
  /**
   * Bytes in S3 as they are stored, packed: of a check's result, of an endpoint in its batch, and of a batch and its result whatever they hold. Objects of a run of
   * all suites of 200 endpoints by `npm run bench:deployed`, 2026-12-01: 100 endpoints with 1,600 checks leave 67 KB and 3 KB, one of them alone 2.8 KB and 1.2 KB.
   */
  resultBytes: 42,
  endpointBytes: 18,
  batchBytes: 3_300,
  /**
   * The report's documents of a run: CPU of a check in them, up to 2,000 endpoints and above, where the report's parts are packed, and its bytes in S3. Reports of
   * 1,000 sound endpoints with 18 checks each, 2026-12-01: 1.1 s and 3.6 s of CPU, 370 KB. A finding takes more bytes.
   */
  reportMs: 0.06,
  packedReportMs: 0.2,
  unpackedEndpoints: 2_000,
  reportBytes: 30,
  /** Bytes of a check in a state item. */
  stateBytes: 142,
} as const;

/** Factors that were not measured here. */
export const ASSUMED = {
  /** How much longer a virtual CPU of Lambda on arm64 takes for the same work than the core above. */
  slower: 1.5,
  /** Memory that comes with one virtual CPU (AWS Lambda, memory configuration), MiB. */
  memoryOfOneCpu: 1769,
  /** Share of the invocations that start a new function. */
  cold: 0.1,
  /**
   * Round trips of a sweep one after the other, at least, and how long each takes. Those of a check: TCP, TLS and the answer; checks share `perAddress` connections.
   */
  roundTrips: 25,
  roundTripsOfCheck: 3,
  roundTripMs: 50,
  /** Calls to AWS of a batch one after the other, each with a wait of its own. */
  callsMs: 300,
  /** Share of the endpoints whose state is written in a run. */
  changed: 0.02,
} as const;

/** How long CPU of this machine takes at Lambda's pace. */
const onLambda = (cpu: Milliseconds, memoryMb: number): Milliseconds =>
  (cpu * ASSUMED.slower) / Math.min(1, memoryMb / ASSUMED.memoryOfOneCpu);

/** How long the report function takes for the documents of a run's report. */
export const documentsMs = (checks: number, endpoints: number, memoryMb: number): Milliseconds => {
  const { reportMs, packedReportMs, unpackedEndpoints } = MEASURED;
  return onLambda(checks * (endpoints > unpackedEndpoints ? packedReportMs : reportMs), memoryMb);
};

/** How long the probe function runs for a batch: its CPU at Lambda's pace, and the waits of its longest sweep; no longer than a function probes. */
export const batchMs = (checks: number, longest: Milliseconds, memoryMb: number): Milliseconds => {
  const { coldMs, batchMs: base, checkMs } = MEASURED;
  const { cold, callsMs } = ASSUMED;
  const cpu = coldMs * cold + base + checks * checkMs;
  return onLambda(cpu, memoryMb) + callsMs + Math.min(longest, BATCH_TIME);
};
