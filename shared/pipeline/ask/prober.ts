/** Binds connections to their endpoint: each attempt is classified as its check requires. */
import type { Check } from '../../model/check.ts';
import type { Answer, Observation, Outcome } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import {
  classifyBypass,
  classifyControl,
  classifyProbe,
  classifyReturning,
  classifySni,
} from '../../verdict/classify/classify.ts';
import { classifyPlaintext } from '../../verdict/classify/classify-plaintext.ts';
import type { Attempt } from '../../verdict/judge/trial.ts';
import type { AttemptOptions, Connections, Prober } from './types.ts';

/** The connection that confirms an answer listens before it writes: bytes that come by then are a greeting, and answer nothing. */
const listening = ({ patience = 1 }: AttemptOptions, { protocol }: Endpoint): Pick<AttemptOptions, 'listenFirst'> =>
  patience > 1 && protocol.kind === 'tls' && protocol.send !== null && protocol.expect !== null
    ? { listenFirst: true }
    : {};

/** `control`: default null, for the attempts that find one. */
export const proberOf = (endpoint: Endpoint, connections: Connections, control: Attempt | null = null): Prober => {
  const { connect, ...others } = connections;
  const { presented: controlIdentity = null, answer: controlAnswer = null } = control?.observation ?? {};
  const attempt: Prober['attempt'] = async (check, options = {}) => {
    if (check.presented === null) return null;
    const own = { ...options, ...listening(options, endpoint), control: controlIdentity };
    const observation = await connect(check.presented, check.tls, own);
    if (observation === null) return null;
    return { observation, outcome: classifierOf(check)(observation, endpoint, controlAnswer) };
  };
  return { ...others, endpoint, control, attempt, beside: (other) => proberOf(endpoint, connections, other) };
};

type Classify = (observation: Observation, endpoint: Endpoint, control: Answer | null) => Outcome;

const classifierOf = ({ scenario, presented, detour }: Check): Classify => {
  switch (detour?.kind) {
    case 'sni-bypass':
      return classifySni;
    case 'bypass-address':
      return classifyBypass;
    case 'missing-intermediate':
    case 'rotation':
      // Another version of a control's secret, or the control with less, is accepted as the control is.
      return classifyControl;
    case 'resumed-identity':
      return classifyReturning;
    case 'forged-header':
    case 'resumption':
      return classifyProbe;
    case undefined:
      if (familyOf(scenario) === 'control') return classifyControl;
      return presented?.kind === 'plaintext' ? classifyPlaintext : classifyProbe;
    default:
      return detour satisfies never;
  }
};
