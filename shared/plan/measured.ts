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

/** How long the probe function runs for a batch: its CPU at Lambda's pace, and the waits of its longest sweep; no longer than a function probes. */
export const batchMs = (checks: number, longest: Milliseconds, memoryMb: number): Milliseconds => {
  const { coldMs, batchMs: base, checkMs } = MEASURED;
  const { slower, memoryOfOneCpu, cold, callsMs } = ASSUMED;
  const cpu = coldMs * cold + base + checks * checkMs;
  return (cpu * slower) / Math.min(1, memoryMb / memoryOfOneCpu) + callsMs + Math.min(longest, BATCH_TIME);
};
