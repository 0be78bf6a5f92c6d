/** Which claims of a source speak of an endpoint. */
import { expect, test } from 'vitest';
import type { Claim, ReaderName } from '../../../shared/model/claim.ts';
import { coveredBy } from '../../../shared/verdict/configured/covering.ts';
import { aClaim, NOW } from '../../helpers/claims.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const endpoint = anEndpoint({
  host: 'pay.shop.test',
  port: 443,
  serverName: 'pay.shop.test',
  hostHeader: 'pay.shop.test',
  path: '/',
});
const named = (name: string, own: Partial<Claim['endpoint']>, reader: ReaderName = 'nginx'): Claim => ({
  ...aClaim({ endpoint: { name, hosts: ['pay.shop.test'], ...own } }),
  reader,
});
const found = (claims: readonly Claim[], own: Partial<typeof endpoint> = {}) =>
  coveredBy(
    { ...endpoint, ...own },
    { name: 'mesh', maxAge: 1 },
    { claims: [...claims], certificates: [], readAt: NOW },
  )?.claims.map((claim) => claim.endpoint.name) ?? [];

test.for<[string, readonly Claim[], readonly string[]]>([
  ['another host', [named('a', { hosts: ['other.shop.test'] })], []],
  ['another port', [named('a', { port: 8443 })], []],
  ['any port', [named('a', { port: null })], ['a']],
  ['plain HTTP without a port', [named('a', { port: null, protocol: 'http' })], []],
  ['plain HTTP at its port', [named('a', { protocol: 'http' })], ['a']],
  ['a name with its last dot, in capitals', [named('a', { hosts: ['PAY.shop.test.'] })], ['a']],
  ['a wildcard', [named('a', { hosts: ['*.shop.test'] })], ['a']],
  ['a wildcard of more labels', [named('a', { hosts: ['*.test'] })], []],
  ['its name beside a wildcard', [named('a', { hosts: ['*.shop.test'] }), named('b', {})], ['b']],
  [
    'its name beside a wildcard of another program',
    [named('a', { hosts: ['*.shop.test'] }, 'cilium'), named('b', {})],
    ['a', 'b'],
  ],
  ['another path', [named('a', { path: '/admin' }), named('b', {})], ['b']],
])('%s', ([, claims, names]) => {
  expect(found(claims)).toEqual(names);
});

test.for([
  ['/admin', ['prefix']],
  ['/admin?x=1', ['prefix']],
  ['/admin/users', ['prefix']],
  ['/administrators', ['all']],
  ['/admin/health', ['exact']],
  ['/admin/health/deep', ['prefix']],
])('of %s: %s', ([path, names]) => {
  const claims = [
    named('all', {}),
    named('prefix', { path: '/admin' }),
    named('exact', { path: '/admin/health', exact: true }),
  ];
  expect(found(claims, { path: path as string })).toEqual(names);
});

test('a location of one program leaves in force what another says of all paths', () => {
  const claims = [named('location', { path: '/admin' }), named('sidecar', {}, 'istio')];
  expect(found(claims, { path: '/admin' })).toEqual(['location', 'sidecar']);
});

test('an address in IPv6', () => {
  const own = { host: '2001:db8::1', serverName: null, hostHeader: '[2001:db8::1]:8443', port: 8443 };
  expect(found([named('a', { hosts: ['2001:DB8:0::1'], port: 8443 })], own)).toEqual(['a']);
});
