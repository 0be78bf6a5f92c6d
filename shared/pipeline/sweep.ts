/**
 * Asks one endpoint everything its plan names, in three steps over all TLS versions: the controls, what must be refused, and once more
 * the controls that a refusal without a TLS alert or an answer depends on.
 */
import type { Check } from '../model/check.ts';
import type { TlsVersion } from '../model/names.ts';
import type { Observation, Outcome, Presented } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';
import { classifyControl, classifyPlaintext, classifyProbe } from '../verdict/classify.ts';
import type { EndpointTrials } from '../verdict/judge-endpoint.ts';
import type { Attempt, Lane, Trial } from '../verdict/trial.ts';

export type AskOptions = {
  /** Listens for a TLS alert before it writes. */
  readonly listenFirst: boolean;
  /** The identity that was accepted as the control: what is minted is minted like it. Null before one was. */
  readonly control: string | null;
};

/** One connection, one observation; null once the run has no time left for another. Never rejects. */
export type Ask = (presented: Presented, tls: TlsVersion | null, options: AskOptions) => Promise<Observation | null>;

type ControlStep = Pick<Lane, 'tls' | 'controls' | 'control' | 'down'>;

const CONTROL = 'valid-identity';

export const sweepEndpoint = async (
  endpoint: Endpoint,
  checks: readonly Check[],
  ask: Ask,
): Promise<EndpointTrials> => {
  const versions: readonly (TlsVersion | null)[] = endpoint.tlsVersions.length === 0 ? [null] : endpoint.tlsVersions;
  const plain = checks.find(({ presented }) => presented?.kind === 'plaintext') ?? null;
  const steps = await Promise.all(versions.map((tls) => askControls(endpoint, checks, tls, ask)));
  const beside = steps.find(({ control }) => control !== null) ?? steps[0];
  const [others, plaintext] = await Promise.all([
    Promise.all(steps.map((step) => askOthers(endpoint, checks, step, ask))),
    plain === null || beside === undefined ? null : askOther(endpoint, plain, beside, ask),
  ]);
  const lanes = await Promise.all(
    steps.map(async (step, index): Promise<Lane> => {
      const trials = others[index] ?? [];
      const bracketed = step === beside && plaintext !== null ? [...trials, plaintext] : trials;
      return {
        ...step,
        others: trials,
        after: await askAgain(endpoint, step, bracketed, ask),
        derived: derivedOf(checks, step.tls),
      };
    }),
  );
  return { lanes, plaintext };
};

const inLane = (checks: readonly Check[], tls: TlsVersion | null): readonly Check[] =>
  checks.filter((check) => check.tls === tls && check.presented !== null && check.presented.kind !== 'plaintext');
const derivedOf = (checks: readonly Check[], tls: TlsVersion | null): readonly Check[] =>
  checks.filter((check) => check.tls === tls && check.presented === null);

const askControls = async (
  endpoint: Endpoint,
  checks: readonly Check[],
  tls: TlsVersion | null,
  ask: Ask,
): Promise<ControlStep> => {
  const controls = await Promise.all(
    inLane(checks, tls)
      .filter(({ scenario }) => scenario === CONTROL)
      .map((check) => askControl(endpoint, check, ask)),
  );
  const last = controls.flatMap(({ attempts }) => attempts.slice(-1));
  const refusing = last.filter(({ observation: { ended } }) => ended.kind === 'unreachable');
  return {
    tls,
    controls,
    control: last.find(({ outcome }) => outcome.kind === 'accepted') ?? null,
    down: refusing.length > 0 && refusing.length === last.length ? (refusing[0] ?? null) : null,
  };
};

/** A rejected or failed control is asked once more. */
const askControl = async (endpoint: Endpoint, check: Check, ask: Ask): Promise<Trial> => {
  const attempt = attempter(check, ask, null, (observation) => classifyControl(observation, endpoint));
  const first = await attempt(false);
  if (first === null) return { check, attempts: [] };
  if (first.outcome.kind === 'accepted' || first.observation.ended.kind === 'unusable')
    return { check, attempts: [first] };
  const second = await attempt(first.observation.ended.kind === 'closed');
  return { check, attempts: second === null ? [first] : [first, second] };
};

const askOthers = (
  endpoint: Endpoint,
  checks: readonly Check[],
  step: ControlStep,
  ask: Ask,
): Promise<readonly Trial[]> =>
  Promise.all(
    inLane(checks, step.tls)
      .filter(({ scenario }) => scenario !== CONTROL)
      .map((check) => askOther(endpoint, check, step, ask)),
  );

const askOther = async (endpoint: Endpoint, check: Check, { control, down }: ControlStep, ask: Ask): Promise<Trial> => {
  if (down !== null) return { check, attempts: [] };
  const plain = check.presented?.kind === 'plaintext';
  const classify = plain ? classifyPlaintext : classifyProbe;
  const attempt = attempter(check, ask, control, (observation) =>
    classify(observation, endpoint, control?.observation.answer ?? null),
  );
  const first = await attempt(false);
  if (first === null) return { check, attempts: [] };
  // A TLS alert may have been lost to a write that failed: the second try listens before it writes.
  const second = first.observation.ended.kind === 'closed' && !plain ? await attempt(true) : null;
  const attempts = second === null ? [first] : [first, second];
  return { check, attempts: attempts.some(isAccepted) ? await confirm(attempts, attempt) : attempts };
};

const isAccepted = ({ outcome }: Attempt): boolean => outcome.kind === 'accepted';

/** A forbidden acceptance is confirmed by a fresh connection; where they differ, two more tell how many of several backends are open. */
const confirm = async (
  attempts: readonly Attempt[],
  attempt: (listenFirst: boolean) => Promise<Attempt | null>,
): Promise<readonly Attempt[]> => {
  const second = attempts[1] ?? (await attempt(false));
  if (second === null) return attempts;
  const both = [...attempts.slice(0, 1), second];
  if (both.every(isAccepted)) return both;
  const more = [await attempt(false), await attempt(false)];
  return [...both, ...more.filter((each) => each !== null)];
};

const withoutWords = ({ kind, ...outcome }: Outcome): boolean =>
  kind === 'rejected' && 'by' in outcome && (outcome.by === 'close' || outcome.by === 'silence');

/** A refusal by close or silence counts only between two accepted controls. */
const askAgain = async (
  endpoint: Endpoint,
  { control, controls }: ControlStep,
  others: readonly Trial[],
  ask: Ask,
): Promise<Attempt | null> => {
  const trial = controls.find(({ attempts }) => control !== null && attempts.includes(control));
  if (
    trial === undefined ||
    !others.some(({ attempts }) => attempts.slice(-1).some(({ outcome }) => withoutWords(outcome)))
  )
    return null;
  const again = await askControl(endpoint, trial.check, ask);
  return again.attempts.at(-1) ?? null;
};

const attempter =
  ({ presented, tls }: Check, ask: Ask, control: Attempt | null, classify: (observation: Observation) => Outcome) =>
  async (listenFirst: boolean): Promise<Attempt | null> => {
    const options = { listenFirst, control: control?.observation.presented ?? null };
    const observation = presented === null ? null : await ask(presented, tls, options);
    return observation === null ? null : { observation, outcome: classify(observation) };
  };
