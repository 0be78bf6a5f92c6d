/**
 * Asks one endpoint everything its plan names, in three steps over all TLS versions: the controls, what must be refused, and once more
 * the controls that a refusal without a TLS alert or an answer depends on.
 */
import type { Check } from '../model/check.ts';
import type { TlsVersion } from '../model/names.ts';
import type { Outcome } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';
import type { EndpointTrials } from '../verdict/judge-endpoint.ts';
import type { Attempt, Lane, Trial } from '../verdict/trial.ts';
import type { Ask } from './ask.ts';
import { type Asking, askAlone, askControl, askOther } from './trials.ts';

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
  const [asked, plainAsked] = await Promise.all([
    Promise.all(steps.map((step) => askOthers(endpoint, othersIn(checks, step.tls), step, ask))),
    plain === null || beside === undefined ? [] : askOthers(endpoint, [plain], beside, ask),
  ]);
  const others = await oneByOne(asked.map((some) => () => oneByOne(some.map((asking) => () => settle(asking)))));
  const [plaintext = null] = await oneByOne(plainAsked.map((asking) => () => settle(asking)));
  const lanes = await Promise.all(
    steps.map(async (step, index): Promise<Lane> => {
      const trials = others[index] ?? [];
      const bracketed = step === beside && plaintext !== null ? [...trials, plaintext] : trials;
      const after = await askAgain(endpoint, step, bracketed, ask);
      return { ...step, others: trials, after, derived: derivedOf(checks, step.tls) };
    }),
  );
  return { lanes, plaintext };
};

const oneByOne = async <T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> => {
  const done: T[] = [];
  for (const task of tasks) done.push(await task());
  return done;
};

const inLane = (checks: readonly Check[], tls: TlsVersion | null): readonly Check[] =>
  checks.filter((check) => check.tls === tls && check.presented !== null && check.presented.kind !== 'plaintext');
const othersIn = (checks: readonly Check[], tls: TlsVersion | null): readonly Check[] =>
  inLane(checks, tls).filter(({ scenario }) => scenario !== CONTROL);
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

/** A check that is not asked because nothing accepts TCP there; or its first attempt. */
const askOthers = (
  endpoint: Endpoint,
  checks: readonly Check[],
  { control, down }: ControlStep,
  ask: Ask,
): Promise<readonly (Asking | Trial)[]> =>
  Promise.all(
    checks.map((check) => (down === null ? askOther(endpoint, check, control, ask) : { check, attempts: [] })),
  );

const settle = async (asked: Asking | Trial): Promise<Trial> => ('again' in asked ? askAlone(asked) : asked);

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
  const needed = others.some(({ attempts }) => attempts.slice(-1).some(({ outcome }) => withoutWords(outcome)));
  if (trial === undefined || !needed) return null;
  const again = await askControl(endpoint, trial.check, ask);
  return again.attempts.at(-1) ?? null;
};
