import type { Thing } from '../../model/incident.ts';
import type { FixedCode } from '../../model/names.ts';
import type { Instant } from '../../model/time.ts';

export type ChainProblem = {
  readonly code: FixedCode;
  readonly message: string;
  /** Whether the problem is critical: the expiry is past `expiry.critical`. */
  readonly critical?: boolean;
  /** The object to repair if it is not part of the server: a CA of a trust bundle, a CRL. */
  readonly about?: string;
  /** The remedy, when it is more precise than the remedies of the code. */
  readonly cure?: string;
  /** What is to be mended, where that is a trust bundle, a CA of one, or a CRL. */
  readonly thing?: Thing;
  /** When it ends or ended; `certificate`: the SHA-256 of a served certificate that does. */
  readonly ends?: { readonly at: Instant; readonly certificate?: string };
};
