/** What of an export is beside policies: CAs of the mesh, forms of the export itself, and damage. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { pkiOnDisk } from '../../helpers/pki.ts';
import {
  authorizationPolicy,
  CHECKOUT,
  claimNamed,
  destinationRule,
  gateway,
  peerAuthentication,
  read,
} from './istio-support.ts';

const POLICY = peerAuthentication('default', 'payments', '  mtls: { mode: STRICT }');
const configMap = (name: string, key: string, text: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: payments }\ndata:\n  ${key}: |\n${text.trim().replaceAll(/^/gm, '    ')}`;

test('the mesh’s CAs and its list are those of the namespace', async () => {
  const { pki, remove } = await pkiOnDisk();
  remove();
  const root = pki.root.certificatePem;
  const [facts] = certificatesOfPem(root).map(certificateFacts);
  const reading = read(
    CHECKOUT,
    POLICY,
    configMap('istio-ca-root-cert', 'root-cert.pem', root),
    configMap('istio-ca-crl', 'ca-crl.pem', 'x'),
  );
  const claim = claimNamed(reading, 'payments/checkout', 443);
  expect(reading.problems).toEqual([]);
  expect(claim.authorities?.value).toMatchObject([{ subject: facts?.subject, sha256: facts?.sha256 }]);
  expect(claim.revocation?.value).toBe('crl');
  expect(reading.certificates).toMatchObject([{ use: 'authority', sha256: facts?.sha256 }]);
});

test('a damaged CA is a problem; the policies are read', () => {
  const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
  const reading = read(CHECKOUT, POLICY, configMap('istio-ca-root-cert', 'root-cert.pem', damaged));
  expect(reading.problems).toMatchObject([
    { path: 'data["root-cert.pem"]', message: 'a certificate in it is damaged' },
  ]);
  expect(claimNamed(reading, 'payments/checkout', 443)).toMatchObject({
    authorities: null,
    plaintext: { value: 'refused' },
  });
});

test('a list of kubectl says the same as single manifests', () => {
  const object = (kind: string, apiVersion: string, name: string, more: object) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop' },
    ...more,
  });
  const items = [
    object('Service', 'v1', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80, name: 'http' }] } }),
    object('PeerAuthentication', 'security.istio.io/v1beta1', 'default', { spec: { mtls: { mode: 'STRICT' } } }),
  ];
  const claims = (text: string) =>
    readSource([{ name: 'x.json', text }], { source: 'x', readAt: 0, now: 0 }).claims.map((claim) => [
      ...[claim.endpoint, claim.clientCertificate?.value, claim.plaintext?.because],
    ]);
  const list = claims(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
  expect(list).toHaveLength(1);
  expect(list).toEqual(claims(JSON.stringify(items)));
  expect(list).toEqual(claims(items.map((item) => JSON.stringify(item)).join('\n')));
});

test('a ConfigMap whose data is a list stops nothing', () => {
  const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: [a]';
  const { claims, problems } = read(config, CHECKOUT, POLICY);
  expect([claims.length, problems.length]).toEqual([2, 0]);
});

test('whatever stands in an export, reading it never throws', () => {
  const text = [
    ...[
      CHECKOUT,
      peerAuthentication(
        'c',
        'payments',
        '  selector: { matchLabels: { app: checkout } }\n  portLevelMtls: { 8443: { mode: STRICT } }',
      ),
    ],
    authorizationPolicy(
      'p',
      'payments',
      '  rules:\n  - from: [{ source: { principals: ["a/*"] } }]\n    to: [{ operation: { paths: ["/{*}"], ports: ["1"] } }]\n    when: [{ key: source.ip, values: [a] }]',
    ),
    destinationRule(
      'd',
      'payments',
      '  host: checkout\n  trafficPolicy: { tls: { mode: SIMPLE }, portLevelSettings: [{ port: { number: 443 } }] }',
    ),
    gateway(
      'g',
      'edge',
      '  selector: { a: b }\n  servers: [{ port: { number: 443, protocol: HTTPS }, hosts: ["*"], tls: { mode: MUTUAL, subjectAltNames: [a] } }]',
    ),
    'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: payments, labels: { app: checkout } }\nspec: { containers: [{ name: istio-proxy, ports: [{ name: a, containerPort: 1 }] }] }',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata:\n  mesh: |-\n    trustDomain: x',
    'apiVersion: authentication.istio.io/v1alpha1\nkind: Policy\nmetadata: { name: a, namespace: payments }\nspec: { targets: [{ name: checkout }], peers: [{ mtls: {} }] }',
  ].join('\n---\n');
  const put = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('[]', '{}', 'null', '[{}]', '1', '"*"', '{ a: [b] }'),
  );
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(30), put, (at, length, instead) => {
      const damaged = text.slice(0, at) + instead + text.slice(at + length);
      readSource([{ name: 'x.yaml', text: damaged }], { source: 'x', readAt: 0, now: 0 });
    }),
    { numRuns: 60 },
  );
  // Each value of each field, by one of another kind.
  const values = [...text.matchAll(/(?<=[:[] )("[^"]*"|[\w./*-]+|\{[^{}]*\})/g)];
  for (const { index, 0: value } of values)
    readSource([{ name: 'x.yaml', text: `${text.slice(0, index)}[x]${text.slice(index + value.length)}` }], {
      source: 'x',
      readAt: 0,
      now: 0,
    });
});
