import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cureText } from '../../../shared/model/cure.ts';
import { CAUSES, SCENARIO_NAMES, SEVERITIES, VERDICTS } from '../../../shared/model/names.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { CAUSE_TEXTS } from '../../../shared/verdict/explain/cause-texts.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aReport } from '../../helpers/report.ts';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const found = (checks: readonly CheckResult[], apart = false) => {
  const report = aReport(checks);
  const idsOf = (places: ReadonlyMap<number, readonly number[]>) =>
    [...places].flatMap(([part, at]) => at.map((each) => report.part(part).checks[each]?.id));
  return overviewOf(report, NOW, apart).findings.map((each) => ({
    ...each,
    ids: idsOf(each.members),
    echoIds: idsOf(each.echoes),
  }));
};
const OPTIONAL = { cause: 'CLIENT_CERTIFICATE_OPTIONAL' } as const;
const at = (endpoint: string, scenario: CheckResult['scenario'], own: Partial<CheckResult> = {}) => ({
  ...{ endpoint, scenario, id: `${endpoint}/${scenario}`, subject: null },
  ...own,
});

describe('findings of a report', () => {
  test('what follows from a fault is not a finding of its own', () => {
    const [first, ...others] = found([
      fail('ACCEPTED_NO_CERTIFICATE', at('payments', 'no-certificate', OPTIONAL)),
      unsure('ALREADY_ACCEPTED', at('payments', 'forged-header', OPTIONAL)),
      pass(),
    ]);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ level: 'open', title: 'payments: client certificate optional' });
    expect([first?.ids, first?.echoIds]).toEqual([['payments/no-certificate'], ['payments/forged-header']]);
  });

  test('one cause at several endpoints is one; two faults at one endpoint are two', () => {
    const all = found([
      fail('ACCEPTED_NO_CERTIFICATE', at('payments', 'no-certificate', OPTIONAL)),
      fail('ACCEPTED_NO_CERTIFICATE', at('orders', 'no-certificate', OPTIONAL)),
      fail('ACCEPTED_PLAINTEXT', at('orders', 'plaintext', { cause: 'PLAINTEXT_ACCEPTED' })),
    ]);
    expect(all.map(({ title }) => title)).toEqual([
      'orders and 1 other: client certificate optional',
      'orders: plaintext accepted',
    ]);
  });

  test('a certificate that ends is one, however many endpoints serve it, and its title has the date', () => {
    const ends = { at: '2026-01-12T00:00:00.000Z', certificate: 'ab' };
    const all = found(
      ['a', 'b'].map((name) =>
        fail('SERVED_CHAIN_EXPIRES_SOON', at(name, 'served-certificate', { severity: 'warning', ends })),
      ),
    );
    expect(all.map(({ title }) => title)).toEqual(['a and 1 other: served chain expires 2026-01-12 (in 11 days)']);
  });

  test('worst first: open before blind before waived, and by severity', () => {
    const all = found([
      waived(at('w', 'no-certificate', { waiver: { until: '2027-03-31', reason: 'soon' } })),
      unsure('TIMED_OUT', at('t', 'valid-identity', { cause: 'ENDPOINT_DOWN' })),
      fail('SERVED_KEY_WEAK', at('k', 'served-certificate', { severity: 'warning' })),
      fail('ACCEPTED_EXPIRED', at('e', 'expired')),
    ]);
    expect(all.map(({ level, endpoints }) => [level, endpoints[0]])).toEqual([
      ['open', 'e'],
      ['open', 'k'],
      ['blind', 't'],
      ['waived', 'w'],
    ]);
  });

  test('more than three that are alike are one; apart, each stands for itself', () => {
    const checks = ['a', 'b', 'c', 'd'].map((name) => fail('SERVED_NAME_MISMATCH', at(name, 'served-certificate')));
    expect(found(checks).map(({ count, title }) => [count, title])).toEqual([
      [4, 'a and 3 others: served name mismatch'],
    ]);
    expect(found(checks, true)).toHaveLength(4);
    expect(found(checks.slice(1))).toHaveLength(3);
  });

  test('one cure: the cause’s, else the check’s own advice', () => {
    const [caused, alone] = found([
      fail('ACCEPTED_EXPIRED', at('a', 'expired', { cause: 'ASKS_BUT_DOES_NOT_VERIFY', advice: 'mine' })),
      fail('CONTROL_REJECTED', at('b', 'valid-identity', { severity: 'warning', advice: 'mine' })),
    ]);
    expect([caused?.cure, alone?.cure]).toEqual([
      cureText(CAUSE_TEXTS.ASKS_BUT_DOES_NOT_VERIFY.cure, null, 'ASKS_BUT_DOES_NOT_VERIFY'),
      'mine',
    ]);
  });

  test('the cause’s cure is that of the server which is known', () => {
    const platform = { name: 'caddy', from: 'registry' } as const;
    const [caused] = found([
      fail('ACCEPTED_EXPIRED', at('a', 'expired', { cause: 'ASKS_BUT_DOES_NOT_VERIFY', platform })),
    ]);
    expect(caused?.cure).toBe(
      'Verify client certificates against your CA (Caddy: mode require_and_verify, not require).',
    );
  });

  test('an endpoint that is down has the advice of its own finding: how far the connection got', () => {
    const own = { cause: 'ENDPOINT_DOWN', advice: 'its backlog' } as const;
    expect(found([unsure('TIMED_OUT', at('a', 'valid-identity', own))])[0]?.cure).toBe('its backlog');
  });

  test('identities of ours are called by their names', () => {
    const health = (name: string) =>
      fail('IDENTITY_UNUSABLE', {
        ...{ endpoint: null, scenario: 'identity-health', id: `identity-health/${name}`, subject: name },
        cause: 'IDENTITY_UNUSABLE',
      });
    expect(found([health('old'), health('torn')]).map(({ title }) => title)).toEqual([
      'identity old: identity unusable',
      'identity torn: identity unusable',
    ]);
  });

  const aCheck = fc.record({
    verdict: fc.constantFrom(...VERDICTS),
    scenario: fc.constantFrom(...SCENARIO_NAMES),
    cause: fc.option(fc.constantFrom(...CAUSES)),
    severity: fc.constantFrom(...SEVERITIES),
    code: fc.constantFrom(
      ...(['ACCEPTED_NO_CERTIFICATE', 'TIMED_OUT', 'CONTROL_REJECTED', 'IDENTITY_UNUSABLE', 'NOT_RUN'] as const),
    ),
    endpoint: fc.option(fc.constantFrom('a', 'b', 'c')),
    subject: fc.option(fc.constantFrom('checkout', 'audit')),
  });
  test('every check that does not pass stands in exactly one of them', () => {
    fc.assert(
      fc.property(fc.array(aCheck, { maxLength: 25 }), fc.boolean(), (raw, apart) => {
        const checks = raw.map((each, n) => pass({ ...each, id: `${n}` }));
        const wanted = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id);
        const shown = found(checks, apart).flatMap(({ ids, echoIds }) => [...ids, ...echoIds]);
        expect(shown.toSorted()).toEqual(wanted.toSorted());
      }),
    );
  });
});
