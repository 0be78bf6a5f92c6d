import { expect, test } from 'vitest';
import { runEndpoint } from '../../../shared/pipeline/ask/endpoint-run.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

test('once the run has no time left, nothing is looked up: every check of the plan is NOT_RUN', async () => {
  const endpoint = anEndpoint({ admits: ['checkout'], tlsVersions: ['1.2', '1.3'] });
  const plan = planEndpoint(endpoint, {}, ['enforcement', 'isolation', 'certificates']);
  const never = () => {
    throw new Error('looked up');
  };
  const run = {
    ...{ now: 0, vantage: 'default', identities: new Map(), secretHeaders: { values: {}, missing: null } },
    bundle: { ok: false, reason: 'none' } as const,
  };

  const ports = { resolve: never, guard: never, limits: never, clock: () => 10, deadline: () => 10 };
  const { results, servedChains } = await runEndpoint(plan, run, ports);

  expect(plan.checks.length).toBeGreaterThan(20);
  expect(results.map(({ id }) => id)).toEqual(plan.checks.map(({ id }) => id));
  expect(new Set(results.map(({ code, verdict }) => `${verdict} ${code}`))).toEqual(new Set(['inconclusive NOT_RUN']));
  expect(servedChains).toEqual([]);
});
