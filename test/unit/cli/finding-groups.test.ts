import { describe, expect, test } from 'vitest';
import { checkName } from '../../../functions/cli/render/finding-groups.ts';
import { rowOf } from '../../../functions/cli/render/grid.ts';
import { surveyOf } from '../../../functions/cli/render/survey.ts';
import { cureText } from '../../../shared/model/cure.ts';
import type { CheckResult, ReportInParts } from '../../../shared/model/report.ts';
import { CAUSE_TEXTS } from '../../../shared/verdict/explain/cause-texts.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aReport } from '../../helpers/report.ts';

const ASKS = { cause: 'ASKS_BUT_DOES_NOT_VERIFY' } as const;
const groupsOf = (report: ReportInParts) => [...surveyOf(report).groups(report)].map(({ group }) => group);
const gridOf = (report: ReportInParts) => {
  const { columns } = surveyOf(report);
  return { columns, rows: [...partsOf(report)].flatMap((part) => rowOf(part, columns) ?? []) };
};
const groups = (...checks: CheckResult[]) =>
  groupsOf(aReport(checks)).map(({ owner, checks: [first, ...others] }) => [owner, first.code, 1 + others.length]);

describe('findings in groups', () => {
  test('one for each endpoint and cause, whatever the codes; passes are none', () => {
    expect(
      groups(
        fail('ACCEPTED_EXPIRED', ASKS),
        pass(),
        fail('ACCEPTED_REVOKED', ASKS),
        fail('ACCEPTED_EXPIRED', { ...ASKS, endpoint: 'orders' }),
      ),
    ).toEqual([
      ['payments', 'ACCEPTED_EXPIRED', 2],
      ['orders', 'ACCEPTED_EXPIRED', 1],
    ]);
  });

  test('without a cause, one for each code', () => {
    expect(
      groups(fail('SERVED_CHAIN_EXPIRED'), fail('SERVED_CHAIN_EXPIRED'), fail('SERVED_NAME_MISMATCH')).map(
        ([, code, size]) => [code, size],
      ),
    ).toEqual([
      ['SERVED_CHAIN_EXPIRED', 2],
      ['SERVED_NAME_MISMATCH', 1],
    ]);
  });

  test('a fail and what nobody can tell are never one, even of one cause', () => {
    expect(groups(unsure('AMBIGUOUS_ANSWER', ASKS), fail('ACCEPTED_EXPIRED', ASKS))).toHaveLength(2);
  });

  test('the worst first: by verdict, then by severity', () => {
    const soon = fail('SERVED_CHAIN_EXPIRES_SOON', { severity: 'warning' });
    expect(groups(waived(), unsure(), soon, fail('CONTROL_REJECTED')).map(([, code]) => code)).toEqual([
      'CONTROL_REJECTED',
      'SERVED_CHAIN_EXPIRES_SOON',
      'UNREACHABLE',
      'ACCEPTED_NO_CERTIFICATE',
    ]);
  });

  test('identities of ours are not one endpoint, and are called by their names', () => {
    const health = (name: string) =>
      fail('IDENTITY_UNUSABLE', { endpoint: null, id: `identity-health/${name}`, subject: name });
    expect(groups(health('old'), health('torn')).map(([owner]) => owner)).toEqual(['old', 'torn']);
  });

  test('one cure: the cause’s, else the check’s own advice', () => {
    const [caused, alone] = groupsOf(
      aReport([fail('ACCEPTED_EXPIRED', { ...ASKS, advice: 'mine' }), fail('CONTROL_REJECTED', { advice: 'mine' })]),
    );
    const cure = cureText(CAUSE_TEXTS.ASKS_BUT_DOES_NOT_VERIFY.cure, null, 'ASKS_BUT_DOES_NOT_VERIFY');
    expect([caused?.cure, alone?.cure]).toEqual([cure, 'mine']);
  });

  test('the cause’s cure is that of the server which is known', () => {
    const platform = { name: 'caddy', from: 'registry' } as const;
    const [caused] = groupsOf(aReport([fail('ACCEPTED_EXPIRED', { ...ASKS, platform })]));
    expect(caused?.cure).toBe(
      'Verify client certificates against your CA (Caddy: mode require_and_verify, not require).',
    );
  });

  test('an endpoint that is down has the advice of its own finding: how far the connection got', () => {
    const [group] = groupsOf(aReport([unsure('TIMED_OUT', { cause: 'ENDPOINT_DOWN', advice: 'its backlog' })]));
    expect(group?.cure).toBe('its backlog');
  });

  test.each([
    ['payments/no-certificate', null, 'no-certificate'],
    ['payments/foreign-identity/orders#1.3', 'orders', 'foreign-identity/orders#1.3'],
    ['payments/no-certificate/no-certificate', 'no-certificate', 'no-certificate'],
  ])('%s is called %s without its endpoint', (id, subject, name) => {
    expect(checkName(pass({ id, subject, scenario: 'no-certificate' }))).toBe(name);
  });
});

describe('numbers of findings', () => {
  const soon = { severity: 'warning' } as const;
  const report = aReport([
    fail('SERVED_CHAIN_EXPIRES_SOON', soon),
    fail('CONTROL_REJECTED'),
    pass({ endpoint: 'ledger' }),
    fail('SERVED_CHAIN_EXPIRES_SOON', { ...soon, endpoint: 'orders' }),
    fail('CONTROL_REJECTED', { endpoint: 'orders' }),
  ]);
  const survey = surveyOf(report);

  test('run through all endpoints, the worst first', () => {
    expect([...survey.groups(report)].map(({ group, number }) => [number, group.owner, group.checks[0].code])).toEqual([
      [1, 'payments', 'CONTROL_REJECTED'],
      [2, 'orders', 'CONTROL_REJECTED'],
      [3, 'payments', 'SERVED_CHAIN_EXPIRES_SOON'],
      [4, 'orders', 'SERVED_CHAIN_EXPIRES_SOON'],
    ]);
  });

  test('are those of a part’s own groups', () => {
    expect([0, 1, 2].map(survey.numbersOf)).toEqual([[3, 1], [], [4, 2]]);
    expect(survey.findings).toBe(4);
  });
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
});
