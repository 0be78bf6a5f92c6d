/** An endpoint's own runbook goes with whatever its checks make due. */
import { expect, test } from 'vitest';
import { stateUpdates } from '../../../shared/pipeline/run/state-updates.ts';
import { advance } from '../../../shared/regression/advance.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { open, startOf } from '../../helpers/judged.ts';

const dueOf = (endpoint: ReturnType<typeof anEndpoint>) => {
  const run = { id: 'run-1', startedAt: startOf(1) };
  const [update] = stateUpdates(
    {
      ...{ run, vantage: 'default', suites: ['enforcement'], endpoints: [endpoint], identities: {}, health: [] },
      defaults: { settleAfter: 1, remindAfter: 86_400_000 },
    },
    { checks: [open()], servedChains: [] },
  );
  if (update === undefined) throw new Error('no update');
  const { item, transitions } = advance(null, update, run.startedAt);
  expect(item.due.map(({ transition }) => transition)).toEqual(transitions);
  return transitions;
};

test('a transition has the runbook of its endpoint, in the state too, and none where it has none', () => {
  expect(dueOf({ ...anEndpoint(), runbook: 'https://w/own' })).toMatchObject([{ runbook: 'https://w/own' }]);
  const without = dueOf(anEndpoint());
  expect(without).toHaveLength(1);
  expect(without[0]).not.toHaveProperty('runbook');
});
