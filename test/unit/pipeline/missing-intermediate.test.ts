/** missing-intermediate: told where it is certain, and never a fault. */
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../shared/model/probe.ts';
import { proberOf } from '../../../shared/pipeline/ask/prober.ts';
import { sweepEndpoint } from '../../../shared/pipeline/ask/sweep.ts';
import type { Connect } from '../../../shared/pipeline/ask/types.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { judgeEndpoint } from '../../../shared/verdict/judge/judge-endpoint.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { alerted, answered, refusedTcp, timedOut } from '../../helpers/observation.ts';
import { context } from '../../helpers/trial.ts';

const ok = answered(200, 'hello');
const ONE = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';

type Script = { readonly alone: Observation; readonly after?: Observation; readonly chain?: string };

const learnt = async ({ alone, after = ok, chain = ONE + ONE }: Script) => {
  const endpoint = anEndpoint({ refuses: [] });
  const { checks } = planEndpoint(endpoint, {}, ['enforcement']);
  let shown = false;
  const connect: Connect = async (presented) => {
    if (presented.kind !== 'identity') return { ...alerted(), presented: null };
    shown ||= presented.alone === true;
    const seen = presented.alone === true ? alone : shown ? after : ok;
    return { ...seen, presented: presented.identity };
  };
  const others = { isHere: async () => false, earn: async () => null, isLoaded: () => false };
  const prober = proberOf(endpoint, { connect, ...others, certificateOf: () => chain });
  const { results } = judgeEndpoint(checks, await sweepEndpoint(checks, prober), { ...context, endpoint }, () => []);
  return results
    .filter(({ scenario }) => scenario === 'missing-intermediate')
    .map(({ verdict, code, severity }) => `${verdict} ${code} ${severity}`);
};

describe('what the control gets without the rest of its chain', () => {
  test.each([
    ['an acceptance: it is held, or fetched', { alone: ok }, ['pass INTERMEDIATE_HELD info']],
    ['a refusal: the client must send it', { alone: alerted(48) }, ['pass INTERMEDIATE_REQUIRED info']],
    ['a refusal, and the control is refused by now too: nothing', { alone: alerted(48), after: alerted(48) }, []],
    ['a refusal, and the endpoint is gone: nothing', { alone: alerted(48), after: refusedTcp() }, []],
    ['silence: nothing', { alone: timedOut() }, []],
    ['it has nothing to leave out', { alone: ok, chain: ONE }, []],
  ] as const)('%s', async (_, script, expected) => {
    expect(await learnt(script)).toEqual(expected);
  });
});
