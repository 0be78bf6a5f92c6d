/** Resolves one endpoint: applies every default. */
import { parseDuration } from '../model/duration.ts';
import { type Host, parseHost } from '../model/host.ts';
import {
  type Bypass,
  DEFAULT_VANTAGE,
  type Endpoint,
  type ExpiryThreshold,
  type Place,
  type Route,
  type ServerIdentity,
  type StatusRange,
  type Waiver,
} from '../model/registry.ts';
import { DAY, HOUR, type Milliseconds, SECOND } from '../model/time.ts';
import { type EndpointUrl, parseBypassUrl, parseEndpointUrl } from '../protocol/endpoint-url.ts';
import { ownPort, resolveProtocol } from '../protocol/protocols.ts';
import type { EndpointDocument, RegistryDocument } from './registry-document.ts';

export type Defaults = NonNullable<RegistryDocument['defaults']>;
type Identities = RegistryDocument['identities'];

/** `document` must be validated. Throws if a value cannot be read, which is a fault of the schema. */
export function resolveEndpoint(
  document: EndpointDocument,
  { defaults = {}, identities, sources }: Pick<RegistryDocument, 'defaults' | 'identities' | 'sources'>,
): Endpoint {
  const url = parseEndpointUrl(document.url);
  if (typeof url === 'string') throw new Error(`${document.name}: ${url}`);
  const admits = document.admits ?? defaults.admits ?? [];
  const [control, ...others] = admits;
  if (control === undefined) throw new Error(`${document.name}: admits is empty`);
  return {
    name: document.name,
    url: document.url,
    protocol: resolveProtocol(document, url),
    alpn: document.alpn ?? null,
    addresses: document.addresses ?? 'first',
    ...addressed(document, url),
    trustBundle: document.trustBundle ?? defaults.trustBundle ?? 'public',
    admits: [control, ...others],
    refuses: document.refuses ?? everyOther(admits, identities),
    owner: document.owner ?? defaults.owner ?? null,
    ...runbookOf(document.runbook ?? defaults.runbook),
    ...platformOf(document.platform ?? defaults.platform),
    from: vantagesOf(document),
    ...paced({ ...defaults, ...document }),
    ...requestOf(document),
    tlsVersions: document.tlsVersions ?? defaults.tlsVersions ?? [],
    ...besides(document, identities),
    waivers: (document.waivers ?? []).map(resolveWaiver),
    skip: document.skip ?? [],
    ...calledIn(document.sources, sources),
  };
}

/** Every source of the registry may speak of the endpoint. */
const calledIn = (
  own: EndpointDocument['sources'] = {},
  sources: RegistryDocument['sources'],
): Pick<Endpoint, 'sources'> =>
  sources === undefined
    ? {}
    : { sources: Object.fromEntries(Object.keys(sources).map((name) => [name, own[name] ?? null])) };

const platformOf = (platform: string | undefined) => (platform === undefined ? {} : { platform });
const runbookOf = (runbook: string | undefined) => (runbook === undefined ? {} : { runbook });

const vantagesOf = ({ from: [first = DEFAULT_VANTAGE, ...others] = [] }: EndpointDocument): Endpoint['from'] => [
  first,
  ...others,
];

/** Resolves the fields that may also stand in `defaults`. */
const paced = (
  own: Defaults,
): Pick<Endpoint, 'schedule' | 'timeout' | 'settleAfter' | 'remindAfter' | 'expiry' | 'perAddress' | 'perSecond'> => ({
  schedule: own.schedule ?? 'default',
  timeout: milliseconds(own.timeout) ?? 10 * SECOND,
  settleAfter: settleAfter(own),
  remindAfter: remindAfter(own),
  expiry: resolveExpiry(own.expiry),
  perAddress: own.limits?.perAddress ?? 4,
  perSecond: own.limits?.perSecond ?? null,
});

/** Resolves routes, bypasses and the fields of other requests. `siblings` is filled in once every endpoint is resolved. */
const besides = (
  { routes, bypasses }: EndpointDocument,
  identities: Identities,
): Pick<Endpoint, 'routes' | 'bypasses' | 'siblings'> => ({
  routes: (routes ?? []).map((route) => resolveRoute(route, identities)),
  bypasses: (bypasses ?? []).flatMap(resolveBypass),
  siblings: [],
});

function resolveRoute(route: NonNullable<EndpointDocument['routes']>[number], identities: Identities): Route {
  const [control, ...others] = route.admits;
  if (control === undefined) throw new Error(`${route.path}: admits is empty`);
  return {
    method: route.method ?? 'GET',
    path: route.path,
    admits: [control, ...others],
    refuses: route.refuses ?? everyOther(route.admits, identities),
  };
}

