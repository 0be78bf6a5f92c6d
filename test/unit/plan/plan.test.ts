import { describe, expect, test } from 'vitest';
import type { Suite } from '../../../shared/model/names.ts';
import { identitiesOf, planEndpoint } from '../../../shared/plan/plan.ts';
import { SCENARIOS } from '../../../shared/scenario/catalogue.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';

const identities = Object.fromEntries(
  [anIdentity('checkout'), anIdentity('orders'), anIdentity('old', 'expired')].map((identity) => [
    identity.name,
    identity,
  ]),
);
const ids = (
  own: Parameters<typeof anEndpoint>[0],
  suites: readonly Suite[] = ['enforcement', 'isolation', 'certificates'],
) => planEndpoint(anEndpoint(own), identities, suites).checks.map(({ id }) => id);

describe('check ids', () => {
  test('endpoint/scenario, the subject where there are several, controls first', () => {
    expect(ids({})).toEqual([
      'payments/valid-identity/checkout',
      'payments/no-certificate',
      'payments/plaintext',
      'payments/untrusted-issuer',
      'payments/self-signed',
      'payments/lookalike-issuer',
      'payments/leaf-as-issuer',
      'payments/leaf-as-issuer/orders',
      'payments/expired/old',
      'payments/foreign-identity/orders',
      'payments/forged-header',
      'payments/forged-header/orders',
      'payments/sni-bypass/none',
      'payments/sni-bypass/unknown',
      'payments/resumed-identity',
      'payments/missing-intermediate',
      'payments/served-certificate',
      'payments/rotation/checkout',
    ]);
  });
  test('#version only where tlsVersions is set, and never for plaintext', () => {
    const found = ids({ tlsVersions: ['1.2', '1.3'] });
    expect(found).toContain('payments/no-certificate#1.2');
    expect(found).toContain('payments/served-certificate#1.3');
    expect(found.filter((id) => id.includes('plaintext'))).toEqual(['payments/plaintext']);
  });
  test('are unique', () => {
    const found = ids({ tlsVersions: ['1.2', '1.3'], refuses: ['orders', 'other'] });
    expect(new Set(found).size).toBe(found.length);
  });
});

describe('leaf-as-issuer: by the control’s own key, and by another identity’s', () => {
  test.each([
    ['one that it refuses', { refuses: ['orders'] }, ['', '/orders']],
    ['never one with a fault', { refuses: ['old'] }, ['']],
    ['else a second one that it admits', { admits: ['checkout', 'orders'], refuses: [] }, ['', '/orders']],
    ['the first of several', { admits: ['checkout'], refuses: ['old', 'orders', 'other'] }, ['', '/orders']],
    ['none', { refuses: [] }, ['']],
  ] as const)('%s', (_, own, subjects) => {
    const found = ids(own).filter((id) => id.includes('leaf-as-issuer'));
    expect(found).toEqual(subjects.map((subject) => `payments/leaf-as-issuer${subject}`));
  });

  test('whoever signs is loaded, in a run of enforcement too', () => {
    expect(identitiesOf(planEndpoint(anEndpoint(), identities, ['enforcement']))).toContain('orders');
  });
});

describe('suites', () => {
  test('controls and served certificates belong to all; the rest to its own', () => {
    expect(ids({}, ['isolation'])).toEqual([
      'payments/valid-identity/checkout',
      'payments/foreign-identity/orders',
      'payments/forged-header',
      'payments/forged-header/orders',
      'payments/served-certificate',
    ]);
    expect(ids({}, ['certificates'])).toEqual(['payments/valid-identity/checkout', 'payments/served-certificate']);
  });
});

describe('what makes no check', () => {
  test('a scenario without anything to present says what to add', () => {
    expect(planEndpoint(anEndpoint(), identities, ['enforcement']).notCovered).toContainEqual({
      endpoint: 'payments',
      scenario: 'revoked',
      add: 'an identity with fault: revoked',
    });
  });
  test('a scenario that is skipped is not missing', () => {
    const skip = [
      { scenario: 'revoked' as const, reason: 'no CRL' },
      { scenario: 'plaintext' as const, reason: 'health checks' },
    ];
    const plan = planEndpoint(anEndpoint({ skip }), identities, ['enforcement']);
    expect([
      plan.checks.some(({ scenario }) => scenario === 'plaintext'),
      plan.notCovered.some(({ scenario }) => scenario === 'revoked'),
    ]).toEqual([false, false]);
  });
  test('an endpoint that refuses nobody says that isolation is not tested', () => {
    expect(planEndpoint(anEndpoint({ refuses: [] }), identities, ['isolation']).notCovered).toEqual([
      { endpoint: 'payments', scenario: 'foreign-identity', add: 'an identity that it must refuse' },
    ]);
  });
});

test('the identities an endpoint needs: its controls, those it refuses, those with a fault', () => {
  expect(identitiesOf(planEndpoint(anEndpoint(), identities, ['enforcement', 'isolation']))).toEqual([
    'checkout',
    'orders',
    'old',
  ]);
});

test('every scenario has a citation and every forbidden acceptance an explanation and a cure', () => {
  expect(SCENARIOS.length).toBeGreaterThan(10);
  for (const { citation, expects, acceptance } of SCENARIOS) {
    expect(citation).toMatch(/RFC \d+ §|A(mazon|WS) [A-Z]/);
    expect(expects === 'rejected').toBe(acceptance !== null);
  }
});
