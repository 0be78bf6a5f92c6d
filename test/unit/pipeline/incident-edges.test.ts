import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import { announce } from '../../../shared/pipeline/announce/announce.ts';
import { desk } from '../../helpers/desk.ts';
import { dying } from '../../helpers/dying-ports.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { NO_ORIGIN } from '../../helpers/transition.ts';
import { wideRun } from '../../helpers/wide-world.ts';

const control = (identity: string, own: Partial<CheckResult> = {}): Partial<CheckResult> => ({
  id: `payments/valid-identity/${identity}`,
  subject: identity,
  ...own,
});
const foreign = (identity: string, own: Partial<CheckResult> = {}): Partial<CheckResult> => ({
  ...{ id: `payments/foreign-identity/${identity}`, scenario: 'foreign-identity', subject: identity },
  ...own,
});
const issuer: Partial<CheckResult> = { id: 'payments/untrusted-issuer', scenario: 'untrusted-issuer', subject: null };
const unverified = fail('ACCEPTED_UNTRUSTED_ISSUER', { ...issuer, cause: 'ASKS_BUT_DOES_NOT_VERIFY' });

describe('what an incident explains, and what another one has', () => {
  test('a check that was told stays told when an incident that explains its item is over', async () => {
    const { run, told, board } = desk();
    const admits = (identity: string) =>
      fail('ACCEPTED_FOREIGN_IDENTITY', foreign(identity, { cause: 'ANY_IDENTITY_ACCEPTED' }));
    const isolation = (...results: readonly CheckResult[]) => ({ suite: 'isolation', results }) as const;
    await run(isolation(admits('orders'), pass(foreign('billing'))));
    await run({ results: [unverified] });
    await run(isolation(admits('orders'), admits('billing')));
    await run({ results: [pass(issuer)] });
    await run(isolation(pass(foreign('orders')), pass(foreign('billing'))));
    expect(board().open).toEqual([]);
    expect(told().map(({ kind, check }) => [kind, check])).toEqual([
      ['regression', 'payments/foreign-identity/orders'],
      ['regression', 'payments/untrusted-issuer'],
      ['recovery', 'payments/untrusted-issuer'],
      ['recovery', 'payments/foreign-identity/orders'],
    ]);
  });
});

describe('a report that dies', () => {
  test('what it left undecided, and is explained by what ends with it, is not told when it is over', async () => {
    const { run, runWith, told, board } = desk();
    const marks = new Set(['unusable checkout']);
    const of = (suite: 'enforcement' | 'isolation') => wideRun(suite, () => marks);
    await run(...of('isolation'));
    await run(...of('enforcement'));
    await runWith((ports) => dying(ports, { at: 1, acts: false }), ...of('enforcement'));
    marks.clear();
    for (let calm = 0; calm < 2; calm += 1) await run(...of('enforcement'));
    expect(board().open).toEqual([]);
    expect(told().map(({ kind, owner }) => [kind, owner])).toEqual([
      ['blind', 'team-a'],
      ['blind', 'team-b'],
      ['recovery', 'team-a'],
      ['recovery', 'team-b'],
    ]);
  });
});

describe('two reports', () => {
  test('one that has read the incidents before the other opened one decides again', async () => {
    const { run, runWith, told, board, ports } = desk();
    const cause = 'CONTROL_REFUSED';
    const bare = { id: 'payments/no-certificate', scenario: 'no-certificate', subject: null } as const;
    const refused = {
      results: [
        fail('CONTROL_REJECTED', control('checkout', { cause })),
        unsure('CONTROL_NOT_ACCEPTED', { ...bare, cause }),
      ],
    };
    const right = { results: [pass(control('checkout')), pass(bare)] };
    await run(refused);
    await runWith((own) => dying(own, { at: 1, acts: false }), refused);
    let others = 0;
    const other = async () => {
      others += 1;
      const publish = () => Promise.reject(new Error('SNS is down'));
      if (others === 1) await announce({ ...ports, publish }, [], { id: 'other' }, NO_ORIGIN);
    };
    const read: typeof ports.store.read = async (key) => {
      const found = await ports.store.read(key);
      if (key === 'incidents') await other();
      return found;
    };
    await runWith((own) => ({ ...own, store: { ...own.store, read } }), right);
    for (let calm = 0; calm < 2; calm += 1) await run(right);
    expect(board().open).toEqual([]);
    expect(told().map(({ kind, check }) => [kind, check])).toEqual([
      ['regression', 'payments/valid-identity/checkout'],
      ['recovery', 'payments/valid-identity/checkout'],
    ]);
  });
});

