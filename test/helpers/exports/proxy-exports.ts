/** Exports of proxies, gateways, OPA and AWS, in the forms whose sources the tests of each reader name. */
import { CA, type Export, listed, named, PEM } from './export-parts.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
const rbac = (name: string) => ({
  '@type': `${TYPE}.filters.network.rbac.v3.RBAC`,
  rules: {
    policies: {
      [name]: {
        permissions: [{ any: true }],
        principals: [{ authenticated: { principal_name: { exact: `spiffe://x/${name}` } } }],
      },
    },
  },
});
const listener = (name: string) => ({
  name,
  address: { socket_address: { address: '192.0.2.1', port_value: 8443 } },
  filter_chains: [
    {
      filter_chain_match: { server_names: [`${name}.corp.example`] },
      filters: [{ name: 'rbac', typed_config: rbac(name) }],
      transport_socket: {
        name: 'envoy.transport_sockets.tls',
        typed_config: {
          '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
          require_client_certificate: true,
          common_tls_context: { validation_context: { trusted_ca: { inline_string: PEM } } },
        },
      },
    },
  ],
});
const envoy: Export = {
  ...{ reader: 'envoy', what: 'bootstrap' },
  part: (name) => ({ listener: listener(name) }),
  whole: (parts) => [{ static_resources: { listeners: listed(parts, 'listener') } }],
};
const ADMIN = 'type.googleapis.com/envoy.admin.v3';
const configDump: Export = {
  ...{ reader: 'envoy', what: 'config_dump' },
  part: (name) => ({ active: { name, active_state: { version_info: '1', listener: listener(name) } } }),
  whole: (parts) => [
    { configs: [{ '@type': `${ADMIN}.ListenersConfigDump`, dynamic_listeners: listed(parts, 'active') }] },
  ],
};

const caddy: Export = {
  ...{ reader: 'caddy', what: 'adapted JSON' },
  part: (name) => ({
    server: {
      listen: [':8443'],
      routes: [
        {
          match: [{ host: [`${name}.corp.example`], vars: { '{http.request.tls.client.subject}': [`CN=${name}`] } }],
          handle: [{ handler: 'static_response', status_code: 200 }],
        },
      ],
      tls_connection_policies: [
        {
          match: { sni: [`${name}.corp.example`] },
          client_authentication: { mode: 'require_and_verify', trusted_ca_certs: [CA] },
        },
      ],
    },
  }),
  whole: (parts) => [{ apps: { http: { servers: named(parts, 'server') } } }],
};

const traefik: Export = {
  ...{ reader: 'traefik', what: 'dynamic configuration' },
  part: (name) => ({
    router: {
      ...{ rule: `Host(\`${name}.corp.example\`) && PathPrefix(\`/v1\`)`, entryPoints: ['websecure'] },
      ...{ service: name, tls: { options: name }, middlewares: [name] },
    },
    options: { clientAuth: { caFiles: [`/${name}.pem`], clientAuthType: 'RequireAndVerifyClientCert' } },
    middleware: { passTLSClientCert: { pem: true } },
  }),
  whole: (parts) => [
    {
      http: { routers: named(parts, 'router'), middlewares: named(parts, 'middleware') },
      tls: { options: named(parts, 'options') },
    },
  ],
};

const kong: Export = {
  ...{ reader: 'kong', what: 'decK' },
  part: (name) => ({
    service: {
      ...{ name, url: `http://${name}.internal:8080` },
      plugins: [
        { name: 'mtls-auth', config: { ca_certificates: [name], revocation_check_mode: 'SKIP', anonymous: null } },
      ],
      routes: [{ name, hosts: [`${name}.corp.example`], paths: ['/v1'], protocols: ['https'] }],
    },
    authority: { id: name, cert: PEM },
  }),
  whole: (parts) => [
    { _format_version: '3.0', services: listed(parts, 'service'), ca_certificates: listed(parts, 'authority') },
  ],
};

const opa: Export = {
  ...{ reader: 'opa', what: 'decisions' },
  part: (name) => ({
    decision: {
      path: `authz/${name}`,
      input: {
        attributes: {
          source: { principal: `spiffe://x/${name}` },
          request: { http: { method: 'GET', path: '/', host: `${name}.corp.example:8443` } },
        },
      },
      result: { allowed: true },
    },
  }),
  whole: (parts) => [listed(parts, 'decision')],
};

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const alb: Export = {
  ...{ reader: 'aws', what: 'load balancers' },
  part: (name) => ({
    listener: {
      ...{
        ListenerArn: `${ACCOUNT}:listener/app/${name}/50dc/f2f7`,
        LoadBalancerArn: `${ACCOUNT}:loadbalancer/app/${name}/50dc`,
      },
      ...{
        Port: 443,
        Protocol: 'HTTPS',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: `${ACCOUNT}:targetgroup/${name}/1` }],
      },
      MutualAuthentication: {
        Mode: 'verify',
        TrustStoreArn: `${ACCOUNT}:truststore/${name}/1`,
        IgnoreClientCertificateExpiry: false,
      },
    },
    balancer: {
      ...{ LoadBalancerArn: `${ACCOUNT}:loadbalancer/app/${name}/50dc`, DNSName: `${name}.elb.corp.example` },
      ...{ LoadBalancerName: name, Type: 'application' },
    },
    store: {
      Name: name,
      TrustStoreArn: `${ACCOUNT}:truststore/${name}/1`,
      Status: 'ACTIVE',
      NumberOfCaCertificates: 1,
    },
  }),
  whole: (parts) => [
    { Listeners: listed(parts, 'listener') },
    { LoadBalancers: listed(parts, 'balancer') },
    { TrustStores: listed(parts, 'store') },
  ],
};
const domains: Export = {
  ...{ reader: 'aws', what: 'API Gateway' },
  part: (name) => ({
    domain: {
      ...{ domainName: `${name}.corp.example`, domainNameArn: `arn:aws:apigateway:eu-west-1::/domainnames/${name}` },
      mutualTlsAuthentication: { truststoreUri: `s3://${name}/a.pem`, truststoreVersion: 'v1' },
    },
  }),
  whole: (parts) => [{ items: listed(parts, 'domain') }],
};
const brokers: Export = {
  ...{ reader: 'aws', what: 'MSK and Private CA' },
  part: (name) => ({
    cluster: {
      ...{
        ClusterArn: `arn:aws:kafka:eu-west-1:111122223333:cluster/${name}/0c9a`,
        ClusterName: name,
        State: 'ACTIVE',
      },
      ClientAuthentication: {
        Tls: { Enabled: true, CertificateAuthorityArnList: [name] },
        Unauthenticated: { Enabled: false },
      },
      EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
    },
    authority: {
      ...{ Arn: `arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/${name}`, Status: 'ACTIVE' },
      ...{ RevocationConfiguration: { CrlConfiguration: { Enabled: true } }, NotAfter: '2030-01-01T00:00:00Z' },
      CertificateAuthorityConfiguration: { Subject: { CommonName: name } },
    },
  }),
  whole: (parts) => [
    { ClusterInfoList: listed(parts, 'cluster') },
    { CertificateAuthorities: listed(parts, 'authority') },
  ],
};

export const PROXY_EXPORTS: readonly Export[] = [
  ...[envoy, configDump, caddy, traefik, kong, opa],
  ...[alb, domains, brokers],
];
