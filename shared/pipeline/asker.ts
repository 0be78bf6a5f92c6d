/** Turns what a check presents into one connection: address, secure context, request. */
import type { CertificateFacts } from '../model/certificate.ts';
import type { TlsVersion } from '../model/names.ts';
import type { MintedScenario, Observation, Presented } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';
import type { Instant } from '../model/time.ts';
import type { Credentials } from '../pki/identity.ts';
import { type Address, acceptsTcp, resolveHost } from '../probe/addresses.ts';
import { type Presentable, presentedBytes, secureContext } from '../probe/context.ts';
import type { ProbeTarget } from '../probe/conversation.ts';
import type { Limits } from '../probe/limits.ts';
import { runProbe } from '../probe/run-probe.ts';
import type { Ask } from './ask.ts';
import type { LoadedIdentity } from './identities.ts';
import { mintedLike } from './minting.ts';
import type { Clock } from './ports.ts';

/** Values of the headers that are secret. Where one cannot be had, `missing` says why, and none is ever written. */
export type SecretHeaders = { readonly values: Readonly<Record<string, string>>; readonly missing: string | null };

export type AskPorts = {
  readonly identities: ReadonlyMap<string, LoadedIdentity>;
  readonly secretHeaders: SecretHeaders;
  readonly limits: Limits;
  readonly clock: Clock;
  /** No attempt starts that could end after it. */
  readonly deadline: () => Instant;
  /** The run's start: what dates are compared with. */
  readonly now: Instant;
};

const failed = (presented: string | null, startedAt: Instant, ended: Observation['ended']): Observation => ({
  presented,
  address: null,
  tls: null,
  startedAt,
  durationMs: 0,
  certificateRequested: null,
  certificateSent: null,
  ended,
  answer: null,
  servedChain: [],
  withheld: [],
});

const nameOf = (presented: Presented): string | null =>
  presented.kind === 'identity' ? presented.identity : presented.kind === 'minted' ? presented.scenario : null;

/** The first address that accepts TCP, kept for the whole run; the first of all where none does. */
const chooseAddress = async ({ host, port, timeout }: Endpoint): Promise<Address | { readonly unresolved: string }> => {
  const resolution = await resolveHost(host, timeout);
  if (!resolution.ok) return { unresolved: resolution.reason };
  const addresses = resolution.ips.map((ip) => ({ ip, port }));
  if (addresses.length > 1) for (const address of addresses) if (await acceptsTcp(address, timeout)) return address;
  return addresses[0] ?? { unresolved: 'no address' };
};

export const asker = async (
  endpoint: Endpoint,
  ports: AskPorts,
  verified: (chain: readonly CertificateFacts[]) => boolean,
): Promise<Ask> => {
  const address = await chooseAddress(endpoint);
  const trusts = ports.secretHeaders.missing === null ? verified : () => false;
  const hasTime = () => ports.clock() + endpoint.timeout <= ports.deadline();
  const { http, hostHeader, path, serverName, timeout } = endpoint;
  const plainHeaders = Object.fromEntries(
    Object.entries(http.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const request = { method: http.method, path, host: hostHeader, headers: plainHeaders, body: http.body };
  return async (presented, tls, { listenFirst, control }) => {
    if (!hasTime()) return null;
    const name = nameOf(presented);
    if ('unresolved' in address)
      return failed(name, ports.clock(), {
        kind: 'unreachable',
        phase: 'connect',
        at: 'dns',
        reason: address.unresolved,
      });
    const context = await contextFor(presented, tls, control, endpoint, ports);
    if (!context.ok) return failed(name, ports.clock(), { kind: 'unusable', phase: 'connect', reason: context.reason });
    const target: ProbeTarget = {
      presented: name,
      address,
      serverName,
      context: context.value,
      presentedBytes: context.presentedBytes,
      request,
      secretHeaders: ports.secretHeaders.values,
      trusts,
      timeout,
      listenFirst,
    };
    return ports.limits(`${address.ip} ${address.port}`, endpoint.perAddress, async () =>
      hasTime() ? runProbe(target, ports.clock) : null,
    );
  };
};

type Context =
  | { readonly ok: true; readonly value: ProbeTarget['context']; readonly presentedBytes: number }
  | { readonly ok: false; readonly reason: string };

const madeOf = (identity: Presentable | null, tls: TlsVersion | null): Context => {
  try {
    return { ok: true, value: secureContext(identity, tls), presentedBytes: presentedBytes(identity) };
  } catch (error) {
    return {
      ok: false,
      reason: `OpenSSL does not load it (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    };
  }
};

const contextFor = async (
  presented: Presented,
  tls: TlsVersion | null,
  control: string | null,
  endpoint: Endpoint,
  ports: AskPorts,
): Promise<Context> => {
  switch (presented.kind) {
    case 'plaintext':
      return { ok: true, value: null, presentedBytes: 0 };
    case 'none':
      return madeOf(null, tls);
    case 'identity': {
      const admitted = endpoint.admits.includes(presented.identity);
      if (admitted && ports.secretHeaders.missing !== null) return { ok: false, reason: ports.secretHeaders.missing };
      const credentials = usable(presented.identity, ports);
      if ('reason' in credentials) return { ok: false, reason: credentials.reason };
      const twin = admitted
        ? undefined
        : endpoint.admits.find((name) => leafOf(name, ports) === leafOf(presented.identity, ports));
      return twin === undefined
        ? madeOf(credentials, tls)
        : {
            ok: false,
            reason: `${presented.identity} is the very certificate of ${twin}, which is admitted: it tests nothing`,
          };
    }
    case 'minted':
      return mintedContext(presented.scenario, tls, control === null ? endpoint.admits : [control], ports);
    default:
      return presented satisfies never;
  }
};

/** Like the accepted control; before one was, like the first that could be. */
const mintedContext = async (
  scenario: MintedScenario,
  tls: TlsVersion | null,
  controls: readonly string[],
  ports: AskPorts,
): Promise<Context> => {
  const like = controls.map((name) => usable(name, ports)).find((each): each is Credentials => !('reason' in each));
  if (like === undefined) return { ok: false, reason: 'there is no usable control to copy' };
  try {
    const minted = await mintedLike(like, scenario);
    return minted === null ? { ok: false, reason: 'there is no usable control to copy' } : madeOf(minted, tls);
  } catch {
    return { ok: false, reason: 'the control’s certificate cannot be copied' };
  }
};

const leafOf = (name: string, { identities }: AskPorts): string | undefined =>
  identities.get(name)?.credentials?.chain[0]?.sha256;

const usable = (name: string, { identities }: AskPorts): Credentials | { readonly reason: string } => {
  const loaded = identities.get(name);
  if (loaded?.credentials) return loaded.credentials;
  return { reason: loaded?.fitness.kind === 'unfit' ? `${name}: ${loaded.fitness.reason}` : `${name} was not loaded` };
};
