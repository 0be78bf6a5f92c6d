/** Sources in the forms that their own documentation shows; what they name, and what they leave out. */
import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../../shared/discover/candidate.ts';
import { findCandidates } from '../../../shared/discover/find-candidates.ts';

const NOW = Date.parse('2027-03-23T09:30:00Z');
const find = (files: Readonly<Record<string, string | object>>) =>
  findCandidates(
    Object.entries(files).map(([name, text]) => ({
      name,
      text: typeof text === 'string' ? text : JSON.stringify(text, null, 1),
    })),
    { source: 'test', readAt: NOW, now: NOW, pathIn: (_, path) => path },
  );
const brief = ({ name, scheme, hosts, port, path }: Candidate) =>
  `${name} ${scheme}://${hosts[0]}:${port ?? ''}${path}`;

/** As in prometheus.io/docs/prometheus/latest/configuration and blackbox_exporter 0.27's README and CONFIGURATION.md. */
const PROMETHEUS = `scrape_configs:
  - job_name: mtls
    metrics_path: /probe
    params: { module: [http_mtls] }
    static_configs:
      - targets: ["https://payments.corp.example:8443/healthz", ledger.corp.example]
        labels: { team: team-payments }
    file_sd_configs: [{ files: [targets/*.json] }]
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { target_label: __address__, replacement: "127.0.0.1:9115" }
  - job_name: brokers
    metrics_path: /probe
    params: { module: [tcp_tls] }
    static_configs: [{ targets: ["broker.corp.example:9094"] }]
  - job_name: rewritten
    metrics_path: /probe
    params: { module: [http_mtls] }
    static_configs: [{ targets: [a] }]
    relabel_configs: [{ source_labels: [__address__], regex: "(.*):80", target_label: __param_target }]
  - job_name: node
    static_configs: [{ targets: ["n1:9100", "n2:9100"] }]
  - job_name: kubelet
    scheme: https
    tls_config: { ca_file: ca.pem, cert_file: k.crt, key_file: k.key }
    kubernetes_sd_configs: [{ role: node }]
    static_configs: [{ targets: ["kubelet.corp.example:10250"] }]
`;
const BLACKBOX = `modules:
  http_mtls:
    prober: http
    http: { tls_config: { ca_file: pki/ca.pem, cert_file: pki/c.crt, key_file: pki/c.key } }
  tcp_tls: { prober: tcp, tcp: { tls: true, tls_config: { server_name: broker } } }
  icmp: { prober: icmp }
`;

describe('Prometheus', () => {
  test('targets are asked as their modules ask them; what has no TLS is left out with its reason', () => {
    const targets = [{ targets: ['https://late.corp.example'], labels: { owner: 'team-late' } }];
    const { candidates, leftOut, problems } = find({
      'prometheus.yml': PROMETHEUS,
      'blackbox.yml': BLACKBOX,
      'targets/a.json': targets,
    });
    expect(problems).toEqual([]);
    expect(candidates.map(brief)).toEqual([
      'payments.corp.example-8443 https://payments.corp.example:8443/healthz',
      'late.corp.example https://late.corp.example:',
      'broker.corp.example-9094 tls://broker.corp.example:9094',
      'kubelet.corp.example-10250 https://kubelet.corp.example:10250/metrics',
    ]);
    expect(candidates.map(({ owner }) => owner)).toEqual(['team-payments', 'team-late', null, null]);
    expect(candidates[0]).toMatchObject({
      identity: { name: 'http_mtls', certificate: 'pki/c.crt', privateKey: 'pki/c.key' },
      ca: { file: 'pki/ca.pem' },
      at: { file: 'prometheus.yml', line: 6 },
    });
    expect(candidates[2]?.serverName).toBe('broker');
    expect(leftOut.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'job mtls: ledger.corp.example: a target without https:// is asked without TLS',
      'job rewritten: relabel_configs rewrites its targets: which are asked is not in the file as it stands',
      'job node: 2 targets: Prometheus scrapes it over http',
      'job kubelet: kubernetes_sd_configs: its targets are not in the file',
    ]);
  });

  test('a module that no file has is named', () => {
    expect(find({ 'p.yml': PROMETHEUS }).leftOut.map(({ why }) => why)).toContain(
      'no file that was given has the module "tcp_tls" (blackbox.yml)',
    );
  });

  test('a damaged target loses nothing else', () => {
    const { candidates, problems } = find({
      'p.yml': PROMETHEUS.replace('ledger.corp.example]', '{ a: b }]'),
      'b.yml': BLACKBOX,
    });
    expect(problems).toMatchObject([
      { at: { file: 'p.yml', line: 6 }, message: 'expected a single value, found a map' },
    ]);
    expect(candidates.map(brief)).toContain('payments.corp.example-8443 https://payments.corp.example:8443/healthz');
  });
});

