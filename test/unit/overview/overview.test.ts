import { describe, expect, test } from 'vitest';
import { SUITES } from '../../../shared/model/names.ts';
import { type CheckResult, reportSchema } from '../../../shared/model/report.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { accessText, firstEndText, headlineOf, levelText, notAsked } from '../../../shared/overview/overview-words.ts';
import { inParts, wholeReport } from '../../../shared/verdict/make-report.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aChain, aReport } from '../../helpers/report.ts';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const WHOLE = { suites: [...SUITES], leftOut: 0 };
const health = (name: string, own: Partial<CheckResult> = {}) =>
  fail('IDENTITY_UNUSABLE', {
    endpoint: null,
    scenario: 'identity-health',
    id: `identity-health/${name}`,
    subject: name,
    ...own,
  });
const of = (checks: readonly CheckResult[], own: Parameters<typeof aReport>[1] = {}) =>
  overviewOf(aReport(checks, { run: WHOLE, ...own }), NOW);

describe('the headline', () => {
  test.each<[string, readonly CheckResult[], string]>([
    [
      'a fail',
      [fail('ACCEPTED_EXPIRED'), unsure('TIMED_OUT', { endpoint: 'b' })],
      '1 of 2 endpoints fails, 1 cannot be told',
    ],
    ['an identity', [pass(), health('a'), health('b')], '2 identities or sources of the monitor fail'],
    [
      'what nobody can tell',
      [pass(), unsure('TIMED_OUT', { endpoint: 'b' })],
      'Nothing fails, but 1 of 2 cannot be told',
    ],
    ['nothing', [], 'Nothing was checked'],
    ['a waiver', [pass(), waived()], 'Nothing fails; 1 known gap waived'],
    ['only passes', [pass()], 'Everything is as it must be'],
  ])('of %s', (_what, checks, text) => {
    expect(headlineOf(of(checks)).text).toBe(text);
  });

  const gap = { endpoint: 'payments', scenario: 'revoked', add: 'an identity' } as const;
  const about = { name: 'payments', url: 'https://a.test/', owner: null, skipped: ['plaintext'] } as const;
  test.each<[string, NonNullable<Parameters<typeof aReport>[1]>, string]>([
    [
      'a suite was not run',
      { run: { suites: ['certificates'], leftOut: 0 } },
      'enforcement and isolation were not run',
    ],
    ['an endpoint was left out', { run: { ...WHOLE, leftOut: 3 } }, '3 endpoints left out'],
    ['there is nothing to present', { notCovered: [gap] }, '1 question not covered'],
    ['the registry skips', { about: [{ ...about, skipped: ['plaintext'] }] }, '1 question skipped by the registry'],
    ['nobody knows', { run: {} }, 'the report does not say which suites were run'],
  ])('claims everything only where everything was asked: %s', (_why, own, said) => {
    const overview = of([pass()], own);
    expect(headlineOf(overview)).toEqual({ verdict: 'pass', text: 'What was asked is as it must be' });
    expect(notAsked(overview.asked)).toEqual([said]);
  });
});

describe('what ends first', () => {
  const dates = [
    { kind: 'identity', name: 'checkout', of: 'CN=checkout', at: '2026-03-01T00:00:00.000Z' },
    { kind: 'authority', name: 'CN=Root', of: 'corporate', at: '2025-03-01T00:00:00.000Z' },
    { kind: 'crl', name: 'corp.crl', of: 'corporate', at: '2026-01-20T00:00:00.000Z' },
  ] as const;

  test('certificates by fingerprint, identities, CAs and lists together, the soonest first', () => {
    const { endings } = of([pass()], {
      dates,
      servedChains: ['a', 'a', 'b'].map((endpoint) => aChain({ endpoint, expiresAt: '2026-01-12T00:00:00.000Z' })),
    });
    expect(endings.map(({ kind, name, endpoints }) => [kind, name, endpoints])).toEqual([
      ['authority', 'CN=Root', []],
      ['served', 'CN=payments', ['a', 'b']],
      ['crl', 'corp.crl', []],
      ['identity', 'checkout', []],
    ]);
  });

  test('the first is the first that has not ended; how many have, and what could not be seen, is said', () => {
    expect(firstEndText(of([pass()], { dates }))).toBe(
      '2026-01-20 (in 19 days): CRL corp.crl (trust bundle corporate); 1 has ended',
    );
    expect(firstEndText(of([pass()]))).toBe('no date was seen');
    const down = unsure('UNREACHABLE', { scenario: 'served-certificate', endpoint: 'b', message: 'is down' });
    const overview = of([down, health('torn')], { servedChains: [aChain()] });
    expect(firstEndText(overview)).toBe('2026-02-11 (in 41 days): certificate CN=payments (payments); 2 ends not seen');
    expect(overview.undated.map(({ kind, name }) => [kind, name])).toEqual([
      ['served', 'b'],
      ['identity', 'torn'],
    ]);
  });
});

test('the four answers in words', () => {
  const overview = of([
    pass(),
    fail('CONTROL_REJECTED', { endpoint: 'b' }),
    unsure('TIMED_OUT', { endpoint: 'c', cause: 'ENDPOINT_DOWN' }),
  ]);
  expect(levelText(overview, 'open')).toBe('1 incident, 1 critical');
  expect(levelText(overview, 'blind')).toBe('1 incident');
  expect(levelText(overview, 'waived')).toBe('nothing');
  expect(accessText(overview)).toBe(
    '1 answer differs from the registry, 1 cannot be told, 1 is as the registry has it',
  );
  expect(accessText(of([]))).toBe('nothing was asked');
});

test('a report that was written comes back in parts', () => {
  const report = aReport([pass(), pass({ endpoint: 'b' }), health('torn')], {
    about: ['payments', 'b'].map((name) => ({ name, url: `https://${name}.test/`, owner: 'team', skipped: [] })),
    servedChains: [aChain()],
  });
  const again = inParts(reportSchema.parse(JSON.parse(JSON.stringify(wholeReport(report)))));
  expect(overviewOf(again, NOW)).toEqual(overviewOf(report, NOW));
  expect(
    wholeReport(again)
      .checks.map(({ id }) => id)
      .toSorted(),
  ).toEqual(
    wholeReport(report)
      .checks.map(({ id }) => id)
      .toSorted(),
  );
});
