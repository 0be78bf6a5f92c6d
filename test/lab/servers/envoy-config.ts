/** Envoy's configuration: JSON, which is YAML with nothing to quote wrongly. */
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { HOST } from './lab-server.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
const ROUTER = { name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } };

const rbac = (principal: string) => ({
  name: 'rbac',
  typed_config: {
    '@type': `${TYPE}.filters.http.rbac.v3.RBAC`,
    rules: {
      policies: {
        admitted: {
          permissions: [{ any: true }],
          principals: [{ authenticated: { principal_name: { exact: principal } } }],
        },
      },
    },
  },
});

const UPSTREAM = 'upstream';
const answer = (upstream: number | null) =>
  upstream === null
    ? { direct_response: { status: 200, body: { inline_string: 'payments: ok\n' } } }
    : { route: { cluster: UPSTREAM } };

/** Answers by itself, or passes on to a gRPC service on that port: then what it refuses carries a `grpc-status`. */
const http = (filters: readonly object[], upstream: number | null) => ({
  name: 'http',
  typed_config: {
    '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'lab',
    http_filters: [...filters, ROUTER],
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, ...answer(upstream) }],
        },
      ],
    },
  },
});

const tls = (mode: string, files: PkiFiles) => {
  const { certificate, privateKey } = files.server('good');
  const validation = {
    trusted_ca: { filename: files.ca },
    crl: { filename: files.crl },
    ...(mode === 'accept_untrusted' ? { trust_chain_verification: 'ACCEPT_UNTRUSTED' } : {}),
  };
  return {
    name: 'tls',
    typed_config: {
      '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
      require_client_certificate: mode !== 'not-required',
      common_tls_context: {
        alpn_protocols: ['h2', 'http/1.1'],
        tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
        tls_certificates: [{ certificate_chain: { filename: certificate }, private_key: { filename: privateKey } }],
        ...(mode === 'no-trusted-ca' ? {} : { validation_context: validation }),
      },
    },
  };
};

const address = (port: number) => ({ socket_address: { address: HOST, port_value: port } });

const cluster = (port: number) => ({
  name: UPSTREAM,
  connect_timeout: '2s',
  load_assignment: {
    cluster_name: UPSTREAM,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
  },
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': `${TYPE}.upstreams.http.v3.HttpProtocolOptions`,
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
});

const INSPECTOR = {
  name: 'inspector',
  typed_config: { '@type': `${TYPE}.filters.listener.tls_inspector.v3.TlsInspector` },
};

const listener = (mode: string, port: number, files: PkiFiles, upstream: number | null) => {
  const isolates = mode === 'strict' || mode === 'permissive';
  const chain = {
    transport_socket: tls(mode, files),
    filters: [http(isolates ? [rbac(principalOf('payments'))] : [], upstream)],
  };
  const bare = { name: 'bare', filters: [http([], upstream)] };
  const permissive = {
    listener_filters: [INSPECTOR],
    filter_chains: [{ ...chain, filter_chain_match: { transport_protocol: 'tls' } }, bare],
  };
  return {
    name: 'lab',
    address: address(port),
    ...(mode === 'permissive' ? permissive : { filter_chains: [chain] }),
  };
};

/** `upstream`: the port of a gRPC service without TLS; null: it answers by itself. */
export const envoyConfig = (mode: string, port: number, files: PkiFiles, upstream: number | null): string =>
  JSON.stringify({
    static_resources: {
      listeners: [listener(mode, port, files, upstream)],
      ...(upstream === null ? {} : { clusters: [cluster(upstream)] }),
    },
  });