test('gatus: endpoints with TLS, and the client certificate that it presents (README.md of github.com/TwiN/gatus)', () => {
  const config = `endpoints:
  - name: api
    group: core
    url: "https://api.corp.example/health"
    client: { insecure: true, tls: { certificate-file: c.pem, private-key-file: c.key } }
  - { name: ping, url: "icmp://api.corp.example" }
  - { name: off, enabled: false, url: "https://off.corp.example" }
  - { name: mail, url: "starttls://smtp.corp.example:587" }
`;
  const { candidates, leftOut } = find({ 'gatus.yaml': config });
  expect(candidates.map(brief)).toEqual(['core-api https://api.corp.example:/health']);
  expect(candidates[0]).toMatchObject({
    identity: { certificate: 'c.pem' },
    notes: ['gatus does not verify the server there'],
  });
  expect(leftOut.map(({ what, at }) => [what, at.line])).toEqual([
    ['ping', 6],
    ['off', 7],
    ['mail', 8],
  ]);
});

describe('CSV', () => {
  test('has a header row, quotation marks, and columns that people use', () => {
    const csv =
      '﻿Name,URL,Team,admits,colour\r\n"Pay, ments",https://p.corp.example:8443/x,"team ""a""","a b",red\r\n\r\nbare,b.corp.example:9443,,,\r\n,,x,,\r\nbad,https://a b,,,\r\n';
    const { candidates, leftOut, problems } = find({ 'e.csv': csv });
    expect(candidates.map(brief)).toEqual([
      'Pay, ments https://p.corp.example:8443/x',
      'bare https://b.corp.example:9443',
    ]);
    expect(candidates[0]).toMatchObject({ owner: 'team "a"', admits: ['a', 'b'], at: { line: 2 } });
    expect(leftOut.map(({ why, at }) => [why, at.line])).toEqual([
      ['its row has neither a URL nor a host', 5],
      ['"https://a b" is no URL and no host, or has a password', 6],
    ]);
    expect(problems).toMatchObject([{ path: 'colour', message: 'no entry takes this column' }]);
  });

  test('with semicolons, host and port; a stray quotation mark ends it at its line', () => {
    const { candidates, problems } = find({ 'e.csv': 'host;port;scheme\ndb.corp.example;5432;postgres\nx"y;1;\n' });
    expect(candidates.map(brief)).toEqual(['db.corp.example postgres://db.corp.example:5432']);
    expect(problems).toMatchObject([{ at: { line: 3 } }]);
  });
});

