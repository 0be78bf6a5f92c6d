/** Filter chains of a listener, those for one destination and one name together: `FilterChainMatch`, envoy/config/listener/v3/listener_components.proto. */
import type { Field } from '../../field.ts';
import { at, configOf, skip, typeOf } from './envoy-fields.ts';
import { type FiltersSay, filtersIn } from './envoy-filters.ts';
import type { EnvoySecrets } from './envoy-secrets.ts';
import { type TlsSays, tlsIn } from './envoy-tls.ts';

export type Chain = {
  readonly field: Field;
  readonly name: string | null;
  /** Of the match; null: any. */
  readonly port: number | null;
  readonly serverNames: readonly string[];
  readonly protocols: readonly string[];
  /** `tls`: it takes TLS only; `raw_buffer`: anything but TLS. */
  readonly transport: string | null;
  /** Null: it opens no TLS. */
  readonly tls: TlsSays | null;
  readonly filters: FiltersSay;
};

/** `default_filter_chain` has no match: it stands last. Throws `DamagedField`. */
export const chainsIn = (listener: Field, secrets: EnvoySecrets, listenerPort: number | null): readonly Chain[] => {
  const last = at(listener, 'default_filter_chain');
  return [...at(listener, 'filter_chains').items(), ...(last.isThere ? [last] : [])].map((chain) =>
    chainIn(chain, secrets, listenerPort),
  );
};

const chainIn = (field: Field, secrets: EnvoySecrets, listenerPort: number | null): Chain => {
  const match = at(field, 'filter_chain_match');
  const port = at(match, 'destination_port').port();
  const context = tlsContextIn(at(field, 'transport_socket'));
  return {
    ...{ field, name: field.get('name').text(), port },
    serverNames: at(match, 'server_names').texts(),
    protocols: at(match, 'application_protocols').texts(),
    transport: at(match, 'transport_protocol').text(),
    tls: context === null ? null : tlsIn(context, secrets),
    filters: filtersIn(field, port ?? listenerPort),
  };
};

/** TLS may stand within another socket: of QUIC, of STARTTLS, of one that counts or records. */
const tlsContextIn = (socket: Field): Field | null => {
  if (!socket.isThere) return null;
  const config = configOf(socket);
  if (typeOf(config) === 'DownstreamTlsContext') return config;
  for (const name of ['downstream_tls_context', 'tls_socket_config'])
    if (config.kind === 'map' && at(config, name).isThere) return at(config, name);
  skip(config, ['@type']);
  return config.kind === 'map' ? tlsContextIn(at(config, 'transport_socket')) : null;
};

export type ChainGroup = {
  readonly port: number | null;
  readonly serverNames: readonly string[];
  readonly tls: readonly (Chain & { readonly tls: TlsSays })[];
  /** Those that take what comes without TLS: a name of TLS chooses none of them. */
  readonly plain: readonly Chain[];
  /** Those that pass TLS on unopened. */
  readonly unopened: readonly Chain[];
};

const hasTls = (chain: Chain): chain is ChainGroup['tls'][number] => chain.tls !== null;

export const groupsOf = (chains: readonly Chain[]): readonly ChainGroup[] => {
  const groups = Map.groupBy(chains, ({ port, serverNames }) => JSON.stringify([port, serverNames.toSorted()]));
  return [...groups.values()].flatMap((own) => {
    const [{ port, serverNames } = { port: null, serverNames: [] }] = own;
    const nameless = chains.filter((chain) => chain.port === port && chain.serverNames.length === 0);
    return {
      ...{ port, serverNames, tls: own.filter(hasTls) },
      plain: nameless.filter((chain) => chain.tls === null && chain.transport !== 'tls'),
      unopened: own.filter((chain) => chain.tls === null && chain.transport === 'tls'),
    };
  });
};
