import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Admission, Condition, Rule } from '../../../shared/model/admission.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { accessCollector } from '../../../shared/overview/access.ts';
import { configuredDifferences } from '../../../shared/overview/configured-access.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { judgeConfigured } from '../../../shared/verdict/configured/configured-checks.ts';
import { coveredBy } from '../../../shared/verdict/configured/covering.ts';
import { type ClientNames, decide } from '../../../shared/verdict/configured/decision.ts';
import { aClaim, aCovered, HERE, here, NOW } from '../../helpers/claims.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { fail, pass, unsure } from '../../helpers/judged.ts';

const client = (account: string, own: Partial<ClientNames> = {}): ClientNames => ({
  ...{ subject: `CN=${account}, OU=Shop`, dnsNames: [`${account}.shop.test`], sha256: 'ab' },
  uris: [`spiffe://cluster.local/ns/shop/sa/${account}`],
  ...own,
});
const REQUEST = { method: 'GET', path: '/orders?page=2', host: 'payments.test' };
const when = (
  field: Condition['field'],
  how: Condition['any'][number]['how'],
  text: string,
  not = false,
): Condition => ({
  ...{ field, not, any: [{ how, text }] },
});
const rule = (effect: Rule['effect'], all: readonly Condition[], unread: string[] = []): Rule => ({
  ...{ effect, all: [...all], unread, at: HERE },
});
const AT = { host: 'payments.test', port: 443, serverName: 'payments.test', hostHeader: 'payments.test', path: '/' };
const says = (admission: Admission, who: ClientNames | null = client('orders')) => decide(admission, who, REQUEST).says;
const orders = when('service-account', 'exact', 'orders');

describe('whom rules admit', () => {
  test.each<[string, Rule[], Admission['otherwise'], string]>([
    ['nobody speaks of it, and it is admitted', [], 'admit', 'admitted'],
    ['nobody speaks of it, and it is refused', [], 'refuse', 'refused'],
    ['nobody speaks of it, and nothing is said', [], 'unsaid', 'unknown'],
    ['a rule admits it', [rule('admit', [orders])], 'refuse', 'admitted'],
    ['a rule refuses what another admits', [rule('admit', [orders]), rule('refuse', [orders])], 'refuse', 'refused'],
    ['somebody else is asked', [rule('ask', []), rule('admit', [orders])], 'refuse', 'unknown'],
    ['somebody else is asked, and a rule refuses', [rule('ask', []), rule('refuse', [orders])], 'admit', 'refused'],
    ['a condition is not understood', [rule('admit', [orders], ['when[0]'])], 'refuse', 'unknown'],
    [
      'a refusal is not understood',
      [rule('refuse', [orders], ['when[0]']), rule('admit', [orders])],
      'refuse',
      'unknown',
    ],
    [
      'what is not understood is about somebody else',
      [rule('refuse', [when('service-account', 'exact', 'audit')], ['when[0]'])],
      'admit',
      'admitted',
    ],
    ['there was no decision', [rule('undefined', [orders])], 'unsaid', 'unknown'],
    [
      'every name but its own',
      [rule('admit', [when('service-account', 'exact', 'orders', true)])],
      'refuse',
      'refused',
    ],
    ['a pattern of another syntax', [rule('admit', [when('spiffe-id', 'regex', '(?=x)')])], 'refuse', 'unknown'],
    ['by method', [rule('admit', [orders, when('method', 'exact', 'POST')])], 'refuse', 'refused'],
    ['by path, without its query', [rule('admit', [when('path', 'suffix', '/orders')])], 'refuse', 'admitted'],
    ['by a part of its subject', [rule('admit', [when('subject-ou', 'exact', 'Shop')])], 'refuse', 'admitted'],
    [
      'by a DNS name in capitals',
      [rule('admit', [when('san-dns', 'exact', 'ORDERS.shop.test')])],
      'refuse',
      'admitted',
    ],
    ['by namespace', [rule('admit', [when('namespace', 'prefix', 'sh')])], 'refuse', 'admitted'],
    ['by any SPIFFE ID', [rule('admit', [when('spiffe-id', 'present', '')])], 'refuse', 'admitted'],
    ['by a pattern', [rule('admit', [when('san-uri', 'regex', '^spiffe://[^/]+/ns/shop/')])], 'refuse', 'admitted'],
    ['by text within', [rule('admit', [when('san-uri', 'contains', '/ns/shop/')])], 'refuse', 'admitted'],
  ])('%s', (_, rules, otherwise, expected) => expect(says({ rules, otherwise })).toBe(expected));

  test('a client without a certificate has no name: what must not be one refuses it, too', () => {
    expect(says({ rules: [rule('admit', [when('spiffe-id', 'present', '')])], otherwise: 'refuse' }, null)).toBe(
      'refused',
    );
    expect(says({ rules: [rule('refuse', [when('spiffe-id', 'exact', 'x', true)])], otherwise: 'admit' }, null)).toBe(
      'refused',
    );
  });

  test('law: a rule that refuses decides, wherever it stands', () => {
    const effects = fc.constantFrom<Rule['effect']>('admit', 'refuse', 'ask', 'undefined');
    fc.assert(
      fc.property(
        fc.array(effects, { maxLength: 6 }),
        fc.constantFrom('admit', 'refuse', 'unsaid'),
        (all, otherwise) => {
          const decision = says({ rules: all.map((effect) => rule(effect, [orders])), otherwise });
          if (all.includes('refuse')) expect(decision).toBe('refused');
          else if (all.includes('ask')) expect(decision).toBe('unknown');
          expect(says({ rules: all.toReversed().map((effect) => rule(effect, [orders])), otherwise })).toBe(decision);
        },
      ),
    );
  });
});

