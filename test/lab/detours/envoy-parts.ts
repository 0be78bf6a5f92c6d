/** Envoy's configuration in pieces: JSON, which is YAML with nothing to quote wrongly. */
import { HOST } from '../servers/lab-server.ts';
import type { Lab } from './lab.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';

export const inspector = {
  name: 'inspector',
  typed_config: { '@type': `${TYPE}.filters.listener.tls_inspector.v3.TlsInspector` },
};

/** `clients`: `null` asks nobody for a certificate. */
export const downstreamTls = ({ files, named }: Lab, clients: { readonly required: boolean } | null) => ({
  name: 'tls',
  typed_config: {
    '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
    require_client_certificate: clients?.required ?? false,
    common_tls_context: {
      alpn_protocols: ['h2', 'http/1.1'],
      tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
      tls_certificates: [
        { certificate_chain: { filename: named.certificate }, private_key: { filename: named.privateKey } },
      ],
      ...(clients === null ? {} : { validation_context: { trusted_ca: { filename: files.ca } } }),
    },
  },
});

export const direct = { direct_response: { status: 200, body: { inline_string: 'payments: ok\n' } } };
export const forward = { route: { cluster: 'backend' } };

/** `hosts`: domains → what is done there. */
export const http = (hosts: Readonly<Record<string, object>>, own: object = {}) => ({
  name: 'http',
  typed_config: {
    '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'lab',
    http_filters: [{ name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } }],
    route_config: {
      virtual_hosts: Object.entries(hosts).map(([domain, action]) => ({
        name: domain,
        domains: [domain],
        routes: [{ match: { prefix: '/' }, ...action }],
      })),
    },
    ...own,
  },
});

/** `h2`: without TLS and without asking. */
export const backendAt = (port: number, h2 = false) => ({
  name: 'backend',
  connect_timeout: '2s',
  load_assignment: {
    cluster_name: 'backend',
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: HOST, port_value: port } } } }] }],
  },
  ...(h2
    ? {
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
            '@type': `${TYPE}.upstreams.http.v3.HttpProtocolOptions`,
            explicit_http_config: { http2_protocol_options: {} },
          },
        },
      }
    : {}),
});
