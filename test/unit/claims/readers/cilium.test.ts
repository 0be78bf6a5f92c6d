/** Policies as docs.cilium.io 1.17 shows them (Mutual Authentication Example: cnp-with-mutual-auth.yaml); flows in the form of flow.proto, one as Cilium 1.16 printed it. */

import { describe, expect, test } from 'vitest';
import { cilium } from '../../../../shared/claims/readers/cilium.ts';
import { listOf, readingBy } from './read-text.ts';

const readText = readingBy(cilium);

const policy = (spec: object, name = 'with-mutual-auth', kind = 'CiliumNetworkPolicy') => ({
  ...{
    apiVersion: 'cilium.io/v2',
    kind,
    metadata: kind.includes('Clusterwide') ? { name } : { name, namespace: 'default' },
  },
  spec: { endpointSelector: { matchLabels: { app: 'echo' } }, ...spec },
});
const service = (targetPort: number | string = 3000) => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'echo', namespace: 'default' } },
  spec: { selector: { app: 'echo' }, ports: [{ port: 8080, targetPort }] },
});
const fromWorker = { fromEndpoints: [{ matchLabels: { app: 'pod-worker' } }] };
const ports = (port: string, rules?: object) => ({
  toPorts: [{ ports: [{ port, protocol: 'TCP' }], ...(rules && { rules }) }],
});
const required = { authentication: { mode: 'required' } };
const read = (...objects: readonly object[]) => {
  const { claims, problems } = readText(listOf(...objects));
  expect(problems).toEqual([]);
  return claims;
};

test('a rule that asks for authentication, at the Service that leads to its pods', () => {
  const rule = { ...fromWorker, ...required, ...ports('3000', { http: [{ method: 'GET', path: '/headers' }] }) };
  const [claim, ...more] = read(policy({ ingress: [rule] }), service());
  expect(more).toEqual([]);
  expect(claim).toMatchObject({
    endpoint: { name: 'default/echo:8080', port: 8080, workload: 'app=echo' },
    clientCertificate: null,
    plaintext: {
      value: 'refused',
      because: 'authentication.mode is required, and Cilium drops what its agents have not authenticated',
    },
    unread: [],
  });
  expect(claim?.notes[0]).toContain('asks for no client certificate');
  expect(claim?.admission?.value).toMatchObject({
    otherwise: 'refuse',
    rules: [
      {
        effect: 'admit',
        all: [
          { field: 'method', any: [{ how: 'regex', text: '^(?:GET)$' }] },
          { field: 'path', any: [{ how: 'regex', text: '^(?:/headers)$' }] },
        ],
        unread: ['items[0].spec.ingress[0].fromEndpoints'],
      },
    ],
  });
});

describe('authentication.mode', () => {
  const plaintext = (...rules: readonly object[]) => read(policy({ ingress: rules }))[0]?.plaintext?.value ?? null;
  test('disabled lets in without it, and silence says nothing', () => {
    expect(plaintext({ ...fromWorker, authentication: { mode: 'disabled' } })).toBe('allowed');
    expect(plaintext(fromWorker)).toBe(null);
    expect(plaintext({ ...fromWorker, ...required }, fromWorker)).toBe(null);
    expect(plaintext({ ...fromWorker, ...required }, { ...fromWorker, authentication: { mode: 'disabled' } })).toBe(
      'allowed',
    );
  });
  test('test-always-fail refuses', () => {
    const [claim] = read(policy({ ingress: [{ ...fromWorker, authentication: { mode: 'test-always-fail' } }] }));
    expect(claim?.plaintext?.value).toBe('refused');
    expect(claim?.admission?.value.rules).toMatchObject([{ effect: 'refuse' }]);
  });
  test('another word is a problem with its place', () => {
    const { problems } = readText(
      listOf(policy({ ingress: [{ ...fromWorker, authentication: { mode: 'require' } }] })),
    );
    expect(problems).toMatchObject([{ path: 'items[0].spec.ingress[0].authentication.mode' }]);
  });
});

