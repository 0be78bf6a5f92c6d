/** A graph in the form that Kiali 2.x answers with (graph/config/cytoscape of kiali): the Bookinfo demo of Istio. */

import { expect, test } from 'vitest';
import { kiali } from '../../../../shared/claims/readers/kiali.ts';
import { readingBy } from './read-text.ts';

const readText = readingBy(kiali);

const node = (id: string, workload: string, more: object = {}) => ({
  data: { id, nodeType: 'workload', cluster: 'Kubernetes', namespace: 'bookinfo', workload, app: workload, ...more },
});
const edge = (source: string, target: string, more: object) => ({
  data: { id: `${source}-${target}`, source, target, traffic: { protocol: 'http', rates: { http: '0.98' } }, ...more },
});
const service = { destServices: [{ cluster: 'Kubernetes', namespace: 'bookinfo', name: 'details' }] };
const principal = 'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-productpage';
const graph = (...edges: readonly object[]) =>
  JSON.stringify(
    {
      ...{ timestamp: 1773842446, duration: 600, graphType: 'workload' },
      elements: {
        nodes: [
          node('a', 'productpage-v1'),
          node('b', 'details-v1', service),
          node('c', 'legacy', { namespace: 'default' }),
        ],
        edges,
      },
    },
    null,
    2,
  );
const read = (...edges: readonly object[]) => {
  const { claims, problems } = readText(graph(...edges), 'graph.json');
  expect(problems).toEqual([]);
  return claims;
};

test('an edge with less than all of its requests is plaintext that was let in', () => {
  const claims = read(
    edge('a', 'b', { isMTLS: '60', sourcePrincipal: principal, destPrincipal: 'x' }),
    edge('c', 'b', { sourcePrincipal: 'unknown', destPrincipal: 'unknown' }),
  );
  expect(claims).toMatchObject([
    {
      endpoint: {
        name: 'bookinfo/details-v1',
        hosts: ['details.bookinfo.svc.cluster.local', 'details.bookinfo.svc', 'details.bookinfo'],
      },
      readAt: '2026-03-18T14:00:46.000Z',
      plaintext: {
        value: 'allowed',
        because: 'Kiali saw mutual TLS on 0 % of the requests from default/legacy, and on less than all from 1 more',
      },
      admission: {
        value: {
          rules: [{ all: [{ field: 'spiffe-id', any: [{ how: 'exact', text: principal }] }] }],
          otherwise: 'unsaid',
        },
      },
    },
  ]);
});

test('all of them does not say that plaintext is refused, and an edge of which it knows nothing says nothing', () => {
  const [claim] = read(edge('a', 'b', { isMTLS: '100', sourcePrincipal: principal }), edge('c', 'b', {}));
  expect(claim?.plaintext).toBe(null);
  expect(claim?.notes).toEqual(['Kiali saw mutual TLS on all requests to it.']);
  expect(read(edge('c', 'b', {}))).toEqual([]);
});

test('a share that is no number is a problem with its line', () => {
  const { claims, problems } = readText(graph(edge('a', 'b', { isMTLS: 'most' })), 'graph.json');
  expect(claims).toEqual([]);
  expect(problems).toMatchObject([{ path: 'elements.edges[0].data.isMTLS', message: 'expected a number' }]);
});
