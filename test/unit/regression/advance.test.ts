import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import type { LeafFacts, StateItem, Transition } from '../../../shared/model/state.ts';
import { HOUR, MINUTE } from '../../../shared/model/time.ts';
import { advance } from '../../../shared/regression/advance.ts';
import { drain } from '../../../shared/regression/drain.ts';
import type { Update } from '../../../shared/regression/update.ts';
import { anUpdate, fail, open, pass, startOf, unsure, waived } from '../../helpers/judged.ts';

/** One result a run, in order; what each run made due. */
const tell = (results: readonly CheckResult[], own: Partial<Update> = {}) => {
  let item: StateItem | null = null;
  const told: string[][] = [];
  const writes: boolean[] = [];
  for (const [index, result] of results.entries()) {
    const update = anUpdate(index + 1, [result], own);
    const next = advance(item, update, update.run.startedAt);
    item = next.item;
    writes.push(next.changed);
    told.push(next.transitions.map(({ kind, code }) => `${kind} ${code}`));
  }
  return { item: item as unknown as StateItem, told, writes };
};

describe('what is told, run by run', () => {
  const soon = (severity: 'warning' | 'critical') => fail('SERVED_CHAIN_EXPIRES_SOON', { severity });
  test.each<[string, readonly CheckResult[], string[][]]>([
    ['all is well from the start', [pass(), pass()], [[], []]],
    ['open on its first run', [open()], [['regression ACCEPTED_NO_CERTIFICATE']]],
    ['opens, then nothing changes', [pass(), open(), open()], [[], ['regression ACCEPTED_NO_CERTIFICATE'], []]],
    [
      'opens and is closed again',
      [open(), pass(), pass()],
      [['regression ACCEPTED_NO_CERTIFICATE'], ['recovery ACCEPTED'], []],
    ],
    ['one failed control', [pass(), fail('CONTROL_REJECTED'), pass()], [[], [], []]],
    [
      'an outage',
      [pass(), fail('CONTROL_REJECTED'), fail('CONTROL_REJECTED'), pass()],
      [[], [], ['regression CONTROL_REJECTED'], ['recovery ACCEPTED']],
    ],
    ['one blind run', [pass(), unsure(), pass()], [[], [], []]],
    [
      'addresses that differ while a renewal goes round are no news, and are where it stops half way',
      [pass(), fail('SERVED_CHAINS_DIFFER'), pass(), fail('SERVED_CHAINS_DIFFER'), fail('SERVED_CHAINS_DIFFER')],
      [[], [], [], [], ['regression SERVED_CHAINS_DIFFER']],
    ],
    [
      'a host that is down, for different reasons',
      [pass(), unsure('UNREACHABLE'), unsure('TIMED_OUT'), unsure('UNREACHABLE')],
      [[], [], ['blind TIMED_OUT'], []],
    ],
    [
      'refused and unreachable in turns: announced once',
      [fail('CONTROL_REJECTED'), unsure(), fail('CONTROL_REJECTED'), unsure(), fail('CONTROL_REJECTED')],
      [[], ['blind UNREACHABLE'], [], [], []],
    ],
    [
      'an identity of ours does not flap',
      [pass(), unsure('IDENTITY_UNUSABLE'), pass()],
      [[], ['blind IDENTITY_UNUSABLE'], ['recovery ACCEPTED']],
    ],
    ['an identity that could not be read once', [pass(), unsure('IDENTITY_NOT_READ'), pass()], [[], [], []]],
    [
      'an identity that cannot be read for long: told once it has settled, like other outages',
      [pass(), unsure('IDENTITY_NOT_READ'), unsure('IDENTITY_NOT_READ'), unsure('IDENTITY_NOT_READ'), pass()],
      [[], [], ['blind IDENTITY_NOT_READ'], [], ['recovery ACCEPTED']],
    ],
    [
      'an identity that cannot be used, and then cannot be read: nothing new',
      [unsure('IDENTITY_UNUSABLE'), unsure('IDENTITY_NOT_READ'), unsure('IDENTITY_NOT_READ')],
      [['blind IDENTITY_UNUSABLE'], [], []],
    ],
    [
      'identity-health: its fail is a blind spot',
      [fail('IDENTITY_EXPIRES_SOON', { severity: 'warning' }), fail('IDENTITY_UNUSABLE', { severity: 'warning' })],
      [['expiry IDENTITY_EXPIRES_SOON'], ['blind IDENTITY_UNUSABLE']],
    ],
    ['a trust bundle that cannot be read', [unsure('TRUST_BUNDLE_UNUSABLE')], [['blind TRUST_BUNDLE_UNUSABLE']]],
    [
      'open, then down, then open',
      [open(), unsure(), unsure(), open()],
      [['regression ACCEPTED_NO_CERTIFICATE'], [], ['blind UNREACHABLE'], ['regression ACCEPTED_NO_CERTIFICATE']],
    ],
    [
      'expiry comes nearer, then is over',
      [soon('warning'), soon('warning'), soon('critical'), fail('SERVED_CHAIN_EXPIRED'), pass()],
      [
        ['expiry SERVED_CHAIN_EXPIRES_SOON'],
        [],
        ['expiry SERVED_CHAIN_EXPIRES_SOON'],
        ['regression SERVED_CHAIN_EXPIRED'],
        ['recovery ACCEPTED'],
      ],
    ],
    [
      'a severity that falls is no news, and its way back neither',
      [soon('critical'), soon('warning'), soon('critical')],
      [['expiry SERVED_CHAIN_EXPIRES_SOON'], [], []],
    ],
    ['waived', [waived(), waived(), pass()], [[], [], []]],
    [
      'waived while it was announced',
      [open(), waived(), pass()],
      [['regression ACCEPTED_NO_CERTIFICATE'], ['closing ACCEPTED_NO_CERTIFICATE'], []],
    ],
    ['a waiver that ends', [waived(), open()], [[], ['regression ACCEPTED_NO_CERTIFICATE']]],
  ])('%s', (_, results, told) => {
    expect(tell(results).told).toEqual(told);
  });

  test('a recovery is information', () => {
    const { item } = tell([open(), pass()]);
    expect(item.due.map(({ transition: { kind, severity } }) => [kind, severity])).toEqual([
      ['regression', 'critical'],
      ['recovery', 'info'],
    ]);
  });
});

