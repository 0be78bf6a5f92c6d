import { expect, test } from 'vitest';
import { renderJson } from '../../../functions/cli/render/json.ts';
import { reportSchema } from '../../../shared/model/report.ts';
import { wholeReport } from '../../../shared/verdict/make-report.ts';
import { fail, pass } from '../../helpers/judged.ts';
import { aChain, aReport, textOf } from '../../helpers/report.ts';

test('what would move a cursor or hide text is escaped, and reads back as it was', () => {
  const report = aReport([pass({ message: 'CN=\u009b2J\u001b[31m\u202e\u{e0041}\u2028 häuser 😀' })]);
  const text = textOf(renderJson(report));
  expect(text).toContain('häuser 😀');
  expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
  expect(JSON.parse(text)).toEqual(wholeReport(report));
});

const GAP = { endpoint: 'payments', scenario: 'revoked', add: 'an identity with fault: revoked' } as const;

test.each([
  ['without anything', aReport([])],
  ['of one check', aReport([pass()])],
  [
    'of several endpoints',
    aReport([pass(), fail('CONTROL_REJECTED'), pass({ endpoint: 'orders', message: 'a\nb' })], {
      servedChains: [aChain(), aChain({ endpoint: 'orders' })],
      notCovered: [GAP, { ...GAP, endpoint: 'orders' }],
    }),
  ],
])('a report %s is written piece by piece as it would be at once', (_, report) => {
  const text = textOf(renderJson(report));
  expect(text).toBe(JSON.stringify(wholeReport(report), null, 1));
  expect(reportSchema.safeParse(JSON.parse(text)).success).toBe(true);
});
