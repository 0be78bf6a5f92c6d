import type { FixedCode } from '../../model/names.ts';

export type ChainProblem = {
  readonly code: FixedCode;
  readonly message: string;
  /** Where it is nearer than its code says: past `expiry.critical`. */
  readonly critical?: boolean;
  /** What is to be repaired, where that is nothing of the server's own: a CA of a trust bundle, a CRL. */
  readonly about?: string;
  /** What mends it, where that is nearer than the cures of its code. */
  readonly cure?: string;
};
