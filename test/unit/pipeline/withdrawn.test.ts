/** The next version of a secret that goes away again: what was announced of it does not stay open. */
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import type { StateItem } from '../../../shared/model/state.ts';
import { stateUpdates } from '../../../shared/pipeline/run/state-updates.ts';
import { advance } from '../../../shared/regression/advance.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { fail, pass, startOf, unsure } from '../../helpers/judged.ts';

const ROTATION = {
  id: 'payments/rotation/checkout',
  endpoint: 'payments',
  scenario: 'rotation',
  subject: 'checkout',
} as const;
const control = pass({ id: 'payments/valid-identity/checkout' });
const refused = fail('NEXT_IDENTITY_REJECTED', ROTATION);
const identities = {
  checkout: { name: 'checkout', source: { kind: 'secret', secret: 's' }, passphrase: null, fault: null, like: null },
} as never;

/** The results of each run; what each made due. */
const tell = (...runs: readonly (readonly CheckResult[])[]) => {
  let item: StateItem | null = null;
  return runs.map((checks, at) => {
    const run = { id: `run-${at}`, startedAt: startOf(at + 1) };
    const scope = { run, vantage: 'default', suites: ['enforcement'] as const, endpoints: [anEndpoint()], identities };
    const [update] = stateUpdates(
      { ...scope, health: [], defaults: { settleAfter: 1, remindAfter: 86_400_000 } },
      { checks, servedChains: [] },
    );
    if (update === undefined) throw new Error('no update');
    const next = advance(item, update, run.startedAt);
    item = next.item;
    return next.transitions.map(({ kind, code }) => `${kind} ${code}`);
  });
};

describe('a rotation check without a result', () => {
  test('ends what was announced of it, once, where the control was accepted', () => {
    expect(tell([control, refused], [control], [control])).toEqual([
      ['regression NEXT_IDENTITY_REJECTED'],
      ['recovery NO_OTHER_VERSION'],
      [],
    ]);
    expect(tell([control, unsure('IDENTITY_UNUSABLE', ROTATION)], [control])).toEqual([
      ['blind IDENTITY_UNUSABLE'],
      ['recovery NO_OTHER_VERSION'],
    ]);
  });

  test('tells nothing where nothing was announced', () => {
    expect(tell([control], [control, pass(ROTATION)], [control])).toEqual([[], [], []]);
  });

  test('keeps its state where it is not known whether there is another version', () => {
    const unread = unsure('UNREACHABLE', { id: control.id });
    expect(tell([control, refused], [unread], [])).toEqual([['regression NEXT_IDENTITY_REJECTED'], [], []]);
    expect(tell([control, refused], [control, unsure('NOT_RUN', ROTATION)])[1]).toEqual([]);
  });
});
