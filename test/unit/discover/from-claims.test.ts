/** Claims → candidates, and what of them a registry does not watch. */
import { describe, expect, test } from 'vitest';
import { claimOf, said } from '../../../shared/claims/claim-of.ts';
import { fromClaims } from '../../../shared/discover/from-claims.ts';
import { unwatched } from '../../../shared/discover/unwatched.ts';
import type { Condition, Rule } from '../../../shared/model/admission.ts';
import type { Claim } from '../../../shared/model/claim.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const AT = { file: 'mesh.yaml', line: 3, object: null };
const CONTEXT = { source: 'mesh', readAt: 0, now: 0 };
const claim = (endpoint: Partial<Claim['endpoint']>, own: Partial<Claim> = {}): Claim =>
  claimOf('istio', CONTEXT, {
    ...own,
    at: AT,
    endpoint: { name: 'shop/ledger', hosts: ['ledger.corp.example'], ...endpoint },
  });
const is = (field: Condition['field'], ...texts: readonly string[]): Condition => ({
  ...{ field, not: false },
  any: texts.map((text) => ({ how: 'exact', text })),
});
const admit = (...all: readonly Condition[]): Rule => ({ effect: 'admit', all: [...all], unread: [], at: AT });

describe('a claim', () => {
  test('is a candidate with all that a registry has a field for', () => {
    const { candidates } = fromClaims([
      claim(
        { port: 8443, protocol: 'https', labels: { 'app.kubernetes.io/part-of': 'shop' } },
        {
          clientCertificate: said('optional', AT),
          plaintext: said('allowed', AT),
          authorities: said([{ subject: 'CN=Root', sha256: null, notAfter: null }], AT),
          otherWays: [
            { what: 'the node port', url: 'https://n.corp.example:30443/', at: AT },
            { what: 'a sidecar', url: null, at: AT },
          ],
          admission: said(
            {
              otherwise: 'refuse',
              rules: [
                admit(is('spiffe-id', 'spiffe://a', 'spiffe://b')),
                admit(is('spiffe-id', 'spiffe://c'), is('method', 'POST'), is('path', '/x')),
                admit({ ...is('spiffe-id', 'spiffe://d'), not: true }),
                { ...admit(is('spiffe-id', 'spiffe://e')), unread: ['when[0]'] },
                admit(is('namespace', 'n'), is('spiffe-id', 'spiffe://f')),
                admit(is('spiffe-id', 'spiffe://g'), is('method', 'PUT')),
              ],
            },
            AT,
          ),
        },
      ),
    ]);
    expect(candidates).toMatchObject([
      {
        ...{ hosts: ['ledger.corp.example'], port: 8443, owner: 'shop', clientCertificate: 'optional' },
        principals: ['spiffe://a', 'spiffe://b'],
        routes: [{ method: 'POST', path: '/x', principals: ['spiffe://c'] }],
        bypasses: ['https://n.corp.example:30443/'],
        notes: [
          'CAs of client certificates: CN=Root',
          'the source allows plaintext there',
          '1 conditions of who is admitted were not understood',
          'another way in: a sidecar',
        ],
      },
    ]);
  });

  test('without a host is left out; without a protocol https is a guess that it names', () => {
    expect(fromClaims([claim({ hosts: [] })]).leftOut).toMatchObject([{ what: 'shop/ledger', at: AT }]);
    expect(fromClaims([claim({})]).candidates[0]).toMatchObject({
      scheme: 'https',
      notes: [expect.stringContaining('guess')],
    });
    expect(fromClaims([claim({ port: 5432 })]).candidates[0]).toMatchObject({ scheme: 'postgres', notes: [] });
  });
});

test('coverage: by host and port, by another name of the same, and never what asks for no certificate', () => {
  const parsed = parseRegistry(
    'version: 1\nidentities: { a: { secret: x } }\nendpoints:\n  - { name: e, url: "https://192.0.2.7:8443/", serverName: Ledger.corp.example, admits: [a] }\n',
    '/r/registry.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const claims = [
    claim({ port: 8443 }),
    claim({ hosts: ['x', '192.0.2.7'], port: 8443 }),
    claim({ port: 443 }),
    claim({ hosts: ['*.corp.example'], port: 8443 }),
    claim({ hosts: ['*.other.example'], port: 8443 }),
    claim({ hosts: ['open.corp.example'] }, { clientCertificate: said('none', AT) }),
  ];
  expect(unwatched(claims, parsed.value.registry).map(({ hosts, port }) => [hosts[0], port])).toEqual([
    ['ledger.corp.example', 443],
    ['*.other.example', 8443],
  ]);
});
