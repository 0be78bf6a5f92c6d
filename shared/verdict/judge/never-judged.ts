/** Why a connection ended before any client was judged, and what is to be changed: where the outcome alone names no line of the registry. */
import type { Check } from '../../model/check.ts';
import type { Greeting } from '../../model/names.ts';
import type { Observation } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import { GREETERS, greetingOf } from '../../protocol/greeting.ts';
import { incompatibility } from '../explain/incompatible.ts';
import { type Cure, ofNoConnection, ofSilence } from './nothing-answered.ts';
import type { JudgeContext } from './trial.ts';

/** Where TLS begins at once (IANA), or the scheme that asks for the upgrade. */
const TLS_AT_ONCE: Partial<Readonly<Record<Greeting, string>>> = {
  smtp: 'its port for implicit TLS (smtps, 465)',
  ftp: 'its port for implicit TLS (ftps, 990)',
  'smtp-or-ftp': 'its port for implicit TLS (smtps 465, ftps 990)',
  imap: 'its port for implicit TLS (imaps, 993)',
  pop3: 'its port for implicit TLS (pop3s, 995)',
  nntp: 'its port for implicit TLS (nntps, 563)',
  nats: 'a listener with `tls { handshake_first: true }`',
};

const ofGreeting = (greeting: Greeting): Cure => {
  const { named, upgrades } = GREETERS[greeting];
  if (!upgrades)
    return greeting === 'http'
      ? {
          fact: 'This port serves plain HTTP, without TLS.',
          cure: 'Name the TLS port; if this port should speak TLS, turn TLS on there.',
        }
      : { fact: `This port speaks ${named}, not TLS.`, cure: 'Check host and port in the registry.' };
  const elsewhere = TLS_AT_ONCE[greeting];
  return {
    fact: `${named} starts in clear here and upgrades to TLS by a command: neither tls:// nor https:// can probe it.`,
    cure:
      elsewhere === undefined
        ? `No scheme of the registry speaks ${named} (of those that upgrade, only postgres:// is there): leave this endpoint out, or put a TLS listener in front of it.`
        : `Host and port are right for the protocol, but not for TLS from the first byte: name ${elsewhere}.`,
  };
};

export const HTTP2_ONLY =
  'If it speaks HTTP/2 only, set `http.version: 2`; if it is a gRPC server, use a grpcs:// URL.';

/** TLS alerts that, before any key is derived, name what the server misses in the monitor’s ClientHello (RFC 8446 §6.2, RFC 7301 §3.2, RFC 6066 §3). */
const ofHello = (number: number, { protocol }: Endpoint): Cure | null => {
  switch (number) {
    case 40:
    case 71:
      return {
        fact: 'That came before any client was judged: as a rule, server and client have no cipher suite, group or signature algorithm in common.',
        cure: 'Compare what the server allows (cipher suites, groups, signature algorithms, the kind of its certificate’s key) with what OpenSSL offers by default; leave out of tlsVersions a version that it is not set up for.',
      };
    case 70:
      return {
        fact: 'It speaks none of the TLS versions that were offered.',
        cure: 'The monitor speaks TLS 1.2 and 1.3: leave out of tlsVersions the one that it does not speak; a server that speaks TLS 1.1 or older alone cannot be probed.',
      };
    case 112:
      return { fact: 'It knows no such server name.', cure: 'Name in serverName the name that it serves.' };
    case 120:
      return {
        fact: 'It speaks none of the application protocols that were offered (ALPN).',
        cure:
          protocol.kind === 'http' && protocol.version === 1
            ? HTTP2_ONLY
            : 'Compare the URL’s scheme with what the server speaks.',
      };
    default:
      return null;
  }
};

/** The greeting of a server that was asked without TLS; null where its answer is no greeting. */
const greetingIn = ({ answer, ended }: Observation): Greeting | null => {
  const text = answer?.kind === 'protocol' && answer.protocol === 'tls' ? answer.body : '';
  if (text !== '') return greetingOf(Buffer.from(text, 'latin1'));
  return ended.kind === 'not-tls' ? (ended.greeting ?? null) : null;
};

/** A protocol that upgrades sends its greeting to every client: if the registry named it a refusal, plaintext would pass. */
const ofPlaintext = (observation: Observation): Cure | null => {
  const greeting = greetingIn(observation);
  if (greeting === null || !GREETERS[greeting].upgrades) return null;
  return {
    fact: `${GREETERS[greeting].named} greets every client so, in clear: that is neither an acceptance nor a refusal.`,
    cure: 'Name in tls.send and tls.expect an answer that only an accepted client gets; the greeting is no refusal, and does not belong into rejects.body.',
  };
};

const ofVersion = (check: Check, { ended }: Observation, spoken: JudgeContext['spoken']): Cure | null => {
  const { tls } = check;
  const others = (spoken ?? []).filter((version) => version !== tls);
  if (tls === null || ended.kind !== 'closed' || ended.phase === 'request' || ended.phase === 'answer') return null;
  if (others.length === 0 || spoken?.includes(tls) === true) return null;
  return {
    fact: `It does not speak TLS ${tls} (it closes without a TLS alert), while it speaks TLS ${others.join(' and ')}.`,
    cure: `Leave ${tls} out of tlsVersions.`,
  };
};

/** A listener with the PROXY protocol (HAProxy's `accept-proxy`, nginx's `proxy_protocol`) closes where a ClientHello comes first. */
const ofListener = ({ ended }: Observation, spoken: JudgeContext['spoken']): Cure | null =>
  ended.kind === 'closed' && ended.phase === 'connect' && (spoken ?? []).length === 0
    ? {
        fact: null,
        cure: 'If the listener expects a PROXY header (PROXY protocol), which the monitor does not send, name the address of the load balancer before it. Else look whether the server runs and lets this vantage in.',
      }
    : null;

/**
 * Null where the outcome’s own advice stands. `decide`: the registry field that the outcome names, which takes precedence except for a greeting
 * without TLS: no registry should name that in `rejects`. Default: null.
 */
export const neverJudged = (
  check: Check,
  observation: Observation,
  { endpoint, spoken }: Pick<JudgeContext, 'endpoint' | 'spoken'>,
  decide: string | null = null,
): Cure | null => {
  const { ended, tls } = observation;
  if (check.presented?.kind === 'plaintext') return ofPlaintext(observation);
  if (decide !== null) return null;
  if (ended.kind === 'not-tls' && ended.greeting !== undefined) return ofGreeting(ended.greeting);
  if (ended.kind === 'incompatible') return { fact: null, cure: incompatibility(ended.reason).cure };
  if (ended.kind === 'alerted' && ended.phase === 'handshake' && tls === null) return ofHello(ended.number, endpoint);
  if (ended.kind === 'answered' && 'protocol' in ended && ended.protocol === 'HTTP/2')
    return { fact: 'It speaks HTTP/2, and was asked in HTTP/1.1.', cure: HTTP2_ONLY };
  if (ended.kind === 'timed-out') return ofSilence(ended.phase, observation.durationMs);
  if (ended.kind === 'unreachable') return ofNoConnection(ended);
  return ofVersion(check, observation, spoken) ?? ofListener(observation, spoken);
};

/** Closed without a TLS alert, in a version that it does not speak: there it is not down. */
export const speaksOtherVersion = (check: Check, observation: Observation, context: JudgeContext): boolean =>
  ofVersion(check, observation, context.spoken) !== null;