describe('what a transition says', () => {
  test('since when, of which run, whose', () => {
    const { item } = tell([pass(), unsure(), unsure()]);
    expect(item.due[0]?.transition).toMatchObject({
      id: 'run-3/payments/valid-identity/checkout/blind',
      since: startOf(2),
      runId: 'run-3',
      runStartedAt: startOf(3),
      owner: 'team-payments',
      scenario: 'valid-identity',
      subject: 'checkout',
    });
  });

  test('another code is a fault of its own, with a start of its own', () => {
    const { item } = tell([
      fail('SERVED_NAME_MISMATCH'),
      pass(),
      fail('SERVED_NAME_MISMATCH'),
      fail('SERVED_CHAIN_EXPIRED'),
    ]);
    expect(item.due.at(-1)?.transition).toMatchObject({ code: 'SERVED_CHAIN_EXPIRED', since: startOf(4) });
  });

  test('long texts and long evidence are cut: a state item has a limit', () => {
    const observation = (presented: string): CheckResult['evidence'][number] => ({
      presented,
      address: null,
      tls: null,
      durationMs: 1,
      certificateRequested: null,
      ended: { kind: 'timed-out', phase: 'connect' },
    });
    const evidence = [...Array.from({ length: 40 }, () => observation('orders')), observation('checkout')];
    const { item } = tell([open({ message: 'x'.repeat(100_000), evidence })]);
    expect(JSON.stringify(item).length).toBeLessThan(6000);
    expect(item.due[0]?.transition.evidence.at(-1)?.presented).toBe('checkout');
  });
});

