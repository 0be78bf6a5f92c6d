/** One probe: one connection, one observation. Every end is an observation: a probe never rejects. */
import { connect } from 'node:net';
import type { Answer, Ended, Observation } from '../model/probe.ts';
import type { Instant } from '../model/time.ts';
import { addressText } from './addresses.ts';
import { Conversation } from './conversation.ts';
import { guardOfMetadata } from './refused-addresses.ts';
import type { Facts, ProbeTarget, Settle } from './target.ts';

export const runProbe = (target: ProbeTarget, clock: () => Instant): Promise<Observation> => {
  const startedAt = clock();
  const begun = performance.now();
  const facts: Facts = {
    tls: null,
    certificateRequested: null,
    certificateSent: null,
    resumed: false,
    chain: [],
    withheld: [],
  };
  const { promise, resolve } = Promise.withResolvers<{ ended: Ended; answer: Answer | null }>();
  dial(target, facts, (ended, answer = null) => resolve({ ended, answer }));
  return promise.then(({ ended, answer }) => ({
    presented: target.presented,
    address: addressText(target.address),
    tls: facts.tls,
    startedAt,
    durationMs: Math.round(performance.now() - begun),
    certificateRequested: facts.certificateRequested,
    certificateSent: facts.certificateSent,
    ...(target.offered === undefined ? {} : { resumed: facts.resumed }),
    ended,
    answer,
    servedChain: facts.chain,
    ...(facts.chainVerified === undefined ? {} : { chainVerified: facts.chainVerified }),
    ...(facts.acceptableCas === undefined ? {} : { acceptableCas: facts.acceptableCas }),
    ...(facts.ocspStaple === undefined ? {} : { ocspStaple: facts.ocspStaple }),
    withheld: facts.withheld,
    ...(facts.watchedMs === undefined ? {} : { watchedMs: facts.watchedMs }),
  }));
};

const dial = (target: ProbeTarget, facts: Facts, settle: Settle): void => {
  const { address, guard = guardOfMetadata } = target;
  const reason = guard(address);
  if (reason !== null) {
    settle({ kind: 'address-refused', phase: 'connect', reason });
    return;
  }
  const raw = connect({ host: address.ip, port: address.port, noDelay: true });
  const conversation = new Conversation(target, raw, facts, settle);
  raw.once('connect', () => conversation.start());
};