function resolveBypass(url: string): readonly Bypass[] {
  const read = parseBypassUrl(url);
  if (typeof read === 'string') return [];
  const { host, port, path, plaintext } = read;
  const name = host.name.replace(/\.$/, '');
  const shown = shownHost(name, port, plaintext ? 80 : 443);
  return [
    { url, host: host.name, port, path, plaintext, serverName: host.kind === 'ip' ? null : name, hostHeader: shown },
  ];
}

export const settleAfter = (defaults: Defaults): number => defaults.settleAfter ?? 2;
export const remindAfter = (defaults: Defaults): Milliseconds => milliseconds(defaults.remindAfter) ?? DAY;

/** Resolves address and names. RFC 6066 §3: no SNI for an IP address, and no dot at the end of a name. */
function addressed(
  { serverName, hostHeader, serverIdentity }: EndpointDocument,
  { scheme, host, port, path }: EndpointUrl,
): Place & Pick<Endpoint, 'serverIdentity'> {
  const served = (serverName === undefined ? null : parseHost(serverName)) ?? host;
  const name = served.name.replace(/\.$/, '');
  return {
    host: host.name,
    port,
    path,
    serverName: served.kind === 'ip' ? null : name,
    serverIdentity: serverIdentity === undefined ? named(served.kind, name) : { kind: 'uri', uri: serverIdentity },
    hostHeader: hostHeader ?? shownHost(name, port, ownPort(scheme)),
  };
}

/** Returns the value of a Host header: with the port unless it is the scheme’s default (RFC 9110 §7.2). */
const shownHost = (name: string, port: number, own: number | null): string => {
  const shown = name.includes(':') ? `[${name}]` : name;
  return port === own ? shown : `${shown}:${port}`;
};

const named = (kind: Host['kind'], name: string): ServerIdentity =>
  kind === 'ip' ? { kind, address: name } : { kind, name };

/** Returns every identity without a fault that `admits` does not name and that shares no principal with one that `admits` names. */
function everyOther(admits: readonly string[], identities: Identities): readonly string[] {
  const principals = new Set(admits.flatMap((name) => identities[name]?.principal ?? []));
  return Object.entries(identities)
    .filter(([name, { fault }]) => fault === undefined && !admits.includes(name))
    .filter(([, { principal }]) => principal === undefined || !principals.has(principal))
    .map(([name]) => name);
}

const requestOf = ({ http, accepts, rejects }: EndpointDocument): Pick<Endpoint, 'http' | 'accepts' | 'rejects'> => ({
  http: { method: http?.method ?? 'GET', headers: http?.headers ?? {}, body: http?.body ?? null },
  accepts: { status: (accepts?.status ?? ['200-399']).map(statusRange), body: accepts?.body ?? null },
  rejects: {
    status: (rejects?.status ?? [400, 401, 403, 421, 495, 496]).map(statusRange),
    body: rejects?.body ?? null,
    silence: rejects?.silence ?? false,
  },
});

const statusRange = (status: number | string): StatusRange => ({
  from: Number(String(status).slice(0, 3)),
  to: Number(String(status).slice(-3)),
});

export function resolveExpiry(expiry: Defaults['expiry']): Endpoint['expiry'] {
  if (expiry !== undefined && 'days' in expiry) {
    return { warn: fixed(expiry.days.warn), critical: fixed(expiry.days.critical) };
  }
  return { warn: share(expiry?.warn ?? '25%', 30 * DAY), critical: share(expiry?.critical ?? '10%', 7 * DAY) };
}

const share = (percent: string, cap: Milliseconds): ExpiryThreshold => ({
  kind: 'share',
  share: Number.parseFloat(percent) / 100,
  cap,
});
const fixed = (time: string): ExpiryThreshold => ({ kind: 'fixed', before: milliseconds(time) ?? 0 });

function resolveWaiver(waiver: NonNullable<EndpointDocument['waivers']>[number]): Waiver {
  const { scenario = null, cause = null, subject = null, route = null, until, reason } = waiver;
  const [year = 0, month = 1, day = 1] = until.split('-').map(Number);
  // biome-ignore lint/style/noRestrictedGlobals: Date.UTC reads no clock.
  const midnight = Date.UTC(year, month - 1, day);
  return { scenario, cause, subject, route, until: midnight + 24 * HOUR, untilDate: until, reason };
}

const milliseconds = (text: string | undefined): Milliseconds | null =>
  text === undefined ? null : parseDuration(text);
