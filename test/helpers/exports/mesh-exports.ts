/** Exports of meshes, in the forms whose sources the tests of each reader name. */
import { type Export, kubernetes, listed, object, service } from './export-parts.ts';

const SECURITY = 'security.istio.io/v1';
const istio = kubernetes('istio', 'objects', (name) => ({
  service: service(name),
  peer: object(SECURITY, 'PeerAuthentication', name, {
    spec: {
      selector: { matchLabels: { app: name } },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 8443: { mode: 'STRICT' } },
    },
  }),
  policy: object(SECURITY, 'AuthorizationPolicy', name, {
    spec: {
      ...{ selector: { matchLabels: { app: name } }, action: 'ALLOW' },
      rules: [
        {
          from: [{ source: { principals: [`cluster.local/ns/${name}/sa/web`], notNamespaces: [`${name}-x`] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/info*'], ports: ['8443'] } }],
          when: [{ key: 'request.headers[x]', values: ['y'] }],
        },
      ],
    },
  }),
  rule: object('networking.istio.io/v1', 'DestinationRule', name, {
    spec: {
      host: `${name}.${name}.svc.cluster.local`,
      trafficPolicy: { tls: { mode: 'DISABLE' }, portLevelSettings: [{ port: { number: 8443 } }] },
    },
  }),
}));

/** Alone: one without a selector is for every pod, so that damage to it may take another’s Service. */
const gateways = kubernetes('istio', 'gateways', (name) => ({
  gateway: object('networking.istio.io/v1', 'Gateway', name, {
    spec: {
      selector: { istio: name },
      servers: [
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          hosts: [`${name}.corp.example`],
          tls: { mode: 'MUTUAL', credentialName: name },
        },
      ],
    },
  }),
}));

const POLICY = 'policy.linkerd.io/v1beta3';
const linkerd = kubernetes('linkerd', 'objects', (name) => ({
  service: service(name),
  server: object(POLICY, 'Server', name, {
    spec: { podSelector: { matchLabels: { app: name } }, port: 8443, proxyProtocol: 'HTTP/2', accessPolicy: 'deny' },
  }),
  authorization: object(POLICY, 'AuthorizationPolicy', name, {
    spec: {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name },
      requiredAuthenticationRefs: [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name }],
    },
  }),
  authentication: object(POLICY, 'MeshTLSAuthentication', name, {
    spec: { identities: [`web.${name}.serviceaccount.identity.linkerd.cluster.local`] },
  }),
}));
const edges: Export = {
  ...{ reader: 'linkerd', what: 'edges' },
  part: (name) => ({
    edge: {
      ...{ src: 'web', src_namespace: name, dst: name, dst_namespace: name },
      ...{ client_id: `web.${name}`, server_id: `${name}.${name}`, no_tls_reason: '' },
    },
  }),
  whole: (parts) => [listed(parts, 'edge')],
};

const consul: Export = {
  ...{ reader: 'consul', what: 'entries' },
  part: (Name) => ({
    intentions: {
      ...{ Kind: 'service-intentions', Name },
      Sources: [
        { Name: `${Name}-web`, Action: 'allow', Precedence: 9, Type: 'consul' },
        { Name: `${Name}-shop`, Permissions: [{ Action: 'allow', HTTP: { PathPrefix: '/a', Methods: ['GET'] } }] },
      ],
    },
    defaults: { Kind: 'service-defaults', Name, Protocol: 'http', MutualTLSMode: 'permissive' },
  }),
  whole: (parts) => [[...listed(parts, 'intentions'), ...listed(parts, 'defaults')]],
};

const cilium = kubernetes('cilium', 'policies', (name) => ({
  service: service(name),
  policy: object('cilium.io/v2', 'CiliumNetworkPolicy', name, {
    spec: {
      endpointSelector: { matchLabels: { app: name } },
      ingress: [
        {
          fromEndpoints: [{ matchLabels: { app: `${name}-web` } }],
          authentication: { mode: 'required' },
          toPorts: [{ ports: [{ port: '8443', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/' }] } }],
        },
      ],
    },
  }),
}));
const hubble: Export = {
  ...{ reader: 'cilium', what: 'flows' },
  part: (name) => ({
    line: {
      flow: {
        ...{ verdict: 'DROPPED', drop_reason_desc: 'AUTH_REQUIRED', l4: { TCP: { destination_port: 8443 } } },
        source: { namespace: name, labels: [`k8s:app=${name}`], workloads: [{ name: `${name}-web` }] },
        destination: { namespace: name, pod_name: `${name}-0`, workloads: [{ name }] },
        destination_service: { name, namespace: name },
      },
    },
  }),
  whole: (parts) => listed(parts, 'line'),
};

const kiali: Export = {
  ...{ reader: 'kiali', what: 'graph' },
  part: (name) => ({
    node: {
      data: {
        id: name,
        nodeType: 'workload',
        namespace: name,
        workload: name,
        destServices: [{ namespace: name, name }],
      },
    },
    edge: {
      data: {
        id: `${name}-x`,
        source: `${name}-web`,
        target: name,
        isMTLS: '60',
        sourcePrincipal: `spiffe://x/${name}`,
      },
    },
  }),
  whole: (parts) => [
    {
      timestamp: 1773842446,
      graphType: 'workload',
      elements: { nodes: listed(parts, 'node'), edges: listed(parts, 'edge') },
    },
  ],
};

export const MESH_EXPORTS: readonly Export[] = [istio, gateways, linkerd, edges, consul, cilium, hubble, kiali];
