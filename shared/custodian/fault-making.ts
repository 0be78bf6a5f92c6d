/** How a certificate gets each fault: the request to the private CA, and the event that the custodian has to wait for. */
import type { Fault } from '../model/names.ts';

export type FaultMaking = {
  /** Its extended key usage (RFC 5280 §4.2.1.12): clientAuth or serverAuth. */
  readonly usage: 'client' | 'server';
  /** `ordinary`: valid as soon as it is issued. `ends-soon`: has the fault once it has expired. `begins-later`: has the fault until it becomes valid. */
  readonly validity: 'ordinary' | 'ends-soon' | 'begins-later';
  /** Whether it has the fault once its CA has revoked it, which the certificate itself does not show. */
  readonly byRevocation: boolean;
};

export const MAKING: Readonly<Record<Fault, FaultMaking>> = {
  expired: { usage: 'client', validity: 'ends-soon', byRevocation: false },
  'not-yet-valid': { usage: 'client', validity: 'begins-later', byRevocation: false },
  revoked: { usage: 'client', validity: 'ordinary', byRevocation: true },
  'wrong-usage': { usage: 'server', validity: 'ordinary', byRevocation: false },
};

/** Whether a certificate has its fault as soon as it is issued. If not, the custodian puts it as the pending version first. */
export const hasFaultAtOnce = (fault: Fault): boolean =>
  MAKING[fault].validity !== 'ends-soon' && !MAKING[fault].byRevocation;
