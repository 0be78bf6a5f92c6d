/**
 * Makes all attempts of one endpoint's plan, in waves over all its TLS versions. One lane per version; one function per wave:
 * controls → the crowd (every first attempt side by side, a control among it) → one by one → forged headers → closing control →
 * returning controls.
 * A later wave depends on the outcomes of the earlier ones.
 */
import type { Check } from '../../model/check.ts';
import type { TlsVersion } from '../../model/names.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import type { EndpointTrials } from '../../verdict/judge/judge-endpoint.ts';
import type { Attempt, Lane, Trial } from '../../verdict/judge/trial.ts';
import { afterPause, attemptControl, isAccepted, PATIENTLY, retryAlone } from './attempts.ts';
import { isPlaintext, startTrial } from './first-attempts.ts';
import { startForgedHeaders } from './forged-headers.ts';
import { attemptAlone } from './missing-intermediate.ts';
import { needsPatientControl } from './patient-control.ts';
import { attemptResumedIdentity } from './resumed-identity.ts';
import type { AttemptOptions, OpenLane, OpenTrial, Prober } from './types.ts';

/** `prober` is bound to the endpoint, or one of its routes, at one address. */
export const sweepEndpoint = async (checks: readonly Check[], prober: Prober): Promise<EndpointTrials> => {
  const lanes = await attemptControls(checks, prober);
  // Without TLS there is no version: plaintext runs beside the first lane that has a control.
  const plaintextLane = lanes.find(({ control }) => control !== null) ?? lanes[0];
  const crowd = await attemptCrowd(lanes, checks.filter(isPlaintext), plaintextLane);
  const { others, plaintext } = await attemptOneByOne(crowd);
  const forged = await attemptForgedHeaders(lanes, others);
  const closed = lanes.map(async (lane, index) => {
    const trials = [...(others[index] ?? []), ...(forged[index] ?? [])];
    const closed = await closeLane(lane, trials, lane === plaintextLane ? plaintext : []);
    const beside = { ...closed, controlAmong: crowd.controlsAmong[index] ?? null };
    return needsPatientControl(beside) ? { ...beside, patientControl: await repeatControl(lane, PATIENTLY) } : beside;
  });
  return { lanes: await resumeControls(lanes, await Promise.all(closed)), plaintext };
};

const sequentially = async <Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (const item of items) results.push(await run(item));
  return results;
};

/** Wave 1: the controls of every version. */
const attemptControls = (checks: readonly Check[], prober: Prober): Promise<readonly OpenLane[]> => {
  const { tlsVersions } = prober.endpoint;
  const versions: readonly (TlsVersion | null)[] = tlsVersions.length === 0 ? [null] : tlsVersions;
  const checksOf = (tls: TlsVersion | null) => checks.filter((check) => check.tls === tls && !isPlaintext(check));
  return Promise.all(versions.map((tls) => openLane(tls, checksOf(tls), prober)));
};

const openLane = async (tls: TlsVersion | null, checks: readonly Check[], prober: Prober): Promise<OpenLane> => {
  const presenting = checks.filter(({ presented }) => presented !== null);
  const controls = await Promise.all(presenting.filter(isControl).map((check) => attemptControl(check, prober)));
  const last = controls.flatMap(({ attempts }) => attempts.slice(-1));
  const control = last.find(isAccepted) ?? null;
  return {
    tls,
    controls,
    control,
    unreachableControl: last.every(isUnreachable) ? (last[0] ?? null) : null,
    derived: checks.filter(({ presented }) => presented === null),
    checks: presenting.filter((check) => !isControl(check)),
    prober: prober.beside(control),
  };
};

const isControl = ({ scenario }: Check): boolean => familyOf(scenario) === 'control';
const isUnreachable = ({ observation: { ended } }: Attempt): boolean =>
  ended.kind === 'unreachable' || ended.kind === 'address-refused';

type Crowd = {
  /** By lane. */
  readonly others: readonly (readonly (OpenTrial | Trial)[])[];
  readonly plaintext: readonly (OpenTrial | Trial)[];
  /** The same controls, among the first attempts of the others; null where none was accepted before. */
  readonly controlsAmong: readonly (Attempt | null)[];
};

