/** A claim for each listener of an Envoy, and within it for each destination port and name that its filter chains tell apart. */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { claimOf, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { type Chain, type ChainGroup, chainsIn, groupsOf } from './envoy-chains.ts';
import { at } from './envoy-fields.ts';
import type { EnvoyNode } from './envoy-node.ts';
import { together } from './envoy-rbac.ts';
import type { EnvoySecrets } from './envoy-secrets.ts';

export type ListenerClaims = { readonly claims: readonly Claim[]; readonly secrets: readonly string[] };
type From = { readonly secrets: EnvoySecrets; readonly node: EnvoyNode; readonly context: ReaderContext };

/** Throws `DamagedField`. */
export const listenerClaims = (listener: Field, from: From): ListenerClaims => {
  const [main, ...others] = socketsOf(listener);
  if (main === undefined) return NO_CLAIMS;
  const chains = chainsIn(listener, from.secrets, main.port);
  if (isOfItself(listener, chains, main.port, from.node)) return NO_CLAIMS;
  // Istio’s `virtualInbound-blackhole` takes what was sent to the listener’s own port.
  const isIstio = listener.get('name').text() === 'virtualInbound';
  const groups = groupsOf(chains).filter((group) => !(isIstio && group.port === main.port));
  return {
    claims: groups.flatMap((group) => {
      const sockets = group.port === null && !isIstio ? [main, ...others] : [main];
      return sockets.map((socket) => claimOn({ listener, isIstio, ...socket }, group, from));
    }),
    secrets: chains.flatMap(({ tls }) => tls?.secrets ?? []),
  };
};

const NO_CLAIMS: ListenerClaims = { claims: [], secrets: [] };

/** Health, metrics and the agent, which Istio keeps without TLS (istio.io/latest/docs/ops/deployment/application-requirements). */
const PORTS_OF_ISTIO = [15020, 15021, 15090];

/**
 * Whether a listener is no door to what is behind the proxy: it takes what the workload itself asks, or is the proxy’s own. istiod calls a gateway’s
 * listeners outbound, too (`buildGatewayListener`, pilot/pkg/networking/core/listener.go); of these only a gateway’s open TLS.
 */
const isOfItself = (listener: Field, chains: readonly Chain[], port: number | null, { role }: EnvoyNode): boolean => {
  const opensTls = chains.some(({ tls }) => tls !== null);
  const isOutbound = at(listener, 'traffic_direction').text() === 'OUTBOUND' && role !== 'router';
  return !opensTls && (isOutbound || (role !== null && PORTS_OF_ISTIO.includes(port ?? 0)));
};

/** An `internal_listener` has none: only the proxy itself gets there. */
const socketsOf = (listener: Field) =>
  [listener, ...at(listener, 'additional_addresses').items()].flatMap((each) => {
    const socket = at(each, 'address', 'socket_address');
    return socket.isThere ? [{ address: socket.get('address').text(), port: at(socket, 'port_value').port() }] : [];
  });

type Door = {
  readonly listener: Field;
  readonly port: number | null;
  readonly address: string | null;
  readonly isIstio: boolean;
};

const WEAKEST: readonly (ClientCertificate | undefined)[] = ['none', 'passed-through', 'optional', 'required'];
/** Of several chains with TLS, the one that asks for least. */
const weakestOf = ({ tls }: ChainGroup): ChainGroup['tls'][number] | undefined =>
  tls.toSorted(
    (a, b) => WEAKEST.indexOf(a.tls.clientCertificate?.value) - WEAKEST.indexOf(b.tls.clientCertificate?.value),
  )[0];

const claimOn = (door: Door, group: ChainGroup, { node, context }: From): Claim => {
  const weakest = weakestOf(group);
  const leading: Chain | undefined = weakest ?? group.plain[0] ?? group.unopened[0];
  const all = [...group.tls, ...group.plain, ...group.unopened];
  const tls = weakest?.tls;
  return claimOf('envoy', context, {
    at: (leading?.field ?? door.listener).at(),
    endpoint: endpointOf(door, group, node, leading),
    clientCertificate: clientsOf(group, weakest),
    plaintext: plaintextOf(group),
    ...{ authorities: tls?.authorities ?? null, revocation: tls?.revocation ?? null, expiry: tls?.expiry ?? null },
    admission: admissionOf(leading),
    certificates: [...(tls?.certificates ?? [])],
    headers: [...new Set(all.flatMap(({ filters }) => filters.headers))],
    notes: [...new Set([...(tls?.notes ?? []), ...all.flatMap(({ filters }) => filters.notes), ...notesOf(group)])],
    unread: [...new Map(group.tls.flatMap((chain) => chain.tls.unread).map((each) => [each.path, each])).values()],
  });
};

const clientsOf = (
  { plain }: ChainGroup,
  weakest: ChainGroup['tls'][number] | undefined,
): Claim['clientCertificate'] => {
  const [first] = plain;
  if (weakest !== undefined) return weakest.tls.clientCertificate;
  return first === undefined ? null : said('none', first.field.at(), 'no filter chain opens TLS');
};

const plaintextOf = ({ plain, tls, unopened }: ChainGroup): Claim['plaintext'] => {
  const [open] = plain;
  if (open !== undefined) {
    const because =
      tls.length > 0 ? 'a filter chain beside those with TLS takes what comes without' : 'no filter chain opens TLS';
    return said('allowed', open.field.at(), because);
  }
  const [first] = [...tls, ...unopened];
  return first === undefined ? null : said('refused', first.field.at(), 'every filter chain takes TLS only');
};

const admissionOf = (chain: Chain | undefined): Claim['admission'] => {
  if (chain === undefined) return null;
  const byNames = chain.tls?.admission ?? null;
  const { admission } = chain.filters;
  const stages = [...(byNames === null ? [] : [byNames.value]), ...(admission === null ? [] : [admission])];
  return stages.length === 0
    ? said({ rules: [], otherwise: 'admit' }, chain.field.at(), 'no filter of the chain decides who is admitted')
    : said(together(stages), chain.field.at());
};

const notesOf = ({ tls, plain, unopened }: ChainGroup): readonly string[] => [
  ...(unopened.length > 0
    ? ['TLS that no other filter chain opens is passed on: whoever is behind asks for certificates, or does not.']
    : []),
  ...(new Set(tls.map((chain) => chain.tls.clientCertificate?.value)).size > 1
    ? ['Its filter chains with TLS differ in what they ask for; this is the weakest.']
    : []),
  ...(tls.some(({ filters }) => filters.admission !== null) && plain.some(({ filters }) => filters.admission === null)
    ? ['What comes without TLS is admitted by other rules, or by none.']
    : []),
];

const EVERYWHERE = ['0.0.0.0', '::', ''];
const endpointOf = (
  { listener, port, address, isIstio }: Door,
  group: ChainGroup,
  node: EnvoyNode,
  leading: Chain | undefined,
): Claim['endpoint'] => {
  const name = printable(listener.get('name').text() ?? `${address}:${port}`);
  const parts = [
    group.port === null ? null : `port ${group.port}`,
    ...group.serverNames.map((each) => printable(each, 100)),
  ];
  const isHttp = leading?.filters.isHttp ?? false;
  return {
    name: [`listener ${name}`, ...parts.filter((part) => part !== null)].join(' '),
    hosts:
      group.serverNames.length > 0
        ? [...group.serverNames]
        : EVERYWHERE.includes(address ?? '')
          ? [...node.addresses]
          : [address ?? ''],
    // Istio’s one listener takes what was sent to any port; the chain without a port is for those that no Service names.
    port: group.port ?? (isIstio ? null : port),
    ...{ workload: node.workload, protocol: group.tls.length === 0 ? null : isHttp ? 'https' : 'tls' },
    ...{ path: null, labels: { ...node.labels } },
  };
};
