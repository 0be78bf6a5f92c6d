import { secureContext } from '../../shared/probe/context.ts';
import type { ProbeTarget } from '../../shared/probe/conversation.ts';
import { type HttpRequest, http1 } from '../../shared/protocol/http1.ts';

export const aRequest: HttpRequest = { method: 'GET', path: '/', host: 'localhost', headers: {}, body: null };

/** GET / over HTTP/1.1 without a certificate, at a port of loopback, and what a test cares about. */
export const aTarget = (port: number, own: Partial<ProbeTarget> = {}): ProbeTarget => ({
  presented: null,
  address: { ip: '127.0.0.1', port },
  serverName: 'localhost',
  context: secureContext(null, null),
  presentedBytes: 0,
  speaker: http1(aRequest),
  alpn: null,
  secretHeaders: {},
  trusts: () => false,
  timeout: 700,
  listenFirst: false,
  ...own,
});
