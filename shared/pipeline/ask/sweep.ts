/**
 * Makes all attempts of one endpoint's plan, in waves over all its TLS versions, within one budget. One lane per version; one function per wave:
 * controls → the crowd (every first attempt side by side, a control among it) → one by one → forged headers → closing control →
 * returning controls.
 * A later wave depends on the outcomes of the earlier ones. docs/adr/0036
 */
import type { Check } from '../../model/check.ts';
import type { EndpointTrials } from '../../verdict/judge/judge-endpoint.ts';
import type { Lane, Trial } from '../../verdict/judge/trial.ts';
import { isAccepted, PATIENTLY, retryAlone, retryShared } from './attempts.ts';
import { type Budget, UNBOUNDED } from './budget.ts';
import { type Closed, closeLane } from './closing.ts';
import { attemptControls, repeatControl } from './controls.ts';
import type { Crowd, Started } from './crowd.ts';
import { isPlaintext } from './first-attempts.ts';
import { attemptFirst, plaintextLane } from './first-wave.ts';
import { startForgedHeaders } from './forged-headers.ts';
import { attemptAlone } from './missing-intermediate.ts';
import { needsPatientControl } from './patient-control.ts';
import { attemptResumedIdentity } from './resumed-identity.ts';
import { NO_SILENCE } from './silence.ts';
import type { OpenLane, Prober } from './types.ts';
import { type Course, watch } from './watch.ts';

/** `prober` is bound to the endpoint, or one of its routes, at one address. `budget`: default without bounds. */
export const sweepEndpoint = async (
  checks: readonly Check[],
  prober: Prober,
  budget: Budget = UNBOUNDED,
): Promise<EndpointTrials> => {
  const before: Course = { budget, now: { phase: 'controls' }, silence: NO_SILENCE, isSilent: false };
  const opened = await attemptControls(checks, prober, before);
  const { crowd, course } = await attemptFirst(opened, checks.filter(isPlaintext), before);
  const { lanes } = crowd;
  course.now.phase = 'alone';
  const { others: completed, plaintext } = await attemptOneByOne(crowd);
  course.now.phase = 'forged';
  const forged = await attemptForgedHeaders(lanes, completed, course);
  const others = await askSharedAgain(crowd, completed);
  course.now.phase = 'closing';
  const closed = lanes.map(async (lane, index) => {
    const trials = [...(others[index] ?? []), ...(forged[index] ?? [])];
    const closed = await closeLane(lane, trials, lane === plaintextLane(lanes) ? plaintext : [], course);
    const beside = { ...closed.lane, controlAmong: crowd.controlsAmong[index] ?? null };
    const patient = needsPatientControl(beside) ? await repeatControl(lane, course, PATIENTLY) : undefined;
    return {
      lane: { ...beside, ...(patient === undefined ? {} : { patientControl: patient }) },
      earned: closed.earned,
    };
  });
  const returning = await Promise.all(closed);
  course.now.phase = 'returning';
  const returned = await resumeControls(lanes, returning, course);
  await course.silence.over();
  const { witnesses } = course.silence;
  return { lanes: returned.map((lane) => ({ ...lane, witnesses })), plaintext };
};

const sequentially = async <Item, Result>(
  items: readonly Item[],
  run: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) results.push(await run(item, index));
  return results;
};

/** The next begins when one has ended, or waits in silence beside a control that is served. */
const handingOver = async (
  started: readonly Started[],
  complete: (each: Started) => Promise<Trial>,
): Promise<readonly Trial[]> => {
  const completed: Promise<Trial>[] = [];
  for (const each of started) {
    const { promise: handedOver, resolve } = Promise.withResolvers<void>();
    each.watch.handOver = resolve;
    const done = complete(each);
    completed.push(done);
    await Promise.race([done, handedOver]);
  }
  return Promise.all(completed);
};

/** Wave 3: the attempts that are still needed, one at a time. A control that was refused in the crowd makes each refusal there doubtful. */
const attemptOneByOne = async ({ others, plaintext, controlsAmong }: Crowd) => {
  const crowded = controlsAmong.some((attempt) => attempt !== null && !isAccepted(attempt));
  const all = [...others.flat(), ...plaintext];
  const trials = await handingOver(all, async (each) => each.watch.marked(await retryAlone(each.trial, crowded)));
  const trialOf = new Map(all.map((each, index) => [each, trials[index]]));
  const of = (some: readonly Started[]) => some.map((each) => trialOf.get(each)).filter((each) => each !== undefined);
  return { others: others.map(of), plaintext: of(plaintext) };
};

/** Where a handshake that was shared has had another end meanwhile. `completed`: the trials of the crowd, by lane. */
const askSharedAgain = (
  { others }: Crowd,
  completed: readonly (readonly Trial[])[],
): Promise<readonly (readonly Trial[])[]> =>
  sequentially(others, (lane, index) =>
    sequentially(lane, async ({ trial, watch: own }, at) => {
      const done = completed[index]?.[at] ?? trial;
      return own.marked(await retryShared(trial, done));
    }),
  );

/** Wave 4: forged headers, compared with the same client without them. The first attempts run side by side, the rest one at a time. */
const attemptForgedHeaders = async (
  lanes: readonly OpenLane[],
  others: readonly (readonly Trial[])[],
  course: Course,
): Promise<readonly (readonly Trial[])[]> => {
  const started = await Promise.all(
    lanes.map((lane, index) =>
      Promise.all(
        lane.checks.map(async (check) => {
          const own = watch(lane.prober, course, lane.quiet);
          const rests = await startForgedHeaders({ ...lane, checks: [check], prober: own.prober }, others[index] ?? []);
          return rests.map((rest) => ({ rest, own }));
        }),
      ),
    ),
  );
  return sequentially(started, (rests) =>
    sequentially(rests.flat(), async ({ rest, own }) => own.marked(await rest())),
  );
};

/** Wave 6: each control comes back, with its own session or without its intermediates, one at a time. */
const resumeControls = (
  lanes: readonly OpenLane[],
  closed: readonly Closed[],
  course: Course,
): Promise<readonly Lane[]> =>
  sequentially(closed, async ({ lane, earned }) => {
    const open = lanes.find(({ tls }) => tls === lane.tls);
    if (open === undefined) return lane;
    const returned = await sequentially(open.checks, async (check) => {
      const own = watch(open.prober, course, open.quiet);
      const beside = { ...open, prober: own.prober };
      const trial = (await attemptResumedIdentity(check, beside, earned)) ?? (await attemptAlone(check, beside));
      return trial === null ? null : own.marked(trial);
    });
    return { ...lane, others: [...lane.others, ...returned.filter((trial) => trial !== null)] };
  });
