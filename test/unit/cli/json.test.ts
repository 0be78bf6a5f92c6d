import { expect, test } from 'vitest';
import { renderJson } from '../../../functions/cli/render/json.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import { type Report, reportSchema } from '../../../shared/model/report.ts';
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

const SEEN: Evidence = {
  ...{ presented: 'checkout', address: '127.0.0.1:443', tls: '1.3', durationMs: 44, certificateRequested: true },
  ended: { kind: 'answered', phase: 'answer', status: 200 },
};

/** `JSON.stringify` at once, and each observation then made one line. */
const asLaidOut = (report: Report): string =>
  JSON.stringify(report, null, 1).replaceAll(/^ {4}\{\n(?: {5,}.*\n)+ {4}\}/gmu, (entry) =>
    entry.includes('"presented"') ? `    ${JSON.stringify(JSON.parse(entry))}` : entry,
  );

const GAP = { endpoint: 'payments', scenario: 'revoked', add: 'an identity with fault: revoked' } as const;

test.each([
  ['without anything', aReport([])],
  ['of one check', aReport([pass()])],
  [
    'of several endpoints',
    aReport(
      [
        pass({ evidence: [SEEN, { ...SEEN, durationMs: 1 }] }),
        fail('CONTROL_REJECTED'),
        pass({ endpoint: 'orders', message: 'a\nb' }),
      ],
      {
        servedChains: [aChain(), aChain({ endpoint: 'orders' })],
        notCovered: [GAP, { ...GAP, endpoint: 'orders' }],
      },
    ),
  ],
])(
  'a report %s is written piece by piece: the same document in the same layout, but a line for each observation',
  (_, report) => {
    const text = textOf(renderJson(report));
    expect(text).toBe(asLaidOut(wholeReport(report)));
    expect(JSON.parse(text)).toEqual(wholeReport(report));
    expect(reportSchema.safeParse(JSON.parse(text)).success).toBe(true);
  },
);
