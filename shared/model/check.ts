import type { ScenarioName, Suite, TlsVersion } from './names.ts';
import type { Presented } from './probe.ts';

/** endpoint × scenario × subject × TLS version, planned: its id is stable across runs. */
export type Check = {
  /** `<endpoint>/<scenario>[/<subject>][#<tls>]`; `identity-health/<identity>`. */
  readonly id: string;
  readonly endpoint: string | null;
  readonly scenario: ScenarioName;
  /** The suite in which its verdict moves state. */
  readonly suite: Suite;
  readonly subject: string | null;
  /** The version that `tlsVersions` forces; null for whatever is negotiated. */
  readonly tls: TlsVersion | null;
  /** Null where the check needs no connection of its own. */
  readonly presented: Presented | null;
};
