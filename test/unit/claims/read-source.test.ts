/** What reading a source does with documents that nobody knows, that are empty, and that only look like a reader’s. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const read = (text: string) => readSource([{ name: 'all.yaml', text }], { source: 'all', readAt: now, now });

const STRICT = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: payments }
spec: { mtls: { mode: STRICT } }`;

describe('a document whose recognition meets a damaged field', () => {
  test.for([
    ['of Traefik', 'entryPoints: { web: 3 }\nhttp: 4'],
    ['of Traefik’s API', 'routers: { a: 1 }\nservices: { b: 2 }\nhttp: [1]'],
    ['an object of Kubernetes', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: [1] }'],
    [
      'of Linkerd',
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: { linkerd.io/inject: [1] } }',
    ],
  ])('%s: loses nothing else', ([, damaged]) => {
    const { claims } = read(`${damaged}\n---\n${STRICT}`);
    expect(claims.map(({ endpoint }) => endpoint.name)).toContain('payments/*');
  });

  test('is named with the field that is damaged', () => {
    expect(read('entryPoints: { web: 3 }\nhttp: 4').problems).toMatchObject([
      { at: { file: 'all.yaml', line: 2 }, path: 'http', message: 'expected a map, found a single value' },
    ]);
  });
});

test('a document of YAML without content is no problem', () => {
  const { claims, problems } = read(`---\n---\n# nothing here\n---\n${STRICT}\n---\n`);
  expect(problems).toEqual([]);
  expect(claims).toHaveLength(1);
});
