/** What a check of some endpoints takes and gives: the same for a batch on AWS and for the whole registry from here. */
import type { CheckResult, NotCovered, ServedChain } from '../../model/report.ts';
import type { Batch } from '../../model/run.ts';
import type { Instant } from '../../model/time.ts';
import type { Limits } from '../../probe/limits.ts';
import type { Sources } from '../load/identities.ts';
import type { Clock } from '../ports.ts';

/** Of a batch, what its checks depend on. */
export type CheckRequest = Omit<Batch, 'run' | 'defaults'> & {
  readonly run: Pick<Batch['run'], 'startedAt'>;
  readonly defaults: Pick<Batch['defaults'], 'expiry'>;
};

export type CheckPorts = Sources & {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly deadline: () => Instant;
  /** Host and port of the Lambda runtime API (AWS_LAMBDA_RUNTIME_API), which no connection may reach; undefined where there is none. */
  readonly runtimeApi?: string | undefined;
  /** Told after each endpoint. */
  readonly onEndpoint?: (name: string, results: readonly CheckResult[]) => void;
};

export type Checked = {
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly notCovered: readonly NotCovered[];
};
