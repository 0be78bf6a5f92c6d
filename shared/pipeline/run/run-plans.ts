/** Sweeps a batch's endpoints in the time that there is. What does not fit is left for a follow-up batch. */
import type { Milliseconds } from '../../model/time.ts';
import type { EndpointPlan } from '../../plan/plan.ts';
import { BATCH_TIME } from '../../plan/sharing.ts';
import { worstCase } from '../../plan/worst-case.ts';
import type { EndpointResult } from '../ask/endpoint-run.ts';
import type { Checked, CheckPorts } from './checked.ts';
import { inTurn } from './in-turn.ts';

/** A sweep whose worst case fits no function well is begun while half of a function's time is left. */
const ENOUGH: Milliseconds = BATCH_TIME / 2;

type Swept = { readonly name: string; readonly took: Milliseconds; readonly result: EndpointResult };

/** Never drops a finding: an endpoint that ran out of time is carried over only if none of its checks failed. */
const isCarried = ({ results }: EndpointResult): boolean =>
  results.some(({ code }) => code === 'NOT_RUN') && !results.some(({ verdict }) => verdict === 'fail');

/** Plans are begun in their order. `sweep` may reject; then the whole batch does. */
export const runPlans = async (
  plans: readonly EndpointPlan[],
  sweep: (plan: EndpointPlan) => Promise<EndpointResult>,
  { connections = Number.POSITIVE_INFINITY, carries = false, clock, deadline, onEndpoint }: CheckPorts,
): Promise<Checked> => {
  const turns = plans.map((plan) => ({
    task: plan,
    width: plan.endpoint.perAddress,
    worst: Math.min(worstCase(plan.endpoint, plan.checks), ENOUGH),
  }));
  const timed = async (plan: EndpointPlan): Promise<Swept> => {
    const begun = clock();
    const result = await sweep(plan);
    if (!(carries && isCarried(result))) onEndpoint?.(plan.endpoint.name, result.results);
    return { name: plan.endpoint.name, took: clock() - begun, result };
  };
  const ran = await inTurn(turns, timed, { width: connections, clock, deadline: carries ? deadline : null });
  const swept = ran.flatMap((each) => (each === null || (carries && isCarried(each.result)) ? [] : [each]));
  const names = new Set(swept.map(({ name }) => name));
  return {
    checks: swept.flatMap(({ result }) => result.results),
    servedChains: swept.flatMap(({ result }) => result.servedChains),
    notCovered: swept.flatMap(({ result }) => result.notCovered),
    durations: Object.fromEntries(swept.map(({ name, took }) => [name, Math.max(0, Math.round(took))])),
    rest: plans.flatMap(({ endpoint }) => (names.has(endpoint.name) ? [] : [endpoint.name])),
  };
};