/** Wave 2: every first attempt side by side, and the control of each lane among them. */
const attemptCrowd = async (
  lanes: readonly OpenLane[],
  plaintextChecks: readonly Check[],
  plaintextLane: OpenLane | undefined,
): Promise<Crowd> => {
  const [others, controlsAmong, plaintext] = await Promise.all([
    Promise.all(lanes.map((lane) => startTrials(lane.checks, lane))),
    Promise.all(lanes.map((lane) => repeatControl(lane))),
    plaintextLane === undefined ? [] : startTrials(plaintextChecks, plaintextLane),
  ]);
  return { others, plaintext, controlsAmong };
};

const startTrials = async (checks: readonly Check[], lane: OpenLane): Promise<readonly (OpenTrial | Trial)[]> => {
  const trials = await Promise.all(checks.map((check) => startTrial(check, lane)));
  return trials.filter((trial) => trial !== null);
};

/** Wave 3: the attempts that are still needed, one at a time. A control that was refused in the crowd makes each refusal there doubtful. */
const attemptOneByOne = async ({ others, plaintext, controlsAmong }: Crowd) => {
  const crowded = controlsAmong.some((attempt) => attempt !== null && !isAccepted(attempt));
  const complete = (trial: OpenTrial | Trial) => retryAlone(trial, crowded);
  return {
    others: await sequentially(others, (lane) => sequentially(lane, complete)),
    plaintext: await sequentially(plaintext, complete),
  };
};

/** Wave 4: forged headers, compared with the same client without them. The first attempts run side by side, the rest one at a time. */
const attemptForgedHeaders = async (
  lanes: readonly OpenLane[],
  others: readonly (readonly Trial[])[],
): Promise<readonly (readonly Trial[])[]> => {
  const started = await Promise.all(lanes.map((lane, index) => startForgedHeaders(lane, others[index] ?? [])));
  return sequentially(started, (rests) => sequentially(rests, (rest) => rest()));
};

/** Wave 5: the closing control, where a client of this lane, or of `plaintext`, was refused. */
const closeLane = async (lane: OpenLane, others: readonly Trial[], plaintext: readonly Trial[]): Promise<Lane> => {
  const { tls, controls, control, unreachableControl, derived } = lane;
  const closing = [...others, ...plaintext].some(isRefused) ? await attemptClosing(lane) : NOT_CLOSED;
  return { tls, controls, control, ...closing, unreachableControl, others, derived };
};

type Closing = Pick<Lane, 'closingControl' | 'closingFailure'>;
const NOT_CLOSED: Closing = { closingControl: null, closingFailure: null };

/**
 * A closing control that failed, but was not refused, gets a second attempt, as the opening one does: one 502 proves nothing about the refusals. A
 * closing control that was refused gets none: a second attempt could succeed after a ban or a rate limit has ended, and hide it.
 */
const attemptClosing = async (lane: OpenLane): Promise<Closing> => {
  const first = await repeatControl(lane);
  const fails =
    first !== null && first.outcome.kind === 'indeterminate' && !['limited', 'unusable'].includes(first.outcome.why);
  if (!fails) return { closingControl: first, closingFailure: null };
  const second = await repeatControl(lane, afterPause(first));
  return { closingControl: second ?? first, closingFailure: second === null ? null : first };
};

const isRefused = ({ attempts }: Trial): boolean => attempts.at(-1)?.outcome.kind === 'rejected';

/** A rate limiter, or a server that bans clients after failures, refuses with any status and any TLS alert. Null where no control was accepted. */
const repeatControl = async (
  { control, controls, prober }: OpenLane,
  options: AttemptOptions = {},
): Promise<Attempt | null> => {
  const trial = controls.find(({ attempts }) => control !== null && attempts.includes(control));
  return trial === undefined ? null : prober.attempt(trial.check, options);
};

/** Wave 6: each control comes back, with its own session or without its intermediates, one at a time. */
const resumeControls = (lanes: readonly OpenLane[], closed: readonly Lane[]): Promise<readonly Lane[]> =>
  sequentially(closed, async (lane) => {
    const open = lanes.find(({ tls }) => tls === lane.tls);
    if (open === undefined) return lane;
    const returned = await sequentially(
      open.checks,
      async (check) => (await attemptResumedIdentity(check, open)) ?? attemptAlone(check, open),
    );
    return { ...lane, others: [...lane.others, ...returned.filter((trial) => trial !== null)] };
  });