describe('whom a policy admits', () => {
  const admission = (spec: object) => read(policy(spec))[0]?.admission?.value;
  test('an empty rule admits nobody, one with ports alone everybody', () => {
    expect(admission({ ingress: [{}] })).toEqual({ rules: [], otherwise: 'refuse' });
    expect(admission({ ingress: [ports('3000')] })?.rules).toMatchObject([{ effect: 'admit', all: [], unread: [] }]);
    expect(admission({ ingress: [{ fromEntities: ['all'] }] })?.rules).toMatchObject([{ unread: [] }]);
    expect(admission({ ingress: [{ fromEntities: ['world'] }] })?.rules).toMatchObject([
      { unread: ['items[0].spec.ingress[0].fromEntities'] },
    ]);
  });
  test('ingressDeny refuses; a policy may deny nothing by default', () => {
    const spec = { ingressDeny: [{ fromEntities: ['all'] }], enableDefaultDeny: { ingress: false } };
    expect(admission(spec)).toMatchObject({ rules: [{ effect: 'refuse' }], otherwise: 'admit' });
  });
  test('policies of the same pods are judged together, also those of the cluster', () => {
    const wide = policy(
      { endpointSelector: { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'default' } }, ingress: [ports('3000')] },
      'wide',
      'CiliumClusterwideNetworkPolicy',
    );
    const [claim, ...more] = read(policy({ ingress: [{ ...fromWorker, ...ports('4000') }] }), wide, service());
    expect(more).toEqual([]);
    expect(claim?.admission).toMatchObject({
      value: { rules: [{ all: [], unread: [] }] },
      because: 'as CiliumNetworkPolicy default/with-mutual-auth and CiliumClusterwideNetworkPolicy wide say',
    });
  });
  test('a port that one names and the other numbers is the pod’s to know', () => {
    const [claim] = read(policy({ ingress: [ports('3000')] }), service('http'));
    expect(claim?.admission?.value.rules).toMatchObject([{ unread: ['items[0].spec.ingress[0].toPorts'] }]);
  });
  test('egress alone says nothing of who comes in', () => {
    expect(read(policy({ egress: [{ toEntities: ['all'] }] }))).toEqual([]);
  });
});

describe('Hubble', () => {
  const flow = (given: object) => ({
    flow: {
      ...{
        time: '2026-09-20T14:56:45.779111730Z',
        verdict: 'FORWARDED',
        IP: { source: '10.0.1.116', destination: '10.0.1.117' },
      },
      l4: { TCP: { source_port: 38160, destination_port: 8080, flags: { SYN: true } } },
      source: { ID: 4070, namespace: 'shop', labels: ['k8s:app=orders'], pod_name: 'orders-6c' },
      destination: {
        ID: 2376,
        namespace: 'payments',
        pod_name: 'checkout-7d',
        workloads: [{ name: 'checkout', kind: 'Deployment' }],
      },
      ...{ Type: 'L3_L4', node_name: 'worker', traffic_direction: 'INGRESS', ...given },
    },
    ...{ node_name: 'worker', time: '2026-09-20T14:56:45.779111730Z' },
  });
  const dropped = (drop_reason_desc: string) => flow({ verdict: 'DROPPED', drop_reason_desc });
  const readFlows = (...flows: readonly object[]) => {
    const { claims, problems } = readText(flows.map((each) => JSON.stringify(each)).join('\n'), 'flows.json');
    expect(problems).toEqual([]);
    return claims;
  };

  test('AUTH_REQUIRED refuses what was not authenticated', () => {
    expect(readFlows(dropped('AUTH_REQUIRED'), dropped('POLICY_DENIED'), dropped('AUTH_REQUIRED'))).toMatchObject([
      {
        endpoint: { name: 'payments/checkout:8080', port: 8080, workload: 'payments/checkout' },
        plaintext: {
          value: 'refused',
          at: { file: 'flows.json', line: 1 },
          because: 'Hubble saw 2 flows dropped with AUTH_REQUIRED, from shop/orders-6c',
        },
        notes: [
          'Hubble saw 2 flows dropped with AUTH_REQUIRED, from shop/orders-6c.',
          'Hubble saw 1 flow dropped with POLICY_DENIED, from shop/orders-6c.',
        ],
      },
    ]);
  });
  test('HTTP that its proxy read was in plain text, and outweighs what was dropped', () => {
    const http = {
      Type: 'L7',
      l7: { type: 'REQUEST', http: { method: 'GET', url: 'http://checkout/' } },
      destination_service: { name: 'checkout', namespace: 'payments' },
    };
    const [claim] = readFlows(flow(http), dropped('AUTH_REQUIRED'));
    expect(claim?.plaintext).toMatchObject({
      value: 'allowed',
      because: 'Hubble saw 1 HTTP request forwarded in plain text, from shop/orders-6c',
    });
    expect(claim?.endpoint.hosts).toContain('checkout.payments.svc');
  });
  test('a connection that was forwarded may have carried TLS: nothing is said', () => {
    expect(readFlows(flow({}), flow({ is_reply: true }))).toEqual([]);
    const [claim] = readFlows(flow({ auth_type: 'SPIRE' }), flow({}));
    expect(claim?.plaintext).toBe(null);
    expect(claim?.notes).toEqual(['Hubble saw 1 flow that Cilium had authenticated, from shop/orders-6c.']);
  });
});
