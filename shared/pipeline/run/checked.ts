/** Input and output of `checkEndpoints`, for a batch on AWS and for a local check. */
import type { CheckResult, NotCovered, ServedChain } from '../../model/report.ts';
import type { Batch } from '../../model/run.ts';
import type { Instant } from '../../model/time.ts';
import type { Limits } from '../../probe/limits.ts';
import type { Sources } from '../load/identities.ts';
import type { Clock } from '../ports.ts';

/** The fields of a batch that its checks depend on. */
export type CheckRequest = Omit<Batch, 'run' | 'defaults'> & {
  readonly run: Pick<Batch['run'], 'startedAt'>;
  readonly defaults: Pick<Batch['defaults'], 'expiry'>;
};

export type CheckPorts = Sources & {
  readonly limits: Limits;
  /** Connections at a time that `limits` allows over all addresses; it decides how many endpoints are in flight. Default: 64. */
  readonly atOnce?: number;
  readonly clock: Clock;
  readonly deadline: () => Instant;
  /** Host and port of the Lambda runtime API (AWS_LAMBDA_RUNTIME_API), which no connection may reach. Default: none. */
  readonly runtimeApi?: string | undefined;
  /** Called after each endpoint with its results. */
  readonly onEndpoint?: (name: string, results: readonly CheckResult[]) => void;
};

export type Checked = {
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly notCovered: readonly NotCovered[];
};