test('a password in an address is never shown', () => {
  const targets = [{ targets: ['https://u:hunter2@p.corp.example', 'u:hunter2@p.corp.example:1'], labels: {} }];
  const gatus = { endpoints: [{ url: 'https://u:hunter2@p.corp.example' }] };
  const found = find({ 'a.json': targets, 'b.yaml': gatus, 'c.csv': 'name,url\n,https://u:hunter2@p.corp.example\n' });
  expect(found.leftOut).toHaveLength(3);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

const object = (kind: string, apiVersion: string, name: string, rest: object, metadata: object = {}) => ({
  ...{ apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata } },
  ...rest,
});

/** Objects in the shape of `kubectl get … -o json` (Kubernetes 1.34, Gateway API 1.4; ingress-nginx' example of client certificates). */
describe('Kubernetes', () => {
  const list = (...items: readonly object[]) => find({ 'cluster.json': { apiVersion: 'v1', kind: 'List', items } });
  const NGINX = 'nginx.ingress.kubernetes.io/';

  test.each([
    [{ [`${NGINX}auth-tls-secret`]: 'shop/ca' }, 'required'],
    [{ [`${NGINX}auth-tls-secret`]: 'shop/ca', [`${NGINX}auth-tls-verify-client`]: 'optional' }, 'optional'],
    [
      { [`${NGINX}auth-tls-secret`]: 'shop/ca', [`${NGINX}auth-tls-verify-client`]: 'optional_no_ca' },
      'passed-through',
    ],
    [{ [`${NGINX}ssl-passthrough`]: 'true' }, 'passed-through'],
    [{}, 'none'],
  ])('an Ingress with %j: %s', (annotations, clientCertificate) => {
    const spec = {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['a.corp.example'], secretName: 't' }],
      rules: [{ host: 'a.corp.example' }],
    };
    const { candidates } = list(
      object('Ingress', 'networking.k8s.io/v1', 'api', { spec }, { annotations, labels: { team: 'a' } }),
    );
    expect(candidates).toMatchObject([
      { name: 'shop-api', hosts: ['a.corp.example'], scheme: 'https', clientCertificate, owner: 'a' },
    ]);
  });

  test('Services: ports that speak TLS by name, appProtocol or number', () => {
    const service = (name: string, port: object, rest: object = {}) =>
      object('Service', 'v1', name, {
        spec: { ports: [port], ...rest },
        status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } },
      });
    const { candidates, leftOut } = list(
      service('a', { port: 8443 }),
      service('b', { port: 9000, appProtocol: 'kubernetes.io/grpcs' }),
      service('c', { port: 5432, name: 'postgres' }),
      service('d', { port: 80, name: 'http' }),
      service('e', { port: 443 }, { type: 'ExternalName' }),
    );
    expect(candidates.map(brief)).toEqual([
      'shop-a https://192.0.2.7:8443/',
      'shop-b grpcs://192.0.2.7:9000',
      'shop-c postgres://192.0.2.7:5432',
    ]);
    expect(candidates[0]?.hosts).toContain('a.shop.svc.cluster.local');
    expect(leftOut.map(({ what }) => what)).toEqual(['Service shop/d', 'Service shop/e']);
  });

  test('Gateways: listeners with the hosts of their routes, and what the frontend verifies', () => {
    const gateway = object('Gateway', 'gateway.networking.k8s.io/v1', 'edge', {
      spec: {
        tls: {
          frontend: {
            default: { validation: { caCertificateRefs: [{ name: 'ca' }] } },
            perPort: [
              {
                port: 8443,
                tls: { validation: { caCertificateRefs: [{ name: 'ca' }], mode: 'AllowInsecureFallback' } },
              },
              { port: 9443, tls: {} },
            ],
          },
        },
        listeners: [
          { name: 'web', protocol: 'HTTPS', port: 443, hostname: '*.corp.example', tls: { mode: 'Terminate' } },
          { name: 'soft', protocol: 'HTTPS', port: 8443, hostname: 'soft.corp.example' },
          { name: 'open', protocol: 'HTTPS', port: 9443, hostname: 'open.corp.example' },
          { name: 'through', protocol: 'TLS', port: 6443, hostname: 'db.corp.example', tls: { mode: 'Passthrough' } },
          { name: 'plain', protocol: 'HTTP', port: 80 },
        ],
      },
    });
    const route = object('GRPCRoute', 'gateway.networking.k8s.io/v1', 'r', {
      spec: { parentRefs: [{ name: 'edge', sectionName: 'web' }], hostnames: ['prices.corp.example'] },
    });
    const { candidates, leftOut } = list(gateway, route);
    expect(candidates.map((each) => [brief(each), each.clientCertificate])).toEqual([
      ['shop-edge-web grpcs://prices.corp.example:443', 'required'],
      ['shop-edge-soft https://soft.corp.example:8443/', 'optional'],
      ['shop-edge-open https://open.corp.example:9443/', 'none'],
      ['shop-edge-through tls://db.corp.example:6443', 'passed-through'],
    ]);
    expect(leftOut.map(({ what }) => what)).toEqual(['listener shop-edge-plain']);
  });

  test('a damaged object loses nothing else, and a kind that is no endpoint’s is passed over', () => {
    const good = object('Service', 'v1', 'a', { spec: { ports: [{ port: 443 }] } });
    const bad = object('Service', 'v1', 'b', { spec: { ports: 7 } });
    const { candidates, problems } = list(good, bad, object('Role', 'rbac.authorization.k8s.io/v1', 'r', {}));
    expect(candidates).toHaveLength(1);
    expect(problems).toMatchObject([
      {
        at: { file: 'cluster.json', object: 'Service shop/b' },
        path: 'items[1].spec.ports',
        message: 'expected a list, found a single value',
      },
    ]);
  });
});
