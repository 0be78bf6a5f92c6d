/** The ways in which most programs can be configured, and what must come out of each where no revocation list is read. */
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import type { LabMode } from './lab-server.ts';

type Rest = Partial<Omit<LabMode, 'name' | 'fails'>>;

/** A certificate of the CA is required, and its revocation list is read. */
export const enforced = (name: string, rest: Rest = {}): LabMode => ({ name, fails: [], isolates: false, ...rest });
/** Required, without a revocation list. */
export const withoutList = (name: string, rest: Rest = {}): LabMode => ({
  name,
  fails: ['ACCEPTED_REVOKED'],
  isolates: false,
  ...rest,
});
/** Asked for and verified if one comes, without a revocation list. */
export const optional = (name: string, rest: Rest = {}): LabMode => ({
  name,
  fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_REVOKED'],
  isolates: false,
  ...rest,
});
/** Required, and never verified. */
export const unverified = (name: string, rest: Rest = {}): LabMode => ({
  name,
  fails: EVERY_BAD_CERTIFICATE,
  isolates: false,
  ...rest,
});
/** Not even asked for. */
export const off = (name: string, rest: Rest = {}): LabMode => ({
  name,
  fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
  isolates: false,
  requests: false,
  ...rest,
});
/** The valid client is refused too: nothing can be said of the others. */
export const refusesControl = (name: string, rest: Rest = {}): LabMode => ({
  name,
  fails: ['CONTROL_REJECTED'],
  unsure: ['CONTROL_NOT_ACCEPTED'],
  isolates: false,
  ...rest,
});
