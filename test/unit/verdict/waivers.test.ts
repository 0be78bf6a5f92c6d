import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAUSES, type Cause, SUITES, type Suite } from '../../../shared/model/names.ts';
import type { Waiver } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { DAY } from '../../../shared/model/time.ts';
import { waiveAll } from '../../../shared/verdict/judge/waive.ts';
import { waiverNotes } from '../../../shared/verdict/judge/waiver-notes.ts';
import { worstOfAddresses } from '../../../shared/verdict/judge/worst-of-addresses.ts';
import { fail, pass, unsure } from '../../helpers/judged.ts';

const waiver = (own: Partial<Waiver>): Waiver => ({
  ...{ scenario: null, cause: null, subject: null, route: null },
  ...{ until: 10 * DAY, untilDate: '1970-01-10', reason: 'migration' },
  ...own,
});
const OPTIONAL = 'CLIENT_CERTIFICATE_OPTIONAL';
const named = (scenario: CheckResult['scenario'], own: Partial<CheckResult> = {}) => ({
  ...{ id: `payments/${scenario}`, scenario, subject: null },
  ...own,
});
const bare = (own: Partial<CheckResult> = {}) =>
  fail('ACCEPTED_NO_CERTIFICATE', named('no-certificate', { cause: OPTIONAL, ...own }));
const forged = (own: Partial<CheckResult> = {}) =>
  unsure('ALREADY_ACCEPTED', named('forged-header', { cause: OPTIONAL, ...own }));
const foreign = (own: Partial<CheckResult> = {}) =>
  fail(
    'ACCEPTED_FOREIGN_IDENTITY',
    named('foreign-identity', { cause: 'ANY_IDENTITY_ACCEPTED', subject: 'orders', ...own }),
  );

const verdicts = (waivers: readonly Waiver[], results: readonly CheckResult[], now = 0) =>
  waiveAll(results, { waivers }, now).map(({ verdict }) => verdict);

describe('a waiver', () => {
  test('of a scenario covers what proves nothing because of it', () => {
    expect(verdicts([waiver({ scenario: 'no-certificate' })], [bare(), forged()])).toEqual(['waived', 'waived']);
    expect(waiveAll([bare(), forged()], { waivers: [waiver({ scenario: 'no-certificate' })] }, 0)[1]).toMatchObject({
      severity: 'info',
      waiver: { until: '1970-01-10', reason: 'migration' },
    });
  });

  test('of a cause covers its fails and what is undecided for it, and no other cause at the same endpoint', () => {
    const waivers = [waiver({ cause: OPTIONAL })];
    expect(verdicts(waivers, [bare(), forged(), foreign()])).toEqual(['waived', 'waived', 'fail']);
    expect(verdicts(waivers, [bare({ cause: 'ASKS_BUT_DOES_NOT_VERIFY' })])).toEqual(['fail']);
    expect(verdicts(waivers, [unsure('UNREACHABLE', named('no-certificate'))])).toEqual(['inconclusive']);
    expect(verdicts([waiver({ cause: 'ENDPOINT_DOWN' })], [unsure('UNREACHABLE', { cause: 'ENDPOINT_DOWN' })])).toEqual(
      ['waived'],
    );
  });

  test('covers no echo whose cause has another finding that is not waived', () => {
    const orders = waiver({ scenario: 'foreign-identity', subject: 'orders' });
    const echo = forged({ cause: 'ANY_IDENTITY_ACCEPTED', subject: 'orders' });
    expect(verdicts([orders], [foreign(), echo])).toEqual(['waived', 'waived']);
    expect(verdicts([orders], [foreign(), foreign({ subject: 'backoffice' }), echo])).toEqual([
      'waived',
      'fail',
      'inconclusive',
    ]);
  });

  test('of the endpoint covers neither a finding nor an echo at a route, and the other way round', () => {
    const route = { method: 'GET', path: '/audit' };
    expect(verdicts([waiver({ cause: OPTIONAL })], [bare(), bare({ route }), forged({ route })])).toEqual([
      ...['waived', 'fail', 'inconclusive'],
    ]);
    expect(verdicts([waiver({ cause: OPTIONAL, route: '/audit' })], [bare(), bare({ route })])).toEqual([
      ...['fail', 'waived'],
    ]);
    expect(verdicts([waiver({ scenario: 'no-certificate' })], [bare(), forged({ route })])).toEqual([
      ...['waived', 'inconclusive'],
    ]);
  });

  test('is over with its day: the fail and its echo are as they were, and the message says so', () => {
    const ended = waiveAll([bare(), forged()], { waivers: [waiver({ cause: OPTIONAL })] }, 10 * DAY);
    expect(ended.map(({ verdict }) => verdict)).toEqual(['fail', 'inconclusive']);
    expect(ended[0]?.message).toContain('Its waiver ended with 1970-01-10: migration');
  });

  test('covers no check that was not made', () => {
    const notRun = unsure('NOT_RUN', { cause: 'ENDPOINT_DOWN' });
    expect(verdicts([waiver({ cause: 'ENDPOINT_DOWN' })], [notRun])).toEqual(['inconclusive']);
  });

  test('of a cause changes nothing of another cause, whatever else is found', () => {
    const cause = fc.option(fc.constantFrom<Cause>(...CAUSES));
    const result = fc
      .tuple(
        cause,
        fc.constantFrom(
          bare,
          forged,
          foreign,
          () => unsure('CONTROL_NOT_ACCEPTED'),
          () => pass(),
        ),
      )
      .map(([of, make]): CheckResult => ({ ...make(), cause: of }));
    fc.assert(
      fc.property(fc.array(result, { maxLength: 8 }), fc.constantFrom<Cause>(...CAUSES), (results, of) => {
        const after = waiveAll(results, { waivers: [waiver({ cause: of })] }, 0);
        for (const [at, each] of results.entries())
          if (each.cause !== of || each.verdict === 'pass') expect(after[at]).toEqual(each);
          else expect(after[at]?.verdict).toBe('waived');
      }),
    );
  });
});