describe('reminders', () => {
  const settings = { settleAfter: 2, remindAfter: 10 * MINUTE };
  test('while something is open, each time the interval has passed', () => {
    const { told } = tell([open(), open(), open(), open(), open()], { settings });
    expect(told.map(([first]) => first?.split(' ')[0])).toEqual([
      'regression',
      undefined,
      'reminder',
      undefined,
      'reminder',
    ]);
  });
  test('not of a doubt: a run that does not confirm it waits', () => {
    const { told } = tell([open(), open(), unsure(), open()], { settings });
    expect(told.map(([first]) => first?.split(' ')[0])).toEqual(['regression', undefined, undefined, 'reminder']);
  });
  test('one with a lower severity does not make the old one news', () => {
    const soon = (severity: 'warning' | 'critical') => fail('SERVED_CHAIN_EXPIRES_SOON', { severity });
    const { told } = tell([soon('critical'), soon('warning'), soon('warning'), soon('critical')], { settings });
    expect(told.map(([first]) => first?.split(' ')[0])).toEqual(['expiry', undefined, 'reminder', undefined]);
  });
  test('of a blind spot too', () => {
    const { told } = tell([unsure(), unsure(), unsure(), unsure()], { settings });
    expect(told.flat()).toEqual(['blind UNREACHABLE', 'reminder UNREACHABLE']);
  });
  test('never of what is well', () => {
    expect(
      tell(
        Array.from({ length: 10 }, () => pass()),
        { settings },
      ).told.flat(),
    ).toEqual([]);
  });
});

describe('order', () => {
  const stateAfter = (...results: CheckResult[]) => tell(results).item;
  test.each([
    ['the same run again', { id: 'run-2', startedAt: startOf(2) }],
    ['the same run with another start', { id: 'run-2', startedAt: startOf(9) }],
    ['another run that started at the same time', { id: 'other', startedAt: startOf(2) }],
    ['an earlier run', { id: 'other', startedAt: startOf(1) }],
  ])('%s changes nothing', (_, run) => {
    const item = stateAfter(pass(), open());
    const again = advance(item, anUpdate(0, [pass()], { run }), run.startedAt);
    expect(again).toEqual({ item, changed: false, transitions: [] });
  });

  test('it is kept per check: one that another suite’s run missed is not held up', () => {
    const other = open({ id: 'payments/no-certificate', scenario: 'no-certificate' });
    const item = stateAfter(pass(), open());
    const late = advance(item, anUpdate(1, [other]), startOf(1));
    expect(late.transitions.map(({ check }) => check)).toEqual(['payments/no-certificate']);
    expect(Object.keys(late.item.checks)).toHaveLength(2);
  });
});

describe('when it is written', () => {
  test('a check that stays as it is: until it has settled, then never again', () => {
    expect(tell([pass(), pass(), pass(), pass()]).writes).toEqual([true, true, false, false]);
    expect(tell([open(), open(), open(), open()]).writes).toEqual([true, true, false, false]);
    expect(tell([unsure(), unsure(), unsure(), unsure()]).writes).toEqual([true, true, false, false]);
  });
  test('an unwritten run still lets the next one count', () => {
    const { told } = tell([pass(), pass(), pass(), pass(), unsure(), unsure()]);
    expect(told.flat()).toEqual(['blind UNREACHABLE']);
  });
  test('no results: nothing, and what is due stays', () => {
    const { item } = tell([open()]);
    const next = advance(item, anUpdate(2, [], { plannedIds: Object.keys(item.checks) }), startOf(2));
    expect(next).toEqual({ item, changed: false, transitions: [] });
  });
});

