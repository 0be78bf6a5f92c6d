import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const plan = (own: Partial<Endpoint>) =>
  planEndpoint(anEndpoint(own), {}, ['enforcement', 'isolation', 'certificates']);
const idsOf = (own: Partial<Endpoint>, part: string) =>
  plan(own)
    .checks.map(({ id }) => id)
    .filter((id) => id.includes(part));

const bypass = (url: string, plaintext: boolean) => ({
  url,
  host: 'origin.test',
  port: 80,
  path: '/',
  plaintext,
  serverName: 'origin.test',
  hostHeader: 'origin.test',
});
const sibling = { ...bypass('', false), name: 'open', serverName: 'open.test', method: 'GET', admits: ['orders'] };
const skip = (scenario: 'no-certificate' | 'foreign-identity') => [{ scenario, reason: 'by design' }];

describe('routes', () => {
  const route = { method: 'POST', path: '/audit?x=1', admits: ['orders'] as [string], refuses: ['checkout'] };
  test('@METHOD path before #version; three scenarios', () => {
    expect(idsOf({ routes: [route], tlsVersions: ['1.3'] }, '@')).toEqual([
      'payments/valid-identity/orders@POST /audit?x=1#1.3',
      'payments/no-certificate@POST /audit?x=1#1.3',
      'payments/foreign-identity/checkout@POST /audit?x=1#1.3',
    ]);
  });
  test('ids stay unique with several', () => {
    const ids = plan({ routes: [route, { ...route, method: 'GET' }], tlsVersions: ['1.2', '1.3'] }).checks.map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('bypass-address', () => {
  test('one check a URL and version; none of a version where there is no TLS', () => {
    const bypasses = [bypass('https://origin.test:80/', false), bypass('http://origin.test/', true)];
    expect(idsOf({ bypasses, tlsVersions: ['1.2', '1.3'] }, 'bypass-address')).toEqual([
      'payments/bypass-address/https://origin.test:80/#1.2',
      'payments/bypass-address/https://origin.test:80/#1.3',
      'payments/bypass-address/http://origin.test/',
    ]);
  });
});

describe('sni-bypass', () => {
  test('none, unknown, and each other name; no `none` where the control has no SNI', () => {
    expect(idsOf({ siblings: [sibling, sibling] }, 'sni-bypass')).toEqual([
      'payments/sni-bypass/none',
      'payments/sni-bypass/unknown',
      'payments/sni-bypass/open.test',
    ]);
    expect(idsOf({ serverName: null }, 'sni-bypass')).toEqual(['payments/sni-bypass/unknown']);
    expect(idsOf({ siblings: [{ ...sibling, serverName: 'payments.test' }] }, 'sni-bypass')).toHaveLength(2);
  });
});

describe('what is skipped by design', () => {
  test('who needs no certificate needs no detour either, and nothing is missing', () => {
    const own = { siblings: [sibling], skip: skip('no-certificate') };
    expect([idsOf(own, 'sni-bypass'), idsOf(own, 'resumption')]).toEqual([[], []]);
    expect(idsOf(own, 'forged-header')).toEqual(['payments/forged-header/orders']);
    expect(plan(own).notCovered.map(({ scenario }) => scenario)).not.toContain('resumption');
  });
  test('where every identity may enter, headers are tried by nobody only', () => {
    expect(idsOf({ skip: skip('foreign-identity') }, 'forged-header')).toEqual(['payments/forged-header']);
  });
});
