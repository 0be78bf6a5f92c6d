/** How a certificate gets each fault: what a private CA is asked for, and what the custodian has to wait for. */
import type { Fault } from '../model/names.ts';

export type FaultMaking = {
  /** Whether its extended key usage is for clients. */
  readonly usage: 'client' | 'server';
  /** `ordinary`: valid from now on. `ends-soon`: it has the fault once it has expired. `begins-later`: it has the fault until it begins. */
  readonly validity: 'ordinary' | 'ends-soon' | 'begins-later';
  /** It has the fault once its CA has revoked it, which does not show in the certificate. */
  readonly byRevocation: boolean;
};

export const MAKING: Readonly<Record<Fault, FaultMaking>> = {
  expired: { usage: 'client', validity: 'ends-soon', byRevocation: false },
  'not-yet-valid': { usage: 'client', validity: 'begins-later', byRevocation: false },
  revoked: { usage: 'client', validity: 'ordinary', byRevocation: true },
  'wrong-usage': { usage: 'server', validity: 'ordinary', byRevocation: false },
};

/** Whether it has its fault as it is issued; if not, it is put as the pending version first. */
export const hasFaultAtOnce = (fault: Fault): boolean =>
  MAKING[fault].validity !== 'ends-soon' && !MAKING[fault].byRevocation;