test('an address without a result is not hidden by an echo that is waived at another one', () => {
  const [echo] = waiveAll([forged()], { waivers: [waiver({ cause: OPTIONAL })] }, 0);
  const blind = unsure('UNREACHABLE', named('forged-header'));
  expect(worstOfAddresses([[echo ?? blind], [blind]])[0]).toMatchObject({ verdict: 'inconclusive' });
});

describe('what is said of waivers', () => {
  const notes = (
    waivers: readonly Waiver[],
    results: readonly CheckResult[],
    now = 0,
    suites: readonly Suite[] = SUITES,
  ) =>
    waiverNotes({ name: 'payments', waivers }, waiveAll(results, { waivers }, now), suites, now).map(
      ({ note, until }) => `${note} ${until}`,
    );
  const byCause = [waiver({ cause: OPTIONAL })];
  const byScenario = [waiver({ scenario: 'no-certificate' })];

  test('nothing while it covers something and lasts', () => {
    expect(notes(byCause, [bare()])).toEqual([]);
    expect(notes(byScenario, [bare()])).toEqual([]);
  });

  test('that it ends within two days', () => {
    expect(notes(byCause, [bare()], 8 * DAY)).toEqual(['ends-soon 1970-01-10']);
    expect(notes(byCause, [bare()], 8 * DAY - 1)).toEqual([]);
    expect(notes(byCause, [bare()], 10 * DAY)).toEqual([]);
    expect(notes(byCause, [unsure('TIMED_OUT')], 9 * DAY)).toEqual(['ends-soon 1970-01-10']);
  });

  test('that it covers nothing, once that is known', () => {
    const right = pass(named('no-certificate'));
    expect(notes(byCause, [right])).toEqual(['matches-nothing 1970-01-10']);
    expect(notes(byScenario, [right])).toEqual(['matches-nothing 1970-01-10']);
    expect(notes(byScenario, [])).toEqual(['matches-nothing 1970-01-10']);
    expect(notes(byCause, [right], 0, ['enforcement'])).toEqual([]);
    expect(notes(byScenario, [right], 0, ['isolation'])).toEqual([]);
    expect(notes(byCause, [right, unsure('TIMED_OUT')])).toEqual([]);
    expect(notes(byScenario, [unsure('TIMED_OUT', named('no-certificate'))])).toEqual([]);
    expect(notes(byCause, [{ ...foreign(), share: { alike: 1, addresses: 2 } }])).toEqual([]);
  });
});