describe('checks that are no longer planned', () => {
  const other = pass({ id: 'payments/plaintext' });

  test('are dropped without a word where nothing is open', () => {
    const next = advance(tell([pass()]).item, anUpdate(2, [other], { closes: true }), startOf(2));
    expect(Object.keys(next.item.checks)).toEqual(['payments/plaintext']);
    expect(next.transitions).toEqual([]);
  });
  test('close with one notice where they are open; what was due of them is still told, and first', () => {
    const { item } = tell([open()]);
    const next = advance(item, anUpdate(2, [other], { closes: true }), startOf(2));
    expect(Object.keys(next.item.checks)).toEqual(['payments/plaintext']);
    expect(next.transitions).toMatchObject([
      { kind: 'closing', code: 'CHECK_REMOVED', severity: 'info', owner: 'team-payments', scenario: 'valid-identity' },
    ]);
    expect(next.item.due.map(({ transition }) => transition.kind)).toEqual(['regression', 'closing']);
    const again = advance(next.item, anUpdate(2, [other], { closes: true }), startOf(2));
    expect(again).toEqual({ item: next.item, changed: false, transitions: [] });
  });
  test('stay as they are where the run may not close: no opening is lost', () => {
    const { item } = tell([open()]);
    const next = advance(item, anUpdate(2, [other]), startOf(2));
    expect(Object.keys(next.item.checks)).toEqual(['payments/valid-identity/checkout', 'payments/plaintext']);
    expect(next.transitions).toEqual([]);
    expect(next.item.due).toHaveLength(1);
  });
  test('a run that started before the closing does not open them again', () => {
    const closed = advance(tell([pass(), open()]).item, anUpdate(4, [other], { closes: true }), startOf(4)).item;
    const late = advance(closed, anUpdate(3, [open()]), startOf(3));
    expect(late).toMatchObject({ changed: false, transitions: [] });
    expect(advance(closed, anUpdate(5, [open()]), startOf(5)).transitions).toMatchObject([{ kind: 'regression' }]);
  });
  test('not by a late run, whose plan may be the older one', () => {
    const { item } = tell([pass(), open()]);
    const next = advance(item, anUpdate(1, [pass({ id: 'payments/plaintext' })]), startOf(1));
    expect(Object.keys(next.item.checks)).toHaveLength(2);
  });
});

describe('another leaf is served', () => {
  const id = 'payments/served-certificate';
  const served = (leaves: readonly string[], result = pass({ id, scenario: 'served-certificate' })) => {
    let item: StateItem | null = null;
    const told: (readonly Transition[])[] = [];
    const writes: boolean[] = [];
    for (const [index, leaf] of leaves.entries()) {
      const next = advance(
        item,
        anUpdate(index + 1, [result], { leaves: { [id]: [{ sha256: leaf }] } }),
        startOf(index + 1),
      );
      item = next.item;
      told.push(next.transitions);
      writes.push(next.changed);
    }
    return { told: told.map((some) => some.map(({ kind, code, message }) => ({ kind, code, message }))), writes, item };
  };

  test('the first is remembered, another is told with both, a known one is silent', () => {
    const { told } = served(['aa', 'bb', 'aa', 'bb', 'aa']);
    expect(told.map((some) => some.length)).toEqual([0, 1, 0, 0, 0]);
    expect(told[1]?.[0]).toMatchObject({ kind: 'change', code: 'SERVED_CHAIN_CHANGED' });
    expect(told[1]?.[0]?.message).toMatch(/aa.*bb/);
  });
  test('backends in turns cost no write', () => {
    expect(served(['aa', 'bb', 'aa', 'bb', 'aa', 'bb']).writes).toEqual([true, true, false, false, false, false]);
  });
  test('sixteen are remembered; one in use is not forgotten for others that come and go', () => {
    const others = Array.from({ length: 15 }, (_, at) => `b${at}`);
    const { told } = served(['aa', ...others, 'aa', 'c', 'aa', 'b0']);
    expect(told.map((some) => some.length)).toEqual([0, ...others.map(() => 1), 0, 1, 0, 1]);
  });
  const then = (before: CheckResult, after: CheckResult, facts: Partial<LeafFacts>) => {
    const known = { sha256: 'aa', key: 'k1', issuer: 'i1', shortLived: false };
    const leaves = [known, { ...known, sha256: 'bb', ...facts }].map((leaf) => ({ leaves: { [id]: [leaf] } }));
    const first = advance(null, anUpdate(1, [before], leaves[0]), startOf(1));
    const next = advance(first.item, anUpdate(2, [after], leaves[1]), startOf(2));
    return next.transitions.map(({ kind, code, message }) => [kind, code, /aa before, bb now/.test(message)]);
  };
  const own = { id, scenario: 'served-certificate' } as const;
  const bad = fail('SERVED_CHAIN_EXPIRED', own);
  test('with the finding on it, in one message', () => {
    expect(then(pass(own), bad, { issuer: 'i2' })).toEqual([['regression', 'SERVED_CHAIN_EXPIRED', true]]);
  });
  test('with what it mends, if it is a renewal by the same issuer', () => {
    expect(then(bad, pass(own), { key: 'k2' })).toEqual([['recovery', 'ACCEPTED', true]]);
    expect(then(bad, pass(own), { issuer: 'i2' })).toEqual([
      ['change', 'SERVED_ISSUER_CHANGED', true],
      ['recovery', 'ACCEPTED', false],
    ]);
  });
  test('not with a finding that is less than it', () => {
    const slight = fail('SERVED_CHAIN_UNCOMMON', { ...own, severity: 'info' });
    expect(then(pass(own), slight, { issuer: 'i2' }).map(([kind]) => kind)).toEqual(['change', 'regression']);
  });
  test('a waiver covers it', () => {
    const { told } = served(['aa', 'bb'], waived({ id }));
    expect(told.flat()).toEqual([]);
  });
  test('a duplicate run remembers nothing', () => {
    const { item } = served(['aa']);
    const again = advance(item, anUpdate(1, [pass({ id })], { leaves: { [id]: [{ sha256: 'bb' }] } }), startOf(1));
    expect(again.changed).toBe(false);
  });
});

