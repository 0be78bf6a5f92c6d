/** Which facts of a handshake are shared, how often and how long. docs/adr/0040 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../shared/model/probe.ts';
import {
  type Handshake,
  handshakeOf,
  handshakesOfRun,
  MOST_REMEMBERED,
} from '../../../shared/pipeline/ask/handshakes.ts';
import {
  isRefusedUnread,
  requestsOfEveryPath,
  SEEN,
  SHARED_FOR,
  SPARED,
} from '../../../shared/pipeline/ask/shareable.ts';
import { secureContext } from '../../../shared/probe/context.ts';
import type { ProbeTarget } from '../../../shared/probe/target.ts';
import { http1 } from '../../../shared/protocol/http1.ts';
import { alerted, anObservation, answered, closed, timedOut } from '../../helpers/observation.ts';
import { aRequest, aTarget } from '../../helpers/target.ts';

const in12 = (observation: Observation): Observation => ({ ...observation, tls: '1.2' });

describe('a refusal that no path can change', () => {
  test.each([42, 43, 44, 45, 46, 48, 116])(
    'TLS alert %i about the certificate, after a handshake of TLS 1.3',
    (number) => {
      expect(isRefusedUnread(alerted(number))).toBe(true);
    },
  );
  test.each([40, 42, 48, 112, 116])('TLS alert %i in the handshake: nothing was written', (number) => {
    expect([alerted(number, 'handshake'), in12(alerted(number, 'handshake'))].map(isRefusedUnread)).toEqual([
      true,
      true,
    ]);
  });
  test.each([
    ['after a handshake of TLS 1.2: it may have read the path and asked again', in12(alerted(42))],
    ['without a certificate request in the handshake', { ...alerted(116), certificateRequested: false }],
    ['handshake_failure after the handshake', alerted(40)],
    ['access_denied, which a server may send for what it has read', alerted(49)],
    ['illegal_parameter', alerted(47)],
    ['internal_error, as of a server that is overloaded', alerted(80)],
    ['internal_error in the handshake', alerted(80, 'handshake')],
    ['before the first byte of a server', alerted(48, 'connect')],
    ['in the middle of an answer', alerted(48, 'answer')],
    ['behind an answer', { ...alerted(48), answer: answered(403).answer }],
    ['of an offered session', { ...alerted(48), resumed: false }],
    ['a close', closed()],
    ['a close in the handshake', closed('handshake')],
    ['silence', timedOut()],
    ['an answer', answered(400)],
    ['an acceptance', answered(200)],
  ])('not %s', (_, observation) => {
    expect(isRefusedUnread(observation)).toBe(false);
  });
  test('a request for a certificate: of TLS 1.3, or of a handshake that ended in itself; not of a renegotiation', () => {
    const asked = answered(400);
    const seen = [asked, in12(asked), in12(alerted(42, 'handshake')), { ...asked, certificateRequested: false }];
    expect(seen.map(requestsOfEveryPath)).toEqual([true, false, true, false]);
  });
});

const context = secureContext(null, '1.3');
const target = (own: Partial<ProbeTarget> = {}) => aTarget(443, { context, ...own });
const handshake = (own: Partial<ProbeTarget> = {}): Handshake => {
  const made = handshakeOf(target(own), '1.3');
  if (made === null) throw new Error('it has a handshake');
  return made;
};

type Handshakes = ReturnType<typeof handshakesOfRun>;
/** As often as it takes until it is shared. */
const learn = (
  handshakes: Handshakes,
  made: Handshake,
  observation: Observation,
  by = 'e0',
  control: string | null = 'checkout',
) => {
  for (let time = 0; time < SEEN; time += 1) handshakes.learn(made, observation, by, control);
};

test('a refusal that was seen once is asked again', () => {
  const handshakes = handshakesOfRun();
  const shared = ['e0', 'e1'].map((by) => {
    handshakes.learn(handshake(), alerted(), by, 'checkout');
    return handshakes.refusal(handshake(), 0)?.sharedFrom ?? null;
  });
  expect(shared).toEqual([null, 'e1']);
});

