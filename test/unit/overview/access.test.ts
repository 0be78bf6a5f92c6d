import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import { sharedRows, wrongAnswers } from '../../../shared/overview/access.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aReport } from '../../helpers/report.ts';

const accessOf = (report: ReturnType<typeof aReport>) => overviewOf(report, 0).access;
const refuse = (scenario: CheckResult['scenario'], subject: string | null = null) =>
  ({ scenario, subject, code: 'REJECTED_BY_TLS_ALERT', id: `payments/${scenario}/${subject}` }) as const;
const answers = (...checks: CheckResult[]) => {
  const { clients, rows } = accessOf(aReport(checks));
  return rows.map(({ endpoint, route, answers: all }) => [
    route ?? endpoint,
    Object.fromEntries(clients.map(({ name }, at) => [name, all[at]])),
  ]);
};

describe('who may call what', () => {
  test('identities as the registry has them, a client without a certificate, and one of an unknown CA', () => {
    expect(
      answers(
        pass(),
        pass(refuse('foreign-identity', 'orders')),
        pass(refuse('expired', 'old')),
        pass(refuse('no-certificate')),
        pass(refuse('self-signed')),
      ),
    ).toEqual([
      [
        'payments',
        {
          checkout: 'admitted',
          orders: 'refused',
          old: 'refused',
          'no certificate': 'refused',
          'unknown CA': 'refused',
        },
      ],
    ]);
  });

  test.each<[string, CheckResult, string]>([
    [
      'is let in against the registry',
      fail('ACCEPTED_FOREIGN_IDENTITY', { scenario: 'foreign-identity' }),
      'wrongly-admitted',
    ],
    ['is refused against the registry', fail('CONTROL_REJECTED'), 'wrongly-refused'],
    ['is let in, which is known', waived({ scenario: 'foreign-identity' }), 'waived'],
    ['has no proof', unsure('TIMED_OUT'), 'untold'],
    ['cannot be used', fail('IDENTITY_UNUSABLE'), 'untold'],
    ['was not reached in time', unsure('NOT_RUN'), 'not-asked'],
  ])('an identity that %s', (_what, check, answer) => {
    expect(answers(check)).toEqual([['payments', { checkout: answer }]]);
  });

  test('of several answers the worst counts: a version of TLS that lets everybody in is enough', () => {
    const own = { scenario: 'no-certificate', subject: null } as const;
    expect(answers(pass(refuse('no-certificate')), fail('ACCEPTED_NO_CERTIFICATE', own))).toEqual([
      ['payments', { 'no certificate': 'wrongly-admitted' }],
    ]);
  });

  test('a version of TLS that was not asked in time leaves the answer open, whichever came first', () => {
    const known = pass(refuse('no-certificate'));
    const late = unsure('NOT_RUN', { scenario: 'no-certificate', subject: null });
    for (const checks of [
      [known, late],
      [late, known],
    ])
      expect(answers(...checks)).toEqual([['payments', { 'no certificate': 'untold' }]]);
    const open = fail('ACCEPTED_NO_CERTIFICATE', { scenario: 'no-certificate', subject: null });
    expect(answers(late, open)).toEqual([['payments', { 'no certificate': 'wrongly-admitted' }]]);
  });

  test('another way in counts where it is open, and says nothing where it is closed or cannot be told', () => {
    const plain = { scenario: 'plaintext', subject: null } as const;
    expect(answers(pass(refuse('no-certificate')), unsure('TIMED_OUT', plain))).toEqual([
      ['payments', { 'no certificate': 'refused' }],
    ]);
    expect(answers(pass(refuse('no-certificate')), fail('ACCEPTED_PLAINTEXT', plain))).toEqual([
      ['payments', { 'no certificate': 'wrongly-admitted' }],
    ]);
    const forged = { scenario: 'forged-header', subject: 'orders' } as const;
    expect(answers(pass(refuse('foreign-identity', 'orders')), fail('ACCEPTED_FORGED_HEADER', forged))).toEqual([
      ['payments', { orders: 'wrongly-admitted' }],
    ]);
  });

  test('a route is a row of its own, and what nobody asked there is said', () => {
    const route = { method: 'GET', path: '/admin' };
    expect(
      answers(pass(), pass({ ...refuse('foreign-identity', 'checkout'), route }), pass(refuse('no-certificate'))),
    ).toEqual([
      ['payments', { checkout: 'admitted', 'no certificate': 'refused' }],
      ['GET /admin', { checkout: 'refused', 'no certificate': 'not-asked' }],
    ]);
  });

  test('what asks for nobody’s admission is left out', () => {
    expect(
      answers(pass({ scenario: 'served-certificate' }), pass({ endpoint: null, scenario: 'identity-health' })),
    ).toEqual([]);
  });

  test('what differs is said in a sentence for clients that differ at the same places, anybody first', () => {
    const at = (endpoint: string, scenario: CheckResult['scenario'], subject: string | null) =>
      fail('ACCEPTED_EXPIRED', { endpoint, scenario, subject });
    const access = accessOf(
      aReport([
        ...['a', 'b'].flatMap((name) => [at(name, 'expired', 'old'), at(name, 'revoked', 'gone')]),
        at('c', 'no-certificate', null),
        fail('CONTROL_REJECTED', { endpoint: 'd' }),
      ]),
    );
    expect(wrongAnswers(access)).toEqual([
      'c: anybody without a certificate is admitted, and must be refused',
      'a and 1 more: old and gone are admitted, and must be refused',
      'd: checkout is refused, and must be admitted',
    ]);
  });

  test('rows with the same answers share one, the worst first', () => {
    const access = accessOf(
      aReport([pass({ endpoint: 'a' }), pass({ endpoint: 'b' }), fail('CONTROL_REJECTED', { endpoint: 'c' })]),
    );
    expect(sharedRows(access).map(({ endpoint, alike }) => [endpoint, alike.length])).toEqual([
      ['c', 1],
      ['a', 2],
    ]);
    expect(sharedRows(access, true)).toHaveLength(3);
    expect(access.counts).toMatchObject({ admitted: 2, 'wrongly-refused': 1 });
  });
});