describe('other acceptable CAs are named', () => {
  const id = 'payments/served-certificate';
  const list = (sha256: string) => ({ sha256, total: 2, names: ['CN=Clients', 'CN=Partners'] });
  const named = (runs: readonly (readonly string[])[], result = pass({ id, scenario: 'served-certificate' })) => {
    let item: StateItem | null = null;
    const told: (readonly Transition[])[] = [];
    const writes: boolean[] = [];
    for (const [index, lists] of runs.entries()) {
      const acceptableCas = lists.length === 0 ? {} : { [id]: lists.map(list) };
      const leaves = { [id]: [{ sha256: 'aa' }] };
      const next = advance(item, anUpdate(index + 1, [result], { leaves, acceptableCas }), startOf(index + 1));
      item = next.item;
      told.push(next.transitions);
      writes.push(next.changed);
    }
    return { told, writes, item };
  };

  test('the first list is remembered, another is told, a known one is silent and costs no write', () => {
    const { told, writes } = named([['aa'], ['bb'], ['aa'], [], ['bb']]);
    expect(told.map((some) => some.map(({ code }) => code))).toEqual([[], ['ACCEPTABLE_CAS_CHANGED'], [], [], []]);
    expect(told[1]?.[0]).toMatchObject({ kind: 'change', severity: 'warning' });
    expect(told[1]?.[0]?.message).toContain('2 (CN=Clients; CN=Partners) now, 2 before');
    expect(writes).toEqual([true, true, false, false, false]);
  });
  test('backends with a list each, and lists by TLS version, are no change', () => {
    expect(named([['aa', 'bb'], ['bb'], ['aa'], ['bb', 'aa']]).told.flat()).toEqual([]);
  });
  test('eight are remembered; those in use are kept', () => {
    const others = Array.from({ length: 20 }, (_, at) => [`b${at}`, 'aa']);
    const { told, item } = named([['aa'], ...others, ['aa'], ['b0']]);
    expect(told.map((some) => some.length)).toEqual([0, ...others.map(() => 1), 0, 1]);
    expect(item?.acceptableCas?.[id]).toHaveLength(8);
  });
  test('beside a change of leaf each has its own id', () => {
    const first = advance(
      null,
      anUpdate(1, [pass({ id })], { leaves: { [id]: [{ sha256: 'aa' }] }, acceptableCas: { [id]: [list('aa')] } }),
      startOf(1),
    );
    const next = advance(
      first.item,
      anUpdate(2, [pass({ id })], { leaves: { [id]: [{ sha256: 'bb' }] }, acceptableCas: { [id]: [list('bb')] } }),
      startOf(2),
    );
    expect(new Set(next.transitions.map((each) => each.id)).size).toBe(2);
  });
  test('a waiver covers it', () => {
    expect(named([['aa'], ['bb']], waived({ id })).told.flat()).toEqual([]);
  });
});

