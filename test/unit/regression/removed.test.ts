import { describe, expect, test } from 'vitest';
import { isOpen } from '../../../shared/model/open-state.ts';
import type { StateItem } from '../../../shared/model/state.ts';
import { advance } from '../../../shared/regression/advance.ts';
import { closingOf, withdraw } from '../../../shared/regression/removed.ts';
import { anUpdate, fail, open, pass, startOf, unsure } from '../../helpers/judged.ts';

const run = (at: number) => ({ id: `run-${at}`, startedAt: startOf(at) });
const stateAfter = (...updates: readonly Parameters<typeof anUpdate>[]): StateItem => {
  let item: StateItem | null = null;
  for (const [at, results, own] of updates) item = advance(item, anUpdate(at, results, own), startOf(at)).item;
  if (item === null) throw new Error('no updates');
  return { ...item, due: [] };
};

describe('an item whose endpoint has left', () => {
  const item = stateAfter([1, [open(), pass({ id: 'payments/plaintext' })]]);

  test('gets one notice for each open check, and nothing else stays', () => {
    const { item: next, changed } = withdraw(item, run(2));

    expect(changed).toBe(true);
    expect(next).toMatchObject({ checks: {}, chains: {}, closedAt: startOf(2) });
    expect(isOpen(next)).toBe(false);
    expect(next.due.map(({ transition }) => transition)).toEqual([
      {
        id: 'run-2/payments/valid-identity/checkout/closing',
        ...{ kind: 'closing', code: 'CHECK_REMOVED', severity: 'info', cause: null },
        ...{ check: 'payments/valid-identity/checkout', endpoint: 'payments', vantage: 'default' },
        ...{ owner: 'team-payments', scenario: 'valid-identity', subject: null, since: startOf(1) },
        ...{ runId: 'run-2', runStartedAt: startOf(2), reproduce: null, evidence: [] },
        ...{ ended: 'removed', was: 'ACCEPTED_NO_CERTIFICATE/endpoint/payments/checkout' },
        message: expect.stringMatching(/no longer asks.*not known to be right.*failed \(ACCEPTED_NO_CERTIFICATE\)/),
        advice: expect.stringContaining('Nothing, if'),
      },
    ]);
  });

  test('changes nothing a second time, nor by a run that is no newer than what it knows', () => {
    const once = withdraw(item, run(2)).item;
    for (const at of [1, 2, 3]) expect(withdraw(once, run(at)).changed).toBe(false);
    for (const at of [0, 1]) expect(withdraw(item, run(at))).toEqual({ item, changed: false });
  });

  test('says what could not be judged, and nothing of what is right again or never was told', () => {
    const blind = stateAfter([1, [unsure()]], [2, [unsure()]]);
    expect(withdraw(blind, run(3)).item.due).toMatchObject([
      { transition: { message: expect.stringContaining('could not be judged (UNREACHABLE)') } },
    ]);
    const right = stateAfter([1, [open()]], [2, [pass()]]);
    expect(withdraw(right, run(3)).item).toMatchObject({ checks: {}, due: [] });
    const settling = stateAfter([1, [fail('CONTROL_REJECTED')]]);
    expect(withdraw(settling, run(2)).item).toMatchObject({ checks: {}, due: [] });
  });
});

describe('where a closing’s fields come from', () => {
  const state = Object.values(stateAfter([1, [open()]]).checks)[0];
  test.each([
    ['endpoint/a/vpc/enforcement', 'a/no-certificate#1.3', 'a', 'vpc', 'no-certificate'],
    ['endpoint/a/default/isolation', 'a/foreign-identity/b@GET /x', 'a', 'default', 'foreign-identity'],
    ['endpoint/a/default/enforcement', 'a/scenario-of-another-version', 'a', 'default', null],
    ['identity/a', 'identity-health/a', null, 'default', 'identity-health'],
    ['run/a/enforcement', 'run/a/enforcement', null, 'default', null],
  ])('%s, %s', (key, id, endpoint, vantage, scenario) => {
    if (state === undefined) throw new Error('no state');
    expect(closingOf({ key, owner: null }, id, state, run(2))).toMatchObject([
      { endpoint, vantage, scenario, owner: null },
    ]);
  });
});

describe('the owner of what is open', () => {
  test('is kept with it, follows the registry, and goes with it', () => {
    expect(stateAfter([1, [open()]])).toMatchObject({ owner: 'team-payments' });
    expect(stateAfter([1, [open()]], [2, [open()], { owner: 'another' }])).toMatchObject({ owner: 'another' });
    expect(stateAfter([1, [open()]], [2, [pass()]])).not.toHaveProperty('owner');
    expect(stateAfter([1, [open()], { owner: null }])).not.toHaveProperty('owner');
  });
});
