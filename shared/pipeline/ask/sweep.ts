/**
 * Asks one endpoint everything its plan names, in three steps over all TLS versions: the controls, what must be refused, and once more
 * the controls that a refusal without a TLS alert or an answer depends on.
 */
import type { Check } from '../../model/check.ts';
import type { TlsVersion } from '../../model/names.ts';
import type { Ended } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import { classifyControl } from '../../verdict/classify/classify.ts';
import type { EndpointTrials } from '../../verdict/judge/judge-endpoint.ts';
import type { Attempt, Lane, Trial } from '../../verdict/judge/trial.ts';
import { type Asking, askAlone, askControl, askOther, attempter, isAccepted } from './attempts.ts';
import { askBypass, askResumption, askSni } from './detours.ts';
import { askForged, type Rest } from './forged-headers.ts';
import { askStages } from './rotation.ts';
import type { Asker } from './types.ts';

type ControlStep = Pick<Lane, 'tls' | 'controls' | 'control' | 'down'>;

/** `endpoint` at one address, or one of its routes there. */
export const sweepEndpoint = async (
  endpoint: Endpoint,
  checks: readonly Check[],
  asker: Asker,
): Promise<EndpointTrials> => {
  const versions: readonly (TlsVersion | null)[] = endpoint.tlsVersions.length === 0 ? [null] : endpoint.tlsVersions;
  const steps = await Promise.all(versions.map((tls) => askControls(endpoint, checks, tls, asker)));
  const beside = steps.find(({ control }) => control !== null) ?? steps[0];
  const [asked, amid, plainAsked] = await Promise.all([
    Promise.all(steps.map((step) => askOthers(endpoint, othersIn(checks, step.tls), step, asker))),
    Promise.all(steps.map((step) => askControlOnce(endpoint, step, asker))),
    beside === undefined ? [] : askOthers(endpoint, checks.filter(isPlaintext), beside, asker),
  ]);
  // What a crowd is told, a limiter may have said: a control among it tells.
  const crowded = amid.some((attempt) => attempt !== null && !isAccepted(attempt));
  const settle = (each: Asked) => () => ('again' in each ? askAlone(each, crowded) : Promise.resolve(each));
  const others = await oneByOne(asked.map((some) => () => oneByOne(some.map(settle))));
  const plaintext = await oneByOne(plainAsked.map(settle));
  const last = await Promise.all(
    steps.map((step, index) => askLast(endpoint, othersIn(checks, step.tls), step, others[index] ?? [], asker)),
  );
  const forged = await oneByOne(last.map((rests) => () => oneByOne(rests)));
  const lanes = await Promise.all(
    steps.map(async (step, index): Promise<Lane> => {
      const trials = [...(others[index] ?? []), ...(forged[index] ?? [])];
      const bracketed = step === beside ? [...trials, ...plaintext] : trials;
      const after = bracketed.some(isRefused) ? await askControlOnce(endpoint, step, asker) : null;
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

const isControl = ({ scenario }: Check): boolean => familyOf(scenario) === 'control';
const isPlaintext = ({ presented }: Check): boolean => presented?.kind === 'plaintext';
const inLane = (checks: readonly Check[], tls: TlsVersion | null): readonly Check[] =>
  checks.filter((check) => check.tls === tls && check.presented !== null && !isPlaintext(check));
const othersIn = (checks: readonly Check[], tls: TlsVersion | null): readonly Check[] =>
  inLane(checks, tls).filter((check) => !isControl(check));
const derivedOf = (checks: readonly Check[], tls: TlsVersion | null): readonly Check[] =>
  checks.filter((check) => check.tls === tls && check.presented === null);

const askControls = async (
  endpoint: Endpoint,
  checks: readonly Check[],
  tls: TlsVersion | null,
  { ask }: Asker,
): Promise<ControlStep> => {
  const controls = await Promise.all(
    inLane(checks, tls)
      .filter(isControl)
      .map((check) => askControl(endpoint, check, ask)),
  );
  const last = controls.flatMap(({ attempts }) => attempts.slice(-1));
  const refusing = last.filter(({ observation: { ended } }) => isNowhere(ended));
  return {
    tls,
    controls,
    control: last.find(({ outcome }) => outcome.kind === 'accepted') ?? null,
    down: refusing.length > 0 && refusing.length === last.length ? (refusing[0] ?? null) : null,
  };
};

const isNowhere = ({ kind }: Ended): boolean => kind === 'unreachable' || kind === 'address-refused';

type Asked = Asking | Trial;

/** The first attempt of each; where nothing accepts TCP, hardly anything is asked. */
const askOthers = async (
  endpoint: Endpoint,
  checks: readonly Check[],
  step: ControlStep,
  asker: Asker,
): Promise<readonly Asked[]> => {
  const asked = await Promise.all(checks.map((check) => askFirst(endpoint, check, step, asker)));
  return asked.filter((each) => each !== null);
};

/** Null where there is nothing to present after all, or where others must be asked before. */
const askFirst = async (
  endpoint: Endpoint,
  check: Check,
  { control, down }: ControlStep,
  asker: Asker,
): Promise<Asked | null> => {
  const { twist } = check;
  if (twist?.kind === 'forged-headers') return null;
  if (down !== null && !isElsewhere(twist)) return { check, attempts: [] };
  switch (twist?.kind) {
    case undefined:
      return isPlaintext(check) && isHttp2(endpoint)
        ? askBothPlain(endpoint, check, control, asker)
        : askOther(endpoint, check, control, asker.ask);
    case 'sni':
      return askSni(endpoint, check, twist, control, asker);
    case 'bypass':
      return askBypass(endpoint, check, twist, control, asker);
    case 'session':
      return askResumption(endpoint, check, control, asker);
    case 'stages':
      return askStages(endpoint, check, asker);
    default:
      return twist satisfies never;
  }
};

/** Another address may be up; and other versions of a secret are no check at all where there are none. */
const isElsewhere = (twist: Check['twist']): boolean => twist?.kind === 'bypass' || twist?.kind === 'stages';

const isHttp2 = ({ protocol }: Endpoint): boolean => protocol.kind === 'http' && protocol.version === 2;

/** A port may serve HTTP/1.1, HTTP/2 or both without TLS: each has to be refused. */
const askBothPlain = async (
  endpoint: Endpoint,
  check: Check,
  control: Attempt | null,
  { ask }: Asker,
): Promise<Asked> => {
  const first = await askOther(endpoint, check, control, ask);
  if (first.attempts.some(isAccepted)) return first;
  const second = await askOther(endpoint, check, control, ask, { kind: 'prior-knowledge' });
  if (second.attempts.some(isAccepted)) return second;
  const unclear = [first, second].find(({ attempts }) => attempts.at(-1)?.outcome.kind === 'indeterminate') ?? second;
  return { check, attempts: [...(unclear === first ? second : first).attempts, ...unclear.attempts] };
};

/** Forged headers are tried beside the same client without them: what begins here goes on alone. */
const askLast = async (
  endpoint: Endpoint,
  checks: readonly Check[],
  { control, controls, down }: ControlStep,
  settled: readonly Trial[],
  asker: Asker,
): Promise<readonly Rest[]> => {
  const forged = checks.filter(({ twist }) => twist?.kind === 'forged-headers');
  if (down !== null) return forged.map((check) => async () => ({ check, attempts: [] }));
  const unusable = controls
    .flatMap(({ attempts }) => attempts)
    .find(({ observation: { ended } }) => ended.kind === 'unusable');
  const asked = await Promise.all(
    forged.map((check) => askForged(endpoint, check, control, asker, { bare: bareOf(check, settled), unusable })),
  );
  return asked.filter((each) => each !== null);
};

const bareOf = ({ presented }: Check, settled: readonly Trial[]): Attempt | null => {
  const bare = settled.find(
    ({ check }) =>
      check.twist === null &&
      (presented?.kind === 'identity'
        ? check.presented?.kind === 'identity' && check.presented.identity === presented.identity
        : familyOf(check.scenario) === 'bare'),
  );
  return bare?.attempts.find(isAccepted) ?? bare?.attempts.at(-1) ?? null;
};

const isRefused = ({ attempts }: Trial): boolean => attempts.at(-1)?.outcome.kind === 'rejected';

/**
 * A refusal counts only between two accepted controls: a limiter, or one that bans whoever failed before, refuses with any status and any TLS
 * alert. Once: a second try comes later than what it is to vouch for. Null where no control was accepted.
 */
const askControlOnce = async (
  endpoint: Endpoint,
  { control, controls }: ControlStep,
  { ask }: Asker,
): Promise<Attempt | null> => {
  const trial = controls.find(({ attempts }) => control !== null && attempts.includes(control));
  if (trial === undefined) return null;
  return attempter(trial.check, endpoint, ask, null, classifyControl)();
};
