import { describe, expect, test } from 'vitest';
import { checkName } from '../../../functions/cli/render/check-name.ts';
import { numbersIn } from '../../../functions/cli/render/finding-numbers.ts';
import { rowOf } from '../../../functions/cli/render/grid.ts';
import { surveyOf } from '../../../functions/cli/render/survey.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aReport } from '../../helpers/report.ts';

const gridOf = (report: ReportInParts) => {
  const { columns } = surveyOf(report);
  return { columns, rows: [...partsOf(report)].flatMap((part) => rowOf(part, columns) ?? []) };
};

test.each([
  ['payments/no-certificate', null, 'no-certificate'],
  ['payments/foreign-identity/orders#1.3', 'orders', 'foreign-identity/orders#1.3'],
  ['payments/no-certificate/no-certificate', 'no-certificate', 'no-certificate'],
])('%s is called %s without its endpoint', (id, subject, name) => {
  expect(checkName(pass({ id, subject, scenario: 'no-certificate' }))).toBe(name);
});

test('numbers of findings run through all endpoints, and each check that does not pass has one', () => {
  const report = aReport([
    fail('SERVED_KEY_WEAK', { severity: 'warning' }),
    fail('CONTROL_REJECTED'),
    pass({ endpoint: 'ledger' }),
    unsure('TIMED_OUT', { endpoint: 'orders' }),
  ]);
  const { findings } = overviewOf(report, 0);
  expect([0, 1, 2].map((part) => [...numbersIn(findings, part)])).toEqual([
    [
      [1, 1],
      [0, 2],
    ],
    [],
    [[0, 3]],
  ]);
});

describe('the picture', () => {
  test('a cell has the worst of its checks, and nothing where there is none', () => {
    const other = pass({ endpoint: 'orders', scenario: 'expired' });
    const health = fail('IDENTITY_UNUSABLE', { endpoint: null, scenario: 'identity-health' });
    const { columns, rows } = gridOf(aReport([pass(), waived(), unsure(), fail('CONTROL_REJECTED'), other, health]));
    expect(columns.map(({ name }) => name)).toEqual(['valid-identity', 'expired']);
    expect(rows.map(({ endpoint, cells }) => [endpoint, ...cells.map(({ verdict }) => verdict)])).toEqual([
      ['payments', 'fail', null],
      ['orders', null, 'pass'],
    ]);
  });

  test('the worst row stands first', () => {
    const report = aReport([pass(), waived({ endpoint: 'w' }), fail('CONTROL_REJECTED', { endpoint: 'f' })]);
    expect(surveyOf(report).order).toEqual([2, 1, 0]);
  });
});
