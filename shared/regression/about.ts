/** What a finding is about, the same in every run and suite, and which findings another one explains. */
import type { About, Thing } from '../model/incident.ts';
import { CAUSES, type Cause, type Code, FAULTS, SCENARIO_NAMES, type ScenarioName } from '../model/names.ts';
import { familyOf } from '../scenario/catalogue.ts';
import { EXPLAINED_WHERE, type Family, type Proof } from '../scenario/family.ts';

/** What the text of a finding is about. */
export type Finding = {
  readonly id: string;
  readonly endpoint: string | null;
  readonly scenario: ScenarioName | null;
  readonly subject: string | null;
  readonly code: Code;
  readonly cause: Cause | null;
  readonly ends?: { readonly certificate?: string } | undefined;
  readonly thing?: Thing | undefined;
};

/** What an open endpoint proves of other clients, by the cause that its findings share. */
const PROVES: Partial<Readonly<Record<Cause, readonly Proof[]>>> = {
  CLIENT_CERTIFICATE_NOT_REQUESTED: ['anybody-enters', 'nothing-is-verified'],
  ASKS_BUT_DOES_NOT_VERIFY: ['nothing-is-verified'],
  CLIENT_CERTIFICATE_OPTIONAL: ['anybody-enters'],
};

const SUBJECT_COUNTS = /^ACCEPTED_|_REJECTED$/;

const NO_CONTROL: Code = 'CONTROL_NOT_ACCEPTED';
/** Why checks of an endpoint have no result, by what is already known of it. */
const BLINDS: Partial<Readonly<Record<Cause | Code, readonly Code[]>>> = {
  ENDPOINT_DOWN: ['UNREACHABLE', 'TIMED_OUT', NO_CONTROL],
  ADDRESS_REFUSED: [NO_CONTROL],
  CONTROL_REFUSED: [NO_CONTROL],
  APPLICATION_FAILS: ['AMBIGUOUS_ANSWER', NO_CONTROL],
  IDENTITY_UNUSABLE: [NO_CONTROL],
  IDENTITY_NOT_READ: [NO_CONTROL],
  TRUST_BUNDLE_STALE: ['SERVED_CHAIN_UNTRUSTED', 'SERVED_CHAIN_INCOMPLETE', NO_CONTROL],
  TRUST_BUNDLE_UNUSABLE: ['SERVED_CHAIN_UNTRUSTED', NO_CONTROL],
  SERVED_CHAIN_SELF_SIGNED: ['SERVED_CHAIN_UNTRUSTED', NO_CONTROL],
  SERVED_CHAIN_INCOMPLETE: ['SERVED_CHAIN_INCOMPLETE', NO_CONTROL],
};

/** What comes near, and what has come: one incident. */
const NEAR: Partial<Readonly<Record<Code, Code>>> = {
  SERVED_CHAIN_EXPIRED: 'SERVED_CHAIN_EXPIRES_SOON',
  OCSP_STAPLE_EXPIRED: 'OCSP_STAPLE_EXPIRES_SOON',
  CRL_EXPIRED: 'CRL_EXPIRES_SOON',
  TRUST_BUNDLE_EXPIRED: 'TRUST_BUNDLE_EXPIRES_SOON',
};

/** Whether `now` is what `before` said would come. */
export const hasCome = (before: Code, now: Code): boolean =>
  NEAR[now] === before || (before === 'IDENTITY_EXPIRES_SOON' && now === 'IDENTITY_UNUSABLE');

/** The cause, else the code: what an incident is called by. */
export type Topic = Cause | Code;
export const topicOf = ({ cause, code }: Pick<Finding, 'cause' | 'code'>): Topic => cause ?? NEAR[code] ?? code;

/** Scenarios that present the identity of their subject as it is. Others need the control's identity, and another one for what they add. */
const PRESENTS_SUBJECT: readonly Family[] = ['control', 'other-identity', 'next-identity', 'own-identity'];

/** Whether it is the subject that cannot be used, or could not be read. */
const isOfSubject = ({ code, scenario }: Pick<Finding, 'code' | 'scenario'>): boolean =>
  (code === 'IDENTITY_UNUSABLE' || code === 'IDENTITY_NOT_READ') &&
  scenario !== null &&
  (PRESENTS_SUBJECT.includes(familyOf(scenario)) || (FAULTS as readonly string[]).includes(scenario));

/** A CA, a CRL or a trust bundle is the thing, whichever endpoint is judged by it; a certificate that ends, whoever serves it; an identity that cannot be used or read, whichever endpoint needs it; a run's own outcome is about the runs of its schedule and suite. */
export const thingOf = ({ id, endpoint, scenario, subject, code, ends, thing }: Finding): Thing => {
  if (thing !== undefined) return thing;
  if (ends?.certificate !== undefined) return { kind: 'certificate', name: ends.certificate };
  if (subject !== null && isOfSubject({ code, scenario })) return { kind: 'identity', name: subject };
  if (endpoint !== null) return { kind: 'endpoint', name: endpoint };
  return subject === null ? { kind: 'run', name: id } : { kind: 'identity', name: subject };
};

/** Another identity that is admitted or refused, another way in, is another fault, unless anybody at all is served. */
export const aboutOf = (finding: Finding): About => {
  const { kind, name } = thingOf(finding);
  const { code, cause, subject } = finding;
  const apart = SUBJECT_COUNTS.test(code) && subject !== null && (cause === null || PROVES[cause] === undefined);
  return [topicOf(finding), kind, name, ...(apart ? [subject] : [])].join('/');
};

/** Whether what is known under `topic` at the same endpoint explains a finding, so that nobody needs to be told of it. `blind`: the finding is the lack of a result. */
export const isExplainedBy = (
  topic: Topic,
  {
    blind,
    ...finding
  }: Pick<Finding, 'code' | 'cause' | 'scenario' | 'subject' | 'thing'> & { readonly blind: boolean },
): boolean => {
  // Another identity that cannot be used has its own cure.
  if (finding.thing?.kind === 'identity' || (finding.subject !== null && isOfSubject(finding))) return false;
  if (blind) return topicOf(finding) === topic || (BLINDS[topic]?.includes(finding.code) ?? false);
  const proofs = isCause(topic) ? (PROVES[topic] ?? []) : [];
  const where = finding.scenario === null ? null : EXPLAINED_WHERE[familyOf(finding.scenario)];
  return where !== null && proofs.includes(where);
};

const isCause = (topic: Topic): topic is Cause => (CAUSES as readonly string[]).includes(topic);

/** Cause, scenario and identity of an announced check, from what it is about and from its id (`<endpoint>/<scenario>[/…][#…]`). */
export const readAbout = (about: About, id: string): Pick<Finding, 'cause' | 'scenario' | 'subject' | 'thing'> => {
  const [topic = '', kind, name = null] = about.split('/');
  const [, named = ''] = id.split(/[/@#]/);
  return {
    cause: CAUSES.find((cause) => cause === topic) ?? null,
    scenario: SCENARIO_NAMES.find((scenario) => scenario === named) ?? null,
    subject: kind === 'identity' ? name : null,
    ...(kind === 'identity' && name !== null && { thing: { kind, name } }),
  };
};
