/** The controls of every TLS version: the first wave of a sweep. A control that is met with silence is asked again beside the other checks. */
import type { Check } from '../../model/check.ts';
import type { TlsVersion } from '../../model/names.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import { attemptControl, isAccepted, isTimedOut } from './attempts.ts';
import { isPlaintext } from './first-attempts.ts';
import { quietAfter } from './silence.ts';
import type { AttemptOptions, OpenLane, Prober, Turn } from './types.ts';
import { type Course, watch } from './watch.ts';

export const attemptControls = (
  checks: readonly Check[],
  prober: Prober,
  course: Course,
): Promise<readonly OpenLane[]> => {
  const { tlsVersions } = prober.endpoint;
  const versions: readonly (TlsVersion | null)[] = tlsVersions.length === 0 ? [null] : tlsVersions;
  const checksOf = (tls: TlsVersion | null) => checks.filter((check) => check.tls === tls && !isPlaintext(check));
  return Promise.all(versions.map((tls) => openLane(tls, checksOf(tls), prober, course)));
};

const openLane = async (
  tls: TlsVersion | null,
  checks: readonly Check[],
  prober: Prober,
  course: Course,
): Promise<OpenLane> => {
  const presenting = checks.filter(({ presented }) => presented !== null);
  const quiet = quietAfter(prober.endpoint.timeout, null);
  const controls = await Promise.all(
    presenting.filter(isControl).map(async (check) => {
      const own = watch(prober, course, quiet);
      return own.marked(await attemptControl(check, own.prober, 'waits'));
    }),
  );
  return withControls(
    {
      tls,
      derived: checks.filter(({ presented }) => presented === null),
      checks: presenting.filter((check) => !isControl(check)),
    },
    controls,
    prober,
  );
};

const withControls = (
  lane: Pick<OpenLane, 'tls' | 'derived' | 'checks'>,
  controls: readonly Trial[],
  prober: Prober,
): OpenLane => {
  const last = controls.flatMap(({ attempts }) => attempts.slice(-1));
  const control = last.find(isAccepted) ?? null;
  return {
    ...lane,
    controls,
    control,
    unreachableControl: last.every(isUnreachable) ? (last[0] ?? null) : null,
    prober: prober.beside(control),
    quiet: quietAfter(prober.endpoint.timeout, control?.observation.durationMs ?? null),
  };
};

const isControl = ({ scenario }: Check): boolean => familyOf(scenario) === 'control';
const isUnreachable = ({ observation: { ended } }: Attempt): boolean =>
  ended.kind === 'unreachable' || ended.kind === 'address-refused';

/** Whether this control was met with silence, and is to be asked once more. */
const waits = ({ attempts }: Trial): boolean => attempts.length === 1 && attempts.every(isTimedOut);

/** Whether every control of a sweep was met with silence. */
export const areSilent = (lanes: readonly OpenLane[]): boolean => {
  const controls = lanes.flatMap((lane) => lane.controls);
  return controls.length > 0 && controls.every(waits);
};

/** The lane with the second attempts at its controls that were met with silence. Another control's acceptance stays the one that counts. */
export const askSilentAgain = async (lane: OpenLane, course: Course): Promise<OpenLane> => {
  const controls = await Promise.all(
    lane.controls.map(async (trial) => {
      if (!waits(trial)) return trial;
      const own = watch(lane.prober.beside(null), course, lane.quiet);
      const again = await own.prober.attempt(trial.check);
      return own.marked(again === null ? trial : { ...trial, attempts: [...trial.attempts, again] });
    }),
  );
  return lane.control === null ? withControls(lane, controls, lane.prober) : { ...lane, controls };
};

/** A rate limiter, or a server that bans clients after failures, refuses with any status and any TLS alert. Null where no control was accepted. */
export const repeatControl = async (
  { control, controls, prober, quiet }: OpenLane,
  course: Course,
  options: AttemptOptions = {},
  kind?: Turn['kind'],
): Promise<Attempt | null> => {
  const trial = controls.find(({ attempts }) => control !== null && attempts.includes(control));
  return trial === undefined ? null : watch(prober, course, quiet, kind).prober.attempt(trial.check, options);
};