describe('the same handshake', () => {
  const seenBy = (other: Handshake) => {
    const handshakes = handshakesOfRun();
    learn(handshakes, handshake(), alerted());
    return handshakes.refusal(other, 0)?.sharedFrom ?? null;
  };
  test('is shared, and says by which endpoint it was made', () => expect(seenBy(handshake())).toBe('e0'));
  test.each([
    ['another address', { address: { ip: '127.0.0.2', port: 443 } }],
    ['another port', { address: { ip: '127.0.0.1', port: 8443 } }],
    ['another name', { serverName: 'other.test' }],
    ['no name', { serverName: null }],
    ['another ALPN', { alpn: ['h2'] }],
    ['another identity or version', { context: secureContext(null, '1.2') }],
    ['a request for a staple', { askStaple: true }],
  ] as const)('not with %s', (_, own) => expect(seenBy(handshake(own))).toBeNull());
  test.each([
    ['without TLS', { context: null }],
    ['with a session', { offered: Buffer.from('session') }],
    [
      'after an upgrade',
      { speaker: { ...http1(aRequest), upgrade: { request: Buffer.alloc(8), read: () => 'go-on' } } },
    ],
  ] as const)('there is none %s', (_, own) => expect(handshakeOf(target(own), '1.3')).toBeNull());
});

type Step =
  | { readonly kind: 'seen'; readonly observation: Observation }
  | { readonly kind: 'asked' }
  | { readonly kind: 'waits'; readonly ms: number };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'asked' }) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(alerted(48), alerted(48), alerted(116), answered(200), answered(403), timedOut())
      .map((observation): Step => ({ kind: 'seen', observation })),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 * SHARED_FOR }).map((ms): Step => ({ kind: 'waits', ms })) },
);

/** What the law says may be shared. */
class Model {
  now = 0;
  #seen: Observation | null = null;
  #left = 0;
  #times = 0;
  #mixed = false;

  see(observation: Observation): Observation {
    this.#seen = { ...observation, startedAt: this.now };
    this.#left = SPARED;
    this.#times += 1;
    this.#mixed ||= !isRefusedUnread(observation);
    this.now += observation.durationMs;
    return this.#seen;
  }

  take(): Observation['ended'] | null {
    const seen = this.#seen;
    if (seen === null || this.#mixed || this.#left === 0 || this.#times < SEEN) return null;
    if (this.now - seen.startedAt - seen.durationMs > SHARED_FOR) return null;
    this.#left -= 1;
    return seen.ended;
  }
}

test('a law: each refusal was seen lately, spares three attempts at the most, and none once the handshake had another end', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const [handshakes, own, model] = [handshakesOfRun(), handshake(), new Model()];
      for (const step of steps) {
        if (step.kind === 'waits') model.now += step.ms;
        else if (step.kind === 'seen') handshakes.learn(own, model.see(step.observation), 'e0', 'checkout');
        else expect(handshakes.refusal(own, model.now)?.ended ?? null).toEqual(model.take());
      }
    }),
  );
});

test('a run of many endpoints remembers a bounded number of handshakes', () => {
  const handshakes = handshakesOfRun();
  const names = Array.from({ length: MOST_REMEMBERED + 1 }, (_, at) => handshake({ serverName: `e${at}.test` }));
  for (const each of names) learn(handshakes, each, alerted());
  const known = names.filter((each) => handshakes.refusal(each, 0) !== null);
  expect([known.length, known.includes(names[0]!)]).toEqual([MOST_REMEMBERED, false]);
  expect([0, 1].map((at) => handshakes.requestsCertificate(names[at]!, 0))).toEqual([false, true]);
});

test('a refusal beside no accepted control stands for no other: a server that refuses every client proves nothing', () => {
  const handshakes = handshakesOfRun();
  learn(handshakes, handshake(), alerted(), 'e0', null);
  expect(handshakes.refusal(handshake(), 0)).toBeNull();
  learn(handshakes, handshake(), alerted(), 'e1');
  handshakes.learn(handshake(), alerted(), 'e0', null);
  expect(handshakes.refusal(handshake(), 0)?.sharedFrom).toBe('e1');
});

test('a handshake is mixed once it had another end, whatever comes after it', () => {
  const handshakes = handshakesOfRun();
  const seen = [alerted(), answered(200), alerted()].map((observation) => {
    handshakes.learn(handshake(), observation, 'e0', 'checkout');
    return handshakes.isMixed(handshake());
  });
  expect(seen).toEqual([false, true, true]);
});

test.each([
  ['before', [false, true]],
  ['after', [true, false]],
])('a backend that requests no certificate, seen %s one that does: a session may be earned there', (_, requests) => {
  const handshakes = handshakesOfRun();
  for (const certificateRequested of requests)
    handshakes.learn(handshake(), { ...answered(400), certificateRequested }, 'e0', 'checkout');
  expect(handshakes.requestsCertificate(handshake(), 0)).toBe(false);
});

test('headers that another endpoint left out are not those of this one', () => {
  const handshakes = handshakesOfRun();
  learn(handshakes, handshake(), anObservation(alerted().ended, { withheld: ['authorization'] }));
  expect(handshakes.refusal(handshake(), 0)?.withheld).toEqual([]);
});
