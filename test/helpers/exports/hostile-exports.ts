/** Exports in which a text stands wherever whoever may write to a cluster or an account can put one. */
import { kubernetes, object, service } from './export-parts.ts';

/** Each would do something where it is shown: open a link, run, begin a line or an annotation, call people, move a cursor, turn text around. */
export const HOSTILE_NAMES = [
  'a\n\n## b\r\n- [x](http://evil.example/) \u2028c',
  '](http://evil.example/x) ![y](https://evil.example/y.png) www.evil.example',
  '</script><script>alert(1)</script>"\'><img src=x onerror=alert(1)>',
  '$(touch pwned) ; touch pwned & | > pwned',
  '`touch pwned` ``` ~~~ $IFS | cell | *bold* _it_',
  '\n::error file=x,line=1::pwned %0A::error::pwned',
  '@here <!channel> <@U1> @everyone',
  '\u001b[2J\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007\u009b31m\u0000',
  '\u202ereversed\u2066\u200b\ufeff',
  ': # - { [ & * ! | > % "\' \\ \t---',
] as const;

/** Characters that move a terminal’s cursor, hide text or turn it around. */
export const MOVING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const SECURITY = 'security.istio.io/v1';
const NETWORKING = 'networking.istio.io/v1';

/** `index`: of the hosts `gateway-0.corp.example` and so on. */
const ofMesh = (text: string, index: number) => ({
  service: service(text),
  peer: object(SECURITY, 'PeerAuthentication', text, {
    spec: { selector: { matchLabels: { app: text } }, mtls: { mode: 'PERMISSIVE' }, [text]: text },
  }),
  damaged: object(SECURITY, 'PeerAuthentication', `${text}-2`, {
    spec: { selector: { matchLabels: { app: text } }, mtls: { mode: text }, portLevelMtls: { [text]: { mode: text } } },
  }),
  policy: object(SECURITY, 'AuthorizationPolicy', text, {
    spec: {
      ...{ selector: { matchLabels: { app: text } }, action: 'ALLOW' },
      rules: [
        {
          from: [{ source: { principals: [text], notNamespaces: [text], [text]: [text] } }],
          to: [{ operation: { methods: [text], paths: [`/${text}`], hosts: [text] } }],
          when: [{ key: text, values: [text] }],
        },
      ],
    },
  }),
  rule: object(NETWORKING, 'DestinationRule', text, {
    spec: {
      host: `${text}.${text}.svc.cluster.local`,
      subsets: [{ name: text }],
      trafficPolicy: { tls: { mode: 'DISABLE' } },
    },
  }),
  gateway: object(NETWORKING, 'Gateway', text, {
    spec: {
      selector: { istio: text },
      servers: [
        {
          ...{ port: { number: 443, name: text, protocol: 'HTTPS' }, hosts: [`gateway-${index}.corp.example`, text] },
          tls: { mode: 'OPTIONAL_MUTUAL', credentialName: text, caCertificates: text },
        },
      ],
    },
  }),
});

const ofCloud = (text: string, index: number) => {
  const balancer = `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/${text}/${index}`;
  const listener = (port: number, more: object) => ({
    ...{ ListenerArn: `${balancer.replace(':loadbalancer/', ':listener/')}/${port}`, LoadBalancerArn: balancer },
    ...{ Port: port, Protocol: 'HTTPS', SslPolicy: text, DefaultActions: [{ Type: 'forward', TargetGroupArn: text }] },
    ...{ [text]: text, ...more },
  });
  return {
    balancer: { LoadBalancerArn: balancer, LoadBalancerName: text, DNSName: `balancer-${index}.corp.example` },
    listeners: [
      listener(443, { MutualAuthentication: { Mode: 'verify', TrustStoreArn: `${text}${index}` } }),
      listener(8443, { MutualAuthentication: { Mode: 'passthrough' } }),
      listener(9443, { MutualAuthentication: { Mode: text } }),
    ],
    store: { TrustStoreArn: `${text}${index}`, Name: text, Status: text },
    domain: {
      ...{ domainName: text, domainNameArn: text, regionalDomainName: `domain-${index}.corp.example` },
      ...{ securityPolicy: text, endpointConfiguration: { types: [text] } },
      mutualTlsAuthentication: { truststoreUri: `s3://${text}`, truststoreVersion: text, truststoreWarnings: [text] },
    },
  };
};

export type HostileFile = { readonly name: string; readonly text: string };

/** As a cluster and an account print them. */
export const hostileExports = (texts: readonly string[]): readonly HostileFile[] => {
  const mesh = kubernetes('istio', 'hostile', (text) => ofMesh(text, texts.indexOf(text)));
  const [list] = mesh.whole(texts.map((text) => [text, mesh.part(text)]));
  const cloud = texts.map(ofCloud);
  const documents = {
    'istio.json': list,
    'load-balancers.json': { LoadBalancers: cloud.map(({ balancer }) => balancer) },
    'listeners.json': { Listeners: cloud.flatMap(({ listeners }) => listeners) },
    'trust-stores.json': { TrustStores: cloud.map(({ store }) => store) },
    'domain-names.json': { items: cloud.map(({ domain }) => domain) },
  };
  return Object.entries(documents).map(([name, document]) => ({ name, text: JSON.stringify(document, null, 1) }));
};
