/** Endpoints that do not answer: what was seen of them, and what is to be looked at then. */
import type { Ended, Phase } from '../../model/probe.ts';
import { type Milliseconds, SECOND } from '../../model/time.ts';

/** `fact`: a sentence that joins the message, or null. `cure`: the advice. */
export type Cure = { readonly fact: string | null; readonly cure: string };

const SEEN: Readonly<Record<Phase, string>> = {
  connect: 'The TCP connection was accepted, and not one byte came',
  handshake: 'The TCP connection was accepted and the server’s handshake began, and nothing more came',
  request: 'The handshake was complete, and not one byte of an answer came',
  answer: 'The answer began, and its end did not come',
};

/** By how far the connection got. A kernel accepts connections for a process that hangs, until its backlog is full. */
const LOOK_AT: Readonly<Record<Phase, string>> = {
  connect:
    'Name, route and firewall let the connection in, so look at what is to answer there: a process that hangs or whose workers are all busy (the kernel accepts into its backlog), a load balancer without a healthy target, a TLS proxy that waits for its backend, a listener that expects another protocol than TLS, or a path that drops large packets (a ClientHello with ML-KEM fills two).',
  handshake:
    'Its TLS begins and then hangs: look at the load of the server, and at what it asks in the middle of a handshake (an OCSP responder, a CRL, an authorization service, a key in an HSM). If it delays its refusals (s2n-tls by 10 to 30 s), set `timeout: 40s`.',
  request:
    'TLS works, so look at the application or the backend behind it: workers that are all busy, or an upstream that does not answer. Raise `timeout` if it needs longer. If it delays its refusals (s2n-tls by 10 to 30 s), set `timeout: 40s`.',
  answer:
    'The application stalls in the middle of its answer: look at its log and at its backend. Raise `timeout` if it needs longer.',
};

const seconds = (time: Milliseconds): string => `${Number((time / SECOND).toFixed(1))} s`;

/** `waited`: how long the connection was watched. */
export const ofSilence = (phase: Phase, waited: Milliseconds): Cure => ({
  fact: `${SEEN[phase]} within ${seconds(waited)}.`,
  cure: LOOK_AT[phase],
});

const REFUSED = 'Nothing listens at that address and port, or a firewall rejects the connection';
const UNROUTED = 'No packet gets there: see the route and the security group or firewall, from this vantage';
const BY_ERROR: Readonly<Record<string, string>> = {
  ECONNREFUSED: `${REFUSED}: see that the endpoint runs, and check the port.`,
  ECONNRESET:
    'The connection was reset as soon as it came: see what listens there, and whether a firewall or a limit of the listener resets it.',
  ETIMEDOUT:
    'No answer to the request for a TCP connection: see that the host is up, and that firewall, security group and route let this vantage in.',
  EHOSTUNREACH: `${UNROUTED}.`,
  ENETUNREACH: `${UNROUTED}.`,
};

/** Null for an error that states no more than that there was no connection. */
export const ofNoConnection = (ended: Extract<Ended, { kind: 'unreachable' }>): Cure | null => {
  if (ended.at === 'dns')
    return {
      fact: null,
      cure: 'Correct the name in the registry or its DNS record, and see that the resolver of this vantage knows it (private zones).',
    };
  const cure = BY_ERROR[ended.reason];
  return cure === undefined ? null : { fact: null, cure };
};