describe('another fault is told', () => {
  test('another identity that cannot be used, at the same endpoint', async () => {
    const { run, told, board } = desk();
    const unusable = (identity: string) =>
      unsure('IDENTITY_UNUSABLE', control(identity, { cause: 'IDENTITY_UNUSABLE' }));
    await run({ results: [unusable('checkout'), pass(control('orders'))] });
    await run({ results: [unusable('checkout'), unusable('orders')] });
    expect(told().map(({ check }) => check)).toEqual([
      'payments/valid-identity/checkout',
      'payments/valid-identity/orders',
    ]);
    await run({ results: [unusable('checkout'), pass(control('orders'))] });
    await run({ results: [unusable('checkout'), pass(control('orders'))] });
    expect(board().open.map(({ thing }) => thing.name)).toEqual(['checkout']);
  });

  test('two identities in one run are two things', async () => {
    const { run, told } = desk();
    const unusable = (identity: string) =>
      unsure('IDENTITY_UNUSABLE', control(identity, { cause: 'IDENTITY_UNUSABLE' }));
    await run({ results: [unusable('checkout'), unusable('orders')] });
    expect(told().map(({ incident }) => incident?.thing.name)).toEqual(['checkout', 'orders']);
  });

  test('another identity that is refused now and then, while one is refused', async () => {
    const { run, told, board } = desk();
    const refused = (identity: string) => fail('CONTROL_REJECTED', control(identity, { cause: 'CONTROL_REFUSED' }));
    const both = (isRight: boolean) => ({
      results: [refused('checkout'), isRight ? pass(control('orders')) : refused('orders')],
    });
    for (const isRight of [true, true, false, true, false, true, false]) await run(both(isRight));
    expect(told().map(({ kind, check }) => [kind, check])).toEqual([
      ['regression', 'payments/valid-identity/checkout'],
      ['flapping', 'payments/valid-identity/orders'],
    ]);
    for (let calm = 0; calm < 12; calm += 1)
      await run({ results: [pass(control('checkout')), pass(control('orders'))] });
    expect(board().open).toEqual([]);
    expect(
      told()
        .slice(2)
        .map(({ kind }) => kind),
    ).toEqual(['recovery', 'recovery']);
  });

  test('an owner who was not told yet', async () => {
    const { run, told, board } = desk();
    const at = (endpoint: string, isRight: boolean) => {
      const own = { id: `${endpoint}/valid-identity/checkout`, endpoint };
      const result = isRight ? pass(own) : unsure('IDENTITY_UNUSABLE', { ...own, cause: 'IDENTITY_UNUSABLE' });
      return { owner: `team-${endpoint}`, results: [result] };
    };
    await run(at('payments', false));
    await run(at('orders', false));
    expect(told().map(({ owner }) => owner)).toEqual(['team-payments', 'team-orders']);
    expect(new Set(told().map(({ incident }) => incident?.key)).size).toBe(1);
    for (let calm = 0; calm < 2; calm += 1) await run(at('payments', true), at('orders', true));
    expect(board().open).toEqual([]);
    expect(
      told()
        .slice(2)
        .map(({ kind, owner }) => [kind, owner]),
    ).toEqual([
      ['recovery', 'team-payments'],
      ['recovery', 'team-orders'],
    ]);
  });
});

describe('why it is over', () => {
  test('one check is waived, and the other right: it is not right again', async () => {
    const { run, told } = desk();
    const bare = { id: 'payments/no-certificate', scenario: 'no-certificate', subject: null } as const;
    const cause = 'CLIENT_CERTIFICATE_OPTIONAL';
    const modern = { ...bare, id: 'payments/no-certificate@1.3' };
    const admits = (own: Partial<CheckResult>) => fail('ACCEPTED_NO_CERTIFICATE', { ...own, cause });
    await run({ results: [admits(bare), admits(modern)] });
    await run({ results: [waived(bare), admits(modern)] });
    for (let calm = 0; calm < 2; calm += 1) await run({ results: [waived(bare), pass(modern)] });
    expect(told().map(({ kind, incident }) => [kind, incident?.closedBecause])).toEqual([
      ['regression', null],
      ['closing', 'waived'],
    ]);
  });
});
