/**
 * DestinationRules: what the mesh’s own clients do. istio.io/latest/docs/reference/config/networking/destination-rule; which of several is taken:
 * `PushContext.destinationRule`, pilot/pkg/model/push_context.go.
 */
import type { Claim, Unread } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { type ObjectDocument, qualifiedName } from '../../kubernetes-objects.ts';
import type { PeerMode } from './istio-peer-authentication.ts';

type Stated = { readonly mode: 'mutual' | 'simple' | 'plaintext'; readonly at: Place } | null;
export type ClientRule = {
  readonly name: string;
  readonly namespace: string;
  /** `checkout.payments.svc.cluster.local`, or with `*` in front. */
  readonly host: string;
  readonly exportTo: readonly string[];
  /** Whether it is for some clients only. */
  readonly isSelective: boolean;
  readonly tls: Stated;
  /** By the Service’s port; what a port leaves out is not inherited. */
  readonly ports: ReadonlyMap<number, Stated>;
  readonly subsets: readonly { readonly name: string; readonly tls: Stated }[];
  readonly unread: readonly Unread[];
};

const MODES = { DISABLE: 'plaintext', SIMPLE: 'simple', MUTUAL: 'mutual', ISTIO_MUTUAL: 'mutual' } as const;

const TLS_FIELDS = [
  ...['clientCertificate', 'privateKey', 'caCertificates', 'credentialName', 'subjectAltNames', 'sni', 'caCrl'],
];

const statedIn = (policy: Field): Stated => {
  const tls = policy.get('tls');
  if (!tls.isThere) return null;
  // How a client checks the server; `insecureSkipVerify` is left to be named.
  for (const name of TLS_FIELDS) tls.get(name).plain();
  const mode = tls.get('mode');
  return { mode: MODES[mode.oneOf(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL']) ?? 'DISABLE'], at: mode.at() };
};

/** Says nothing of TLS. */
const OTHER_FIELDS = [
  'loadBalancer',
  'connectionPool',
  'outlierDetection',
  'tunnel',
  'proxyProtocol',
  'retryBudget',
] as const;
const skipped = (policy: Field): void => {
  for (const name of OTHER_FIELDS) policy.get(name).plain();
};

/** Throws `DamagedField`. */
export const clientRuleIn = ({ root, object }: ObjectDocument): ClientRule => {
  const spec = root.get('spec');
  const policy = spec.get('trafficPolicy');
  const namespace = object.namespace ?? 'default';
  const host = spec.get('host').text() ?? '';
  skipped(policy);
  const rule = {
    ...{ name: qualifiedName(object), namespace, exportTo: spec.get('exportTo').texts() },
    // Only a name without dots is the rule’s own namespace’s (`ResolveShortnameToFQDN`).
    host: host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.cluster.local`,
    isSelective: spec.get('workloadSelector').plain() !== null,
    tls: statedIn(policy),
    ports: new Map(policy.get('portLevelSettings').items().map(portIn)),
    subsets: spec.get('subsets').items().map(subsetIn),
  };
  return { ...rule, unread: spec.unread() };
};

const portIn = (setting: Field): readonly [number, Stated] => {
  skipped(setting);
  const port = setting.get('port', 'number').port();
  if (port === null) throw setting.damaged('a setting of a port without its number');
  return [port, statedIn(setting)];
};

const subsetIn = (subset: Field) => {
  subset.get('labels').plain();
  skipped(subset.get('trafficPolicy'));
  return { name: subset.get('name').text() ?? '', tls: statedIn(subset.get('trafficPolicy')) };
};

const isFor = ({ host }: ClientRule, name: string): boolean =>
  host === name || (host.startsWith('*') && name.endsWith(host.slice(1)));

/** The whole name before a wildcard, and a longer wildcard before a shorter one. */
const mostSpecific = (rules: readonly ClientRule[]): ClientRule | null =>
  rules.toSorted(
    (a, b) => Number(a.host.startsWith('*')) - Number(b.host.startsWith('*')) || b.host.length - a.host.length,
  )[0] ?? null;

export type ClientsAsked = {
  /** `checkout.payments.svc.cluster.local`. */
  readonly host: string;
  readonly namespace: string;
  readonly rootNamespace: string;
  readonly port: number | null;
  readonly server: PeerMode;
  readonly autoMtls: boolean;
  readonly at: Place;
};
export type ClientsFound = Pick<Claim, 'clients'> & {
  readonly notes: readonly string[];
  readonly unread: readonly Unread[];
};

/** The service’s own namespace decides for clients without a rule in theirs, then the mesh’s root namespace; rules of other namespaces are notes. */
export const clientsOf = (rules: readonly ClientRule[], asked: ClientsAsked): ClientsFound => {
  const own = rules.filter((rule) => isFor(rule, asked.host));
  const of = (namespace: string) =>
    mostSpecific(own.filter((rule) => rule.namespace === namespace && !rule.isSelective));
  const rule = of(asked.namespace) ?? of(asked.rootNamespace);
  const elsewhere = own.filter((each) => each.namespace !== asked.namespace && each.namespace !== asked.rootNamespace);
  const stated = rule === null ? null : statedFor(rule, asked.port);
  const isLocal = rule !== null && rule.exportTo.length > 0 && !rule.exportTo.includes('*');
  const because = `the DestinationRule ${rule?.name} says so${isLocal ? `, for clients in ${visibleTo(rule)}` : ''}`;
  return {
    clients: stated === null ? byDefault(asked) : said(stated.mode, stated.at, because),
    notes: [
      ...own.filter((each) => elsewhere.includes(each) || each.isSelective).flatMap((each) => noteOf(each, asked.port)),
      ...(rule?.subsets ?? []).flatMap(({ name, tls }) =>
        tls === null ? [] : [`Clients of its subset ${name} use ${WORDS[tls.mode]} (DestinationRule ${rule?.name}).`],
      ),
    ],
    unread: rule?.unread ?? [],
  };
};

const visibleTo = ({ exportTo, namespace }: ClientRule): string =>
  exportTo.map((each) => (each === '.' ? namespace : each)).join(', ');

const statedFor = ({ ports, tls }: ClientRule, port: number | null): Stated =>
  port !== null && ports.has(port) ? (ports.get(port) ?? null) : tls;

/** `Auto mutual TLS` (istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration). */
const byDefault = ({ autoMtls, server, at }: ClientsAsked): Claim['clients'] => {
  if (!autoMtls) return said('plaintext', at, 'no DestinationRule says a mode, and enableAutoMtls is off');
  return server === 'DISABLE'
    ? said('plaintext', at, 'no DestinationRule says a mode, and the server takes no mutual TLS')
    : said('mutual', at, 'no DestinationRule says a mode: mutual TLS is automatic');
};

const WORDS = { mutual: 'mutual TLS', simple: 'TLS without a certificate of their own', plaintext: 'no TLS' } as const;
const noteOf = (rule: ClientRule, port: number | null): readonly string[] => {
  const stated = statedFor(rule, port);
  const who = rule.isSelective ? 'Some clients' : `Clients in ${rule.namespace}`;
  return stated === null ? [] : [`${who} use ${WORDS[stated.mode]} (DestinationRule ${rule.name}).`];
};
