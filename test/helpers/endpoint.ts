import type { Endpoint } from '../../shared/model/registry.ts';
import { DAY } from '../../shared/model/time.ts';

/** An endpoint with every default, and what a test cares about. */
export const anEndpoint = (own: Partial<Endpoint> = {}): Endpoint => ({
  name: 'payments',
  url: 'https://payments.test/',
  host: 'payments.test',
  port: 443,
  path: '/',
  serverName: 'payments.test',
  serverIdentity: { kind: 'dns', name: 'payments.test' },
  hostHeader: 'payments.test',
  trustBundle: 'lab',
  admits: ['checkout'],
  refuses: ['orders'],
  owner: null,
  schedule: 'default',
  timeout: 2000,
  settleAfter: 2,
  remindAfter: DAY,
  expiry: {
    warn: { kind: 'share', share: 0.25, cap: 30 * DAY },
    critical: { kind: 'share', share: 0.1, cap: 7 * DAY },
  },
  perAddress: 4,
  http: { method: 'GET', headers: {}, body: null },
  accepts: { status: [{ from: 200, to: 399 }], body: null },
  rejects: {
    status: [400, 401, 403, 421, 495, 496].map((status) => ({ from: status, to: status })),
    body: null,
    silence: false,
  },
  tlsVersions: [],
  waivers: [],
  skip: [],
  ...own,
});
