/** An Envoy configured as istiod configures a workload’s: one listener, filter chains by destination port, secrets by name, RBAC. */
import { readFile } from 'node:fs/promises';
import type { PkiFiles } from '../../functions/cli/demo/pki.ts';
import { principalOf } from '../../shared/pki/test-pki/lab-pki.ts';
import { direct, http, inspector } from './detours/envoy-parts.ts';
import { HOST } from './servers/lab-server.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
export type Ports = Readonly<
  Record<'own' | 'strict' | 'permissive' | 'disabled' | 'untrusted' | 'optional' | 'admin', number>
>;

const address = (port: number) => ({ address: { socket_address: { address: HOST, port_value: port } } });

const ROUTER = { name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } };
/** `GET /healthz` for one, everything for nobody else; as istiod writes an AuthorizationPolicy’s rule. */
const rbac = {
  name: 'envoy.filters.http.rbac',
  typed_config: {
    '@type': `${TYPE}.filters.http.rbac.v3.RBAC`,
    rules: {
      action: 'ALLOW',
      policies: {
        'ns[lab]-policy[payments]-rule[0]': {
          permissions: [
            {
              and_rules: {
                rules: [
                  { or_rules: { rules: [{ header: { name: ':method', string_match: { exact: 'GET' } } }] } },
                  { or_rules: { rules: [{ url_path: { path: { prefix: '/healthz' } } }] } },
                ],
              },
            },
          ],
          principals: [
            {
              and_ids: {
                ids: [
                  { or_ids: { ids: [{ authenticated: { principal_name: { exact: principalOf('payments') } } }] } },
                  { not_id: { or_ids: { ids: [{ source_ip: { address_prefix: '192.0.2.1', prefix_len: 32 } }] } } },
                ],
              },
            },
          ],
        },
      },
    },
  },
};
const XFCC = { forward_client_cert_details: 'APPEND_FORWARD', set_current_client_cert_details: { uri: true } };
const guarded = http({ '*': direct }, { http_filters: [rbac, ROUTER], ...XFCC });

const socket = (required: boolean, validation: object) => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
    require_client_certificate: required,
    common_tls_context: {
      tls_certificate_sds_secret_configs: [{ name: 'default' }],
      ...validation,
    },
  },
});
const MESH = {
  combined_validation_context: {
    default_validation_context: {
      match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://lab.test/' } }],
    },
    validation_context_sds_secret_config: { name: 'ROOTCA' },
  },
};

const mutual = (port: number, required = true, validation: object = MESH, filter: object = guarded) => ({
  name: `0.0.0.0_${port}`,
  filter_chain_match: { destination_port: port, transport_protocol: 'tls' },
  transport_socket: socket(required, validation),
  filters: [filter],
});
const plain = (port: number) => ({
  name: `0.0.0.0_${port}`,
  filter_chain_match: { destination_port: port, transport_protocol: 'raw_buffer' },
  filters: [http({ '*': direct })],
});

const named = (name: string, validation: object, required = false) => ({
  filter_chain_match: { server_names: [name] },
  transport_socket: socket(required, validation),
  filters: [http({ '*': direct })],
});

const listeners = (ports: Ports, untrusted: object, hash: string) => [
  {
    name: 'virtualInbound',
    traffic_direction: 'INBOUND',
    ...address(ports.own),
    additional_addresses: [ports.strict, ports.permissive, ports.disabled].map(address),
    listener_filters: [inspector],
    filter_chains: [
      {
        name: 'virtualInbound-blackhole',
        filter_chain_match: { destination_port: ports.own },
        filters: [http({ '*': direct })],
      },
      mutual(ports.strict),
      ...[mutual(ports.permissive), plain(ports.permissive)],
      plain(ports.disabled),
    ],
  },
  {
    name: 'edge',
    ...address(ports.untrusted),
    listener_filters: [inspector],
    filter_chains: [{ transport_socket: socket(true, untrusted), filters: [http({ '*': direct })] }],
  },
  {
    name: 'named',
    ...address(ports.optional),
    listener_filters: [inspector],
    filter_chains: [
      named('api.example.com', { validation_context_sds_secret_config: { name: 'ROOTCA' } }),
      named('names.example.com', MESH),
      named('hashes.example.com', { validation_context: { verify_certificate_hash: [hash] } }),
      named('nothing.example.com', {}, true),
    ],
  },
];

/** `hash`: of the one certificate that `hashes.example.com` lets in. */
export const istioShaped = async (ports: Ports, files: PkiFiles, hash: string): Promise<string> => {
  const text = async (file: string) => ({ inline_string: await readFile(file, 'utf8') });
  const { certificate, privateKey } = files.server('good');
  const untrusted = {
    validation_context: {
      ...{ trusted_ca: await text(files.ca), crl: await text(files.crl) },
      ...{ trust_chain_verification: 'ACCEPT_UNTRUSTED', only_verify_leaf_cert_crl: true },
    },
  };
  return JSON.stringify({
    node: {
      ...{ id: 'sidecar~127.0.0.1~checkout-1.lab~lab.svc.cluster.local', cluster: 'checkout.lab' },
      metadata: { WORKLOAD_NAME: 'checkout', NAMESPACE: 'lab', INSTANCE_IPS: HOST, LABELS: { app: 'checkout' } },
    },
    admin: address(ports.admin),
    static_resources: {
      listeners: listeners(ports, untrusted, hash),
      secrets: [
        {
          name: 'default',
          tls_certificate: { certificate_chain: await text(certificate), private_key: await text(privateKey) },
        },
        { name: 'ROOTCA', validation_context: { trusted_ca: await text(files.ca) } },
      ],
    },
  });
};
