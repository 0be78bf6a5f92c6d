/** The faults of docs/reliability.md: what each call of AWS meets. */
import type { Effect } from './fault-proxy.ts';

export type FaultKind = {
  readonly name: string;
  /** For the page: what happens to the calls. */
  readonly means: string;
  readonly effect: (service: string) => Effect;
  /** Calls that meet it. */
  readonly times: number;
  /** How many calls do not meet it yet. Default: none. */
  readonly after?: (call: string) => number;
  /** Whether it is still there in the next run. */
  readonly lasts: boolean;
};

/** Longer than the 10 s that the clients wait for an answer. */
const LATE_MS = 11_000;
const ALL = Number.POSITIVE_INFINITY;

const INTERNAL = { code: 'InternalError', status: 500 } as const;
const THROTTLE = { code: 'ThrottlingException', status: 400 } as const;
/** S3 spells its own (API reference, "Error responses"). */
const SLOW_DOWN = { code: 'SlowDown', status: 503 } as const;

const refuse = (code: string, status: number): Effect => ({ kind: 'refuse', refusal: { code, status } });

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'once failed',
    means: 'the first call is answered with status 500',
    effect: () => ({ kind: 'refuse', refusal: INTERNAL }),
    times: 1,
    lasts: false,
  },
  {
    name: 'slow',
    means: 'the first call is done, and its answer comes after 11 s: the clients wait for 10 s',
    effect: () => ({ kind: 'delay', ms: LATE_MS }),
    times: 1,
    lasts: false,
  },
  {
    name: 'reset',
    means: 'the first three calls are done, and the connection is reset before the answer',
    effect: () => ({ kind: 'lose' }),
    times: 3,
    lasts: false,
  },
  {
    name: '5xx',
    means: 'every call of the run is answered with status 503',
    effect: () => refuse('ServiceUnavailable', 503),
    times: ALL,
    lasts: false,
  },
  {
    name: 'throttled',
    means: 'the first twenty calls are throttled',
    effect: (service) => ({ kind: 'refuse', refusal: service === 's3' ? SLOW_DOWN : THROTTLE }),
    times: 20,
    lasts: false,
  },
  {
    name: 'denied for ever',
    means: 'every call of two runs is refused: the role has no right',
    effect: (service) =>
      service === 's3'
        ? refuse('AccessDenied', 403)
        : service === 'sns'
          ? refuse('AuthorizationError', 403)
          : refuse('AccessDeniedException', 400),
    times: ALL,
    lasts: true,
  },
  {
    name: 'killed',
    means:
      'the function is killed at its timeout while the first call, the fiftieth for states, waits for its answer (the call is done)',
    effect: () => ({ kind: 'kill' }),
    times: 1,
    after: (call) => (call.endsWith(', a state') ? 49 : 0),
    lasts: false,
  },
];