describe('rules beside the registry and the wire', () => {
  const endpoint = anEndpoint({ sources: { mesh: null }, admits: ['checkout'], refuses: ['orders'] });
  const checks = planEndpoint(endpoint, {}, ['isolation']).checks.filter(
    ({ scenario }) => scenario === 'configured-access',
  );
  const names = new Map([
    ['checkout', client('checkout')],
    ['orders', client('orders')],
  ]);
  const control = (own: Partial<CheckResult> = {}) => pass({ scenario: 'valid-identity', subject: 'checkout', ...own });
  const kept = pass({
    id: 'payments/foreign-identity/orders',
    scenario: 'foreign-identity',
    subject: 'orders',
    code: 'REJECTED_BY_HTTP_STATUS',
  });
  const open = fail('ACCEPTED_FOREIGN_IDENTITY', {
    id: 'payments/foreign-identity/orders',
    scenario: 'foreign-identity',
    subject: 'orders',
    cause: 'ANY_IDENTITY_ACCEPTED',
  });
  const judged = (admission: Admission, results: readonly CheckResult[]) =>
    judgeConfigured(checks, new Map([['mesh', aCovered([aClaim({ admission: here(admission) })])]]), {
      ...{ endpoint, results, servedChains: [], now: NOW, vantage: 'default', names },
      trust: { issuers: new Map() },
    })[0];
  const only = (account: string): Admission => ({
    rules: [rule('admit', [when('service-account', 'exact', account)])],
    otherwise: 'refuse',
  });
  const all: Admission = { rules: [], otherwise: 'admit' };

  test.each<[string, Admission, readonly CheckResult[], string, string]>([
    ['all three agree', only('checkout'), [control(), kept], 'pass', 'CONFIGURATION_AGREES'],
    [
      'a rule refuses whom the wire admits',
      only('checkout'),
      [control(), open],
      'critical',
      'CONFIGURATION_SAYS_REFUSED',
    ],
    [
      'a rule admits whom the wire refuses',
      only('checkout'),
      [fail('CONTROL_REJECTED', { subject: 'checkout' }), kept],
      'warning',
      'CONFIGURATION_SAYS_ADMITTED',
    ],
    [
      'a rule admits whom the registry refuses',
      { ...only('orders'), rules: [...only('orders').rules, ...only('checkout').rules] },
      [control(), kept],
      'warning',
      'CONFIGURATION_ADMITS_REFUSED',
    ],
    ['no rule is there, and the application refuses', all, [control(), kept], 'info', 'CONFIGURATION_ADMITS_REFUSED'],
    ['no rule is there, and nobody refuses', all, [control(), open], 'warning', 'CONFIGURATION_ADMITS_REFUSED'],
    [
      'the rules refuse whom the registry admits',
      only('audit'),
      [control(), kept],
      'warning',
      'CONFIGURATION_REFUSES_ADMITTED',
    ],
    [
      'nobody knows what the rules say',
      { rules: [rule('ask', [])], otherwise: 'refuse' },
      [control(), kept],
      'warning',
      'CONFIGURATION_UNDECIDED',
    ],
  ])('%s', (_, admission, results, severity, code) => {
    const result = judged(admission, results);
    expect([
      result?.verdict === 'pass' && result.severity === 'none' ? 'pass' : result?.severity,
      result?.code,
    ]).toEqual([severity, code]);
  });

  const judgedOn = (claims: Parameters<typeof aCovered>[0], results: readonly CheckResult[], own = endpoint) =>
    judgeConfigured(checks, new Map([['mesh', aCovered(claims)]]), {
      ...{ endpoint: own, results, servedChains: [], now: NOW, vantage: 'default', names },
      trust: { issuers: new Map() },
    })[0];

  test('agreement says how much of it the wire has shown, and without any is not proven', () => {
    expect(judged(only('checkout'), [control(), kept])?.message).toContain('of 2 answers the wire showed every one.');
    expect(judged(only('checkout'), [control()])?.message).toContain('of 2 answers the wire showed 1.');
    expect(judged(only('checkout'), [])).toMatchObject({
      ...{ verdict: 'inconclusive', code: 'CONTROL_NOT_ACCEPTED' },
      message: expect.stringContaining('whether it does, this run has not shown'),
    });
  });
  test('nothing is said where the registry names nobody whose certificate can be read', () => {
    const nobody = anEndpoint({ sources: { mesh: null }, admits: ['other'], refuses: [] });
    expect(judgedOn([aClaim({ admission: here(only('checkout')) })], [], nobody)).toBeUndefined();
  });
  test('of several places of one program, one may let in whom another refuses', () => {
    const [strict, open] = [aClaim({ admission: here(only('checkout')) }), aClaim({ admission: here(all) })];
    expect(judgedOn([strict, open], [control(), kept])).toMatchObject({ code: 'CONFIGURATION_UNDECIDED' });
    expect(judgedOn([strict, aClaim()], [control(), kept])).toMatchObject({ code: 'CONFIGURATION_UNDECIDED' });
    // Another program stands before it or behind it.
    expect(judgedOn([strict, { ...open, reader: 'cilium' }], [control(), kept])?.code).toBe('CONFIGURATION_AGREES');
  });
  test('a route is judged by what speaks of its path', () => {
    const routed = anEndpoint({
      sources: { mesh: null },
      ...{ admits: ['checkout'], refuses: ['orders'] },
      routes: [{ method: 'GET', path: '/admin', admits: ['checkout'], refuses: ['orders'] }],
    } as Parameters<typeof anEndpoint>[0]);
    const strict = aClaim({ admission: here(only('checkout')) });
    const admin = aClaim({ admission: here(all), endpoint: { path: '/admin' } });
    const covered = coveredBy(
      { ...routed, ...AT },
      { name: 'mesh', maxAge: 1 },
      { claims: [strict, admin], certificates: [], readAt: NOW },
    );
    expect(covered?.claims).toEqual([strict]);
    const [result] = judgeConfigured(checks, new Map([['mesh', { ...covered!, maxAge: 1 }]]), {
      ...{ endpoint: routed, results: [control(), kept], servedChains: [], now: NOW, vantage: 'default', names },
      trust: { issuers: new Map() },
    });
    expect(result).toMatchObject({ code: 'CONFIGURATION_ADMITS_REFUSED' });
    expect(result?.message).toContain('GET /admin admits orders');
  });

  test('the matrix has all three, and what differs from the wire first', () => {
    const result = judged(only('checkout'), [control(), open]);
    const collector = accessCollector();
    collector.add({ checks: [control(), open, ...(result === undefined ? [] : [result])], servedChains: [] });
    const access = collector.done();
    expect(access.rows[0]).toMatchObject({
      answers: ['admitted', 'wrongly-admitted'],
      configured: ['admitted', 'refused'],
    });
    expect(configuredDifferences(access)).toEqual([
      'payments: the configuration refuses orders, and the wire admits it',
    ]);
  });

  test('what is undecided of the wire is no difference, and no agreement', () => {
    expect(
      judged(only('checkout'), [control(), unsure('TIMED_OUT', { scenario: 'foreign-identity', subject: 'orders' })])
        ?.code,
    ).toBe('CONTROL_NOT_ACCEPTED');
  });
});