test('drain hands over what is due and keeps the rest', () => {
  const { item } = tell([open(), pass()]);
  const { item: rest, transitions } = drain(item);
  expect(transitions.map(({ kind }) => kind)).toEqual(['regression', 'recovery']);
  expect(rest).toEqual({ ...item, due: [] });
});

test('a day of five-minute runs with one outage: two messages, and no write once it has left the window', () => {
  const day = Array.from({ length: (24 * HOUR) / (5 * MINUTE) }, (_, run) =>
    run === 100 || run === 101 ? unsure() : pass(),
  );
  const { told, writes } = tell(day);
  expect(told.flat()).toEqual(['blind UNREACHABLE', 'recovery ACCEPTED']);
  expect(writes.flatMap((written, run) => (written ? [run] : []))).toEqual([
    0, 1, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109,
  ]);
});

describe('a control that comes and goes', () => {
  const refused = fail('CONTROL_REJECTED', { message: 'payments refused checkout.' });
  const turns = (...signs: string[]) => [...signs.join('')].map((sign) => (sign === 'x' ? refused : pass()));

  test('every other run: told once, in how many of the last runs, and since when', () => {
    const { told, item } = tell(turns('xoxoxoxoxoxo'));
    expect(told.flatMap((some, run) => some.map((one) => [run + 1, one]))).toEqual([[5, 'flapping CONTROL_REJECTED']]);
    const [due] = item.due;
    expect(due?.transition).toMatchObject({ since: startOf(1), severity: 'critical' });
    expect(due?.transition.message).toMatch(/^payments refused checkout\. .*\b3 of the last 5 runs/);
  });
  test('one run in three', () => {
    expect(tell(turns('xooxooxooxoo')).told.flat()).toEqual(['flapping CONTROL_REJECTED']);
  });
  test('two runs of four: the first outage is an outage, the second one flaps', () => {
    expect(tell(turns('xxooxxooxxooxxoo')).told.flat()).toEqual([
      'regression CONTROL_REJECTED',
      'recovery ACCEPTED',
      'regression CONTROL_REJECTED',
    ]);
  });
  test('a recovery after eight right runs says so', () => {
    const { told, item } = tell(turns('xoxoxo', 'ooooooo'));
    expect(told.at(-1)).toEqual(['recovery ACCEPTED']);
    expect(item.due.at(-1)?.transition.message).toMatch(/last 8 runs/);
  });
  test('an open endpoint that closes every other time stays open for who reads it', () => {
    const results = [...'xoxoxoxoxoxo'].map((sign) => (sign === 'x' ? open() : pass()));
    expect(tell(results).told.flat()).toEqual([
      'regression ACCEPTED_NO_CERTIFICATE',
      'recovery ACCEPTED',
      'regression ACCEPTED_NO_CERTIFICATE',
    ]);
  });
  test('a waiver forgets it', () => {
    const { item } = tell([...turns('xoxoxox'), waived()]);
    expect(item.checks[pass().id]).not.toHaveProperty('recent');
  });
  test('state that an older version stored goes on', () => {
    const { item } = tell(turns('xx'));
    const checks = Object.fromEntries(
      Object.entries(item.checks).map(([id, { recent: _none, ...state }]) => [id, state]),
    );
    const next = advance({ ...item, checks }, anUpdate(3, [pass()]), startOf(3));
    expect(next.transitions.map(({ kind }) => kind)).toEqual(['recovery']);
  });
});
