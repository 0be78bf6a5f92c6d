/**
 * `npm run bench:profile`, part of `npm run bench`: where the CPU of a sweep goes. Samples of this process while it sweeps servers in other processes, as
 * V8's profiler takes them: of the main thread, without V8's own threads. Like `sweep.ts` otherwise.
 */
import { type Profiler, Session } from 'node:inspector/promises';
import { checkOf, sweptRegistry } from './check-run.ts';
import { roomOf, sharesOf } from './profile-shares.ts';
import { isQuick, print } from './record.ts';
import { startRelyingParties } from './relying-party.ts';

const ENDPOINTS = 10;
const [WARM_UP, RUNS] = isQuick ? [3, 5] : [15, 30];
/** Microseconds between two samples. */
const INTERVAL = 200;
const TOP = 12;

const relyingParty = await startRelyingParties(ENDPOINTS);
const profileOf = async (run: () => Promise<void>): Promise<Profiler.Profile> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.post('Profiler.start');
  await run();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
};

try {
  const registry = sweptRegistry(relyingParty);
  const runs = async (count: number): Promise<void> => {
    for (let each = 0; each < count; each += 1) await checkOf(registry);
  };
  await runs(WARM_UP);
  const profile = await profileOf(() => runs(RUNS));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const figure = (what: string, share: number) => print({ kind: 'figure', what, seen: percent(share), reach: '' });
  for (const [room, share] of sharesOf(profile, roomOf)) figure(room, share);
  const functions = sharesOf(profile, ({ functionName, url }) =>
    `\`${functionName}\` ${url.replace(/^.*\/(?=shared\/|node_modules\/)/u, '')}`.trim(),
  );
  for (const [name, share] of functions.slice(0, TOP)) figure(`of these, ${name}`, share);
} finally {
  await relyingParty.stop();
}
