/** Input and output of `checkEndpoints`, for a batch on AWS and for a local check. */
import type { AddressRules } from '../../model/address-rules.ts';
import type { NotCovered } from '../../model/not-covered.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import type { Dated } from '../../model/report-facts.ts';
import type { Batch } from '../../model/run.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { GivenUrl } from '../../model/whereabouts.ts';
import type { Limits } from '../../probe/limits.ts';
import type { Sources } from '../load/identities.ts';
import type { Clock } from '../ports.ts';

/** The fields of a batch that its checks depend on. */
export type CheckRequest = Omit<Batch, 'run' | 'defaults'> & {
  readonly run: Pick<Batch['run'], 'startedAt'>;
  readonly defaults: Pick<Batch['defaults'], 'expiry'>;
  /** In place of the registry’s file. Absent: there is a registry. */
  readonly given?: GivenUrl;
};

export type CheckPorts = Sources & {
  readonly limits: Limits;
  /** Connections at a time that `limits` allows over all addresses; it decides how many endpoints are in flight. Default: 64. */
  readonly atOnce?: number;
  readonly clock: Clock;
  readonly deadline: () => Instant;
  /** Connections of the endpoints that are swept at a time. Default: no bound. */
  readonly connections?: number;
  /** Whether what does not end before the deadline is left in `rest`. Default: it is `NOT_RUN`. */
  readonly carries?: boolean;
  /** Host and port of the Lambda runtime API (AWS_LAMBDA_RUNTIME_API), which no connection may reach. Default: none. */
  readonly runtimeApi?: string | undefined;
  /** Rules of the deployment: an address has to be allowed by these and by the request's. Default: none. */
  readonly addresses?: AddressRules | undefined;
  /** Called before each endpoint. */
  readonly onBegin?: (name: string) => void;
  /** Called after each endpoint with its results. */
  readonly onEndpoint?: (name: string, results: readonly CheckResult[]) => void;
};

export type Checked = {
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly notCovered: readonly NotCovered[];
  /** When identities, CAs and CRLs end. */
  readonly dates?: readonly Dated[];
  /** By endpoint: how long its sweep took, waits for others included. */
  readonly durations?: Readonly<Record<string, Milliseconds>>;
  /** Names of the endpoints that were not swept, or not to the end; nothing else here speaks of them. */
  readonly rest?: readonly string[];
};
