/** A refusal of another connection that still stands costs no time. docs/adr/0040 */
import { expect, test } from 'vitest';
import { dialler } from '../../../shared/pipeline/ask/dial.ts';
import { type Handshakes, handshakesOfRun } from '../../../shared/pipeline/ask/handshakes.ts';
import { NO_SILENCE } from '../../../shared/pipeline/ask/silence.ts';
import type { Prober } from '../../../shared/pipeline/ask/types.ts';
import { watch } from '../../../shared/pipeline/ask/watch.ts';
import { noBundle } from '../../../shared/pipeline/load/trust-bundles.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { alerted } from '../../helpers/observation.ts';
import { aCheck } from '../../helpers/trial.ts';

const endpoint = anEndpoint();
const standing = { ...alerted(116), sharedFrom: 'e0' };

/** In a run that has no time left. */
const dialled = (handshakes: Handshakes, options: object) =>
  dialler(
    endpoint,
    { identities: new Map(), bundle: noBundle, secretHeaders: { values: {}, missing: null } },
    {
      limits: connectionLimits(1),
      clock: Date.now,
      resolve: async () => ({ ok: true, ips: [] }),
      deadline: () => 0,
      handshakes,
    },
  )({
    presented: { kind: 'none' },
    tls: '1.3',
    options: { control: 'checkout', ...options },
    located: { ip: '127.0.0.1', port: 443 },
    place: endpoint,
    trusts: () => false,
  });

test('of a run: it is returned once there is no time left, unless the handshake had another end', async () => {
  const mixed: Handshakes = { ...handshakesOfRun(), isMixed: () => true };
  const seen = [
    await dialled(handshakesOfRun(), { standing }),
    await dialled(mixed, { standing }),
    await dialled(handshakesOfRun(), {}),
  ];
  expect(seen.map((each) => each?.sharedFrom ?? null)).toEqual(['e0', null, null]);
});

test('of a sweep: a check is not cut short by it', async () => {
  const spent = { order: 0, begin: () => {}, hasTime: () => false, endOf: () => 0, end: () => {} };
  const attempt: Prober['attempt'] = async () => ({
    observation: standing,
    outcome: { kind: 'rejected', by: 'tls-alert' },
  });
  const course = { budget: spent, now: { phase: 'alone' }, silence: NO_SILENCE, isSilent: false } as const;
  const own = watch({ attempt } as Prober, course, 100);
  const check = aCheck('no-certificate');
  expect([await own.prober.attempt(check, { standing }), own.isCut()]).toEqual([expect.anything(), false]);
  expect([await own.prober.attempt(check), own.isCut()]).toEqual([null, true]);
});
