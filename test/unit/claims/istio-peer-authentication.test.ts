/** Which PeerAuthentication decides, and what the claim then says. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peerDecision } from '../../../shared/claims/readers/istio/istio-peer-authentication.ts';
import { CHECKOUT, claimNamed, peerAuthentication, read } from './istio-support.ts';

const mode = (name: string) => `  mtls: { mode: ${name} }`;
const said = (claim: ReturnType<typeof claimNamed>) => ({
  clientCertificate: claim.clientCertificate?.value,
  plaintext: claim.plaintext?.value,
});
const STRICT = { clientCertificate: 'required', plaintext: 'refused' };
const PERMISSIVE = { clientCertificate: 'required', plaintext: 'allowed' };
const DISABLE = { clientCertificate: 'none', plaintext: 'allowed' };
const FOR_CHECKOUT = '  selector: { matchLabels: { app: checkout } }';

test('a Service’s claim has its names, ports and place', () => {
  const reading = read(CHECKOUT, peerAuthentication('default', 'payments', mode('STRICT')));
  const claim = claimNamed(reading, 'payments/checkout', 443);
  expect(reading.problems).toEqual([]);
  expect(claim.endpoint).toEqual({
    name: 'payments/checkout',
    hosts: [
      ...['checkout.payments.svc.cluster.local', 'checkout.payments.svc', 'checkout.payments'],
      ...['10.0.0.7', 'lb.example.com'],
    ],
    ...{ port: 443, workload: 'app=checkout', protocol: 'https', path: null, labels: { team: 'payments' } },
  });
  expect(claim.clientCertificate).toEqual({
    value: 'required',
    at: { file: 'cluster.yaml', line: 23, object: 'PeerAuthentication payments/default' },
    because: 'the namespace’s policy payments/default decides',
  });
  expect(claim.unread).toEqual([]);
});

describe('whether a policy speaks of it', () => {
  test.for<[string, string[], 'absent' | 'present']>([
    ['none', [], 'absent'],
    ['one of another namespace', [peerAuthentication('default', 'orders', mode('STRICT'))], 'absent'],
    [
      'one for another workload',
      [peerAuthentication('a', 'payments', `  selector: { matchLabels: { app: orders } }\n${mode('STRICT')}`)],
      'absent',
    ],
    ['the namespace’s', [peerAuthentication('default', 'payments', mode('PERMISSIVE'))], 'present'],
    ['the namespace’s, without a mode', [peerAuthentication('default', 'payments', '  mtls: {}')], 'present'],
    ['the mesh’s', [peerAuthentication('default', 'istio-system', mode('STRICT'))], 'present'],
    ['the workload’s', [peerAuthentication('a', 'payments', `${FOR_CHECKOUT}\n${mode('DISABLE')}`)], 'present'],
  ])('%s: %s', ([, policies, value]) => {
    const other = peerAuthentication('other', 'elsewhere', mode('STRICT'));
    expect(claimNamed(read(CHECKOUT, other, ...policies), 'payments/checkout', 443).policy).toBe(value);
  });
});

describe('what STRICT does not reach is not said to be refused', () => {
  const UNSAID = { clientCertificate: undefined, plaintext: undefined };
  const strict = peerAuthentication('default', 'payments', mode('STRICT'));
  const pod = (name: string, container: string, annotations = '{}', labels = '{ app: checkout }') =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: payments, labels: ${labels}, annotations: ${annotations} }\nspec: { containers: [{ name: ${container} }] }`;

  test('one of its workloads has no sidecar', () => {
    const claim = claimNamed(
      read(CHECKOUT, strict, pod('a', 'istio-proxy'), pod('b', 'app', '{}', '{ app: checkout, version: v2 }')),
      ...(['payments/checkout', 443] as const),
    );
    expect(said(claim)).toEqual(UNSAID);
    expect(claim.notes.join()).toContain('has no sidecar');
  });

  test('the sidecar leaves the port out', () => {
    const own = (annotation: string) =>
      read(CHECKOUT, strict, pod('a', 'istio-proxy', `{ traffic.sidecar.istio.io/${annotation} }`));
    const excluded = own('excludeInboundPorts: "8443, 15020"');
    expect(said(claimNamed(excluded, 'payments/checkout', 443))).toEqual(UNSAID);
    expect(said(claimNamed(excluded, 'payments/checkout', 9090))).toEqual(STRICT);
    const included = own('includeInboundPorts: "9090"');
    expect(said(claimNamed(included, 'payments/checkout', 443))).toEqual(UNSAID);
    expect(said(claimNamed(included, 'payments/checkout', 9090))).toEqual(STRICT);
  });

  test('a port by its name may be one that portLevelMtls opens', () => {
    const named = CHECKOUT.replace('targetPort: 8443', 'targetPort: web');
    const own = peerAuthentication(
      'a',
      'payments',
      `${FOR_CHECKOUT}\n${mode('STRICT')}\n  portLevelMtls: { 8443: { mode: DISABLE } }`,
    );
    const claim = claimNamed(read(named, own), 'payments/checkout', 443);
    expect(said(claim)).toEqual(UNSAID);
    expect(claim.notes.join()).toContain('portLevelMtls of payments/a has ports with less than STRICT');
  });

  test('a policy that opens it may be for its workload', () => {
    const own = peerAuthentication(
      'a',
      'payments',
      `  selector: { matchLabels: { version: v1 } }\n${mode('PERMISSIVE')}`,
    );
    expect(said(claimNamed(read(CHECKOUT, strict, own), 'payments/checkout', 443))).toEqual(UNSAID);
  });
});

describe('precedence', () => {
  test('without any policy it is PERMISSIVE, and says why', () => {
    const other = peerAuthentication('default', 'orders', mode('STRICT'));
    const claim = claimNamed(read(CHECKOUT, other), 'payments/checkout', 443);
    expect(said(claim)).toEqual(PERMISSIVE);
    expect(claim.plaintext?.because).toMatch(/^no policy of the namespace or the mesh/);
  });

  test('portLevelMtls is by the workload’s port, and needs a selector', () => {
    const policy = `${FOR_CHECKOUT}\n${mode('STRICT')}\n  portLevelMtls: { 8443: { mode: DISABLE }, 443: { mode: PERMISSIVE } }`;
    const reading = read(CHECKOUT, peerAuthentication('checkout', 'payments', policy));
    expect(said(claimNamed(reading, 'payments/checkout', 443))).toEqual(DISABLE);
    expect(said(claimNamed(reading, 'payments/checkout', 9090))).toEqual(STRICT);
  });

  test('the oldest of several policies of one namespace wins', () => {
    const policies = [
      peerAuthentication('a', 'payments', mode('STRICT'), '2026-02-01T00:00:00Z'),
      peerAuthentication('b', 'payments', mode('PERMISSIVE'), '2026-01-01T00:00:00Z'),
    ];
    const claim = claimNamed(read(CHECKOUT, ...policies), 'payments/checkout', 443);
    expect(claim.plaintext?.because).toMatch(/^the namespace’s policy payments\/b decides/);
  });

  test('an inherited mode of a port is the workload’s, also where its port is not known', () => {
    const at = { file: null, line: null, object: null };
    const policy = {
      ...{ name: 'shop/web', namespace: 'shop', selector: { app: 'web' }, created: 0, unread: [] },
      mode: { mode: 'STRICT' as const, at },
      ports: new Map([[80, { mode: 'UNSET' as const, at }]]),
    };
    const scope = { rootNamespace: 'istio-system', namespace: 'shop', labels: { app: 'web', version: 'v1' } };
    expect(peerDecision([policy], scope, 80).mode).toBe('STRICT');
    expect(peerDecision([policy], scope, null).mode).toBe('STRICT');
    expect(peerDecision([policy], { ...scope, labels: {} }, 80).mode).toBe('PERMISSIVE');
  });

  test('a policy with a selector in the root namespace is for no other namespace', () => {
    const policy = peerAuthentication('checkout', 'istio-system', `${FOR_CHECKOUT}\n${mode('STRICT')}`);
    expect(said(claimNamed(read(CHECKOUT, policy), 'payments/checkout', 443))).toEqual(PERMISSIVE);
  });

  const level = fc.constantFrom('absent', 'UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT');
  test('mesh, namespace, workload, port: the last that says a mode decides', () => {
    fc.assert(
      fc.property(level, level, level, level, (mesh, namespace, workload, port) => {
        const ports = port === 'absent' ? '' : `\n  portLevelMtls: { 8443: { mode: ${port} } }`;
        const own = workload === 'absent' ? '' : `\n${mode(workload)}`;
        const documents = [
          ...(mesh === 'absent' ? [] : [peerAuthentication('default', 'istio-system', mode(mesh))]),
          ...(namespace === 'absent' ? [] : [peerAuthentication('default', 'payments', mode(namespace))]),
          peerAuthentication('checkout', 'payments', `${FOR_CHECKOUT}${own}${ports}`),
        ];
        const deciding = [port, workload, namespace, mesh].find((each) => each !== 'absent' && each !== 'UNSET');
        const expected = { STRICT, PERMISSIVE, DISABLE }[deciding ?? 'PERMISSIVE'];
        expect(said(claimNamed(read(CHECKOUT, ...documents), 'payments/checkout', 443))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('workloads', () => {
  const pod = (name: string, labels: string, containers: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: payments\n  labels: { app: checkout${labels} }\nspec:\n  containers:\n${containers}`;
  const APP = '    - name: app\n      ports: [{ name: web, containerPort: 8080 }]';
  const PROXY = '    - name: istio-proxy';
  const named = CHECKOUT.replace('targetPort: 8443', 'targetPort: web');
  const port = peerAuthentication(
    'c',
    'payments',
    `${FOR_CHECKOUT}\n${mode('STRICT')}\n  portLevelMtls: { 8080: { mode: DISABLE } }`,
  );

  test('a port’s name is the workload’s', () => {
    const reading = read(named, pod('checkout-1', '', `${APP}\n${PROXY}`), port);
    expect(said(claimNamed(reading, 'payments/checkout', 443))).toEqual(DISABLE);
  });

  test('a policy whose selector asks for labels that nobody knows is a note', () => {
    const policy = peerAuthentication(
      'v2',
      'payments',
      `  selector: { matchLabels: { app: checkout, version: v2 } }\n${mode('DISABLE')}`,
    );
    const claim = claimNamed(read(CHECKOUT, policy), 'payments/checkout', 443);
    expect(said(claim)).toEqual(PERMISSIVE);
    expect(claim.notes).toEqual([
      'Whether payments/v2 is for it is not in the source: it asks for labels of the workload.',
    ]);
  });

  test('the weakest workload is what the Service says, and the others are notes', () => {
    const policies = [
      peerAuthentication('default', 'payments', mode('STRICT')),
      peerAuthentication('v2', 'payments', `  selector: { matchLabels: { version: v2 } }\n${mode('DISABLE')}`),
    ];
    const pods = [pod('a-1', ', version: v1', `${APP}\n${PROXY}`), pod('b-1', ', version: v2', `${APP}\n${PROXY}`)];
    const claim = claimNamed(read(CHECKOUT, ...pods, ...policies), 'payments/checkout', 443);
    expect(said(claim)).toEqual(DISABLE);
    expect(claim.notes).toEqual(['Its workload checkout is STRICT: the namespace’s policy payments/default decides.']);
  });

  test('without a sidecar nothing is enforced, whatever the policy says', () => {
    const claim = claimNamed(
      read(named, pod('a', '', APP), peerAuthentication('default', 'payments', mode('STRICT'))),
      'payments/checkout',
      443,
    );
    expect(said(claim)).toEqual({ clientCertificate: undefined, plaintext: undefined });
    expect(claim.notes[0]).toMatch(/Istio enforces no policy there/);
  });

  test('ambient mode takes DISABLE for PERMISSIVE', () => {
    const namespace =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: payments\n  labels: { istio.io/dataplane-mode: ambient }';
    const reading = read(namespace, CHECKOUT, peerAuthentication('default', 'payments', mode('DISABLE')));
    expect(said(claimNamed(reading, 'payments/checkout', 443))).toEqual(PERMISSIVE);
  });
});

describe('without Services', () => {
  test('each namespace, each policy with a selector and each of its ports is a claim', () => {
    const policies = [
      peerAuthentication('default', 'istio-system', mode('STRICT')),
      peerAuthentication('c', 'payments', `${FOR_CHECKOUT}\n  portLevelMtls: { 8443: { mode: DISABLE } }`),
    ];
    const { claims } = read(...policies);
    expect(claims.map((claim) => [claim.endpoint.name, claim.endpoint.port, claim.plaintext?.value])).toEqual([
      ['*', null, 'refused'],
      ['payments/*', null, 'refused'],
      ['payments/app=checkout', null, 'refused'],
      ['payments/app=checkout', 8443, 'allowed'],
    ]);
  });

  test('a namespace of the mesh without a policy is one, too', () => {
    const namespace =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: orders\n  labels: { istio-injection: enabled }';
    const claim = claimNamed(read(namespace), 'orders/*');
    expect(claim.endpoint.hosts).toEqual(['*.orders.svc.cluster.local']);
    expect(claim.plaintext?.because).toMatch(/^no policy of the namespace or the mesh/);
  });
});

describe('retired forms', () => {
  // archive.istio.io/v1.4/docs/tasks/security/authentication/authn-policy
  const mesh =
    'apiVersion: authentication.istio.io/v1alpha1\nkind: MeshPolicy\nmetadata:\n  name: default\nspec:\n  peers:\n  - mtls: {}';
  const policy = (name: string, spec: string) =>
    `apiVersion: authentication.istio.io/v1alpha1\nkind: Policy\nmetadata:\n  name: ${name}\n  namespace: payments\nspec:\n${spec}`;

  test('the service’s overrules the namespace’s, and that one the mesh’s', () => {
    const own = policy(
      'checkout',
      '  targets: [{ name: checkout, ports: [{ number: 443 }] }]\n  peers: [{ mtls: { mode: PERMISSIVE } }]',
    );
    const reading = read(mesh, CHECKOUT, own);
    expect(said(claimNamed(reading, 'payments/checkout', 443))).toEqual(PERMISSIVE);
    expect(said(claimNamed(reading, 'payments/checkout', 9090))).toEqual(STRICT);
    const none = read(mesh, CHECKOUT, policy('default', '  peers: []'));
    expect(said(claimNamed(none, 'payments/checkout', 443))).toEqual(DISABLE);
  });

  test('authPolicy: MUTUAL_TLS is the mesh’s', () => {
    const config =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata:\n  mesh: |-\n    authPolicy: MUTUAL_TLS';
    const claim = claimNamed(
      read(config, CHECKOUT, policy('other', '  targets: [{ name: other }]')),
      'payments/checkout',
      443,
    );
    expect(said(claim)).toEqual(STRICT);
    expect(claim.clientCertificate?.because).toMatch(/^authPolicy is MUTUAL_TLS/);
  });

  test('beside a PeerAuthentication they are a problem, and decide nothing', () => {
    const reading = read(mesh, CHECKOUT, peerAuthentication('default', 'payments', mode('PERMISSIVE')));
    expect(said(claimNamed(reading, 'payments/checkout', 443))).toEqual(PERMISSIVE);
    expect(reading.problems.map(({ message }) => message)).toEqual([expect.stringMatching(/reads this form no more/)]);
  });
});

test('a damaged policy is a problem with its place and path, and nothing else is lost', () => {
  const reading = read(
    CHECKOUT,
    peerAuthentication('default', 'payments', mode('STRIKT')),
    peerAuthentication('default', 'istio-system', mode('STRICT')),
  );
  expect(reading.problems).toEqual([
    {
      at: { file: 'cluster.yaml', line: 23, object: 'PeerAuthentication payments/default' },
      ...{ path: 'spec.mtls.mode', message: '"STRIKT" is none of UNSET, DISABLE, PERMISSIVE, STRICT' },
    },
  ]);
  expect(said(claimNamed(reading, 'payments/checkout', 443))).toEqual(STRICT);
});
