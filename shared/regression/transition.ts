/** Makes the transition that is announced from the result that made it due. */
import type { About } from '../model/incident.ts';
import type { Code, NotificationKind, Severity } from '../model/names.ts';
import type { CheckState, Transition } from '../model/state.ts';
import { aboutOf } from './about.ts';
import type { ListChange } from './ca-list-changes.ts';
import type { Run } from './check-state.ts';
import type { Change, ChangeKind } from './leaf-changes.ts';
import type { ItemResult } from './level.ts';

/** Bounds of a transition: it is kept in a state item until it is published, and a DynamoDB item has at most 400 KB. */
const MAX_TEXT = 2000;
const MAX_EVIDENCE = 8;

/** What the check's last announcement was about, unless it was right then, or an older version announced it. */
export const openAbout = (state: Pick<CheckState, 'announced'> | null): About | undefined =>
  state?.announced?.level === 'ok' ? undefined : state?.announced?.about;

/** The part of the check's state that a transition shows, and a sentence about the last runs. */
type Context = {
  readonly state: Pick<CheckState, 'since' | 'recent'>;
  readonly note: string | null;
  /** What the check's announcements before were about, if it was not believed ok. */
  readonly was?: About;
  /** What was announced of it before. */
  readonly before?: CheckState['announced'];
};

export const transitionOf = (
  result: ItemResult,
  kind: NotificationKind,
  { state: { since, recent }, note, was, before }: Context,
  owner: string | null,
  run: Run,
): Transition => ({
  id: `${run.id}/${result.id}/${kind}`,
  kind,
  check: result.id,
  endpoint: result.endpoint,
  vantage: result.vantage,
  owner,
  scenario: result.scenario,
  subject: result.subject,
  code: result.code,
  cause: result.cause,
  severity: kind === 'recovery' || kind === 'closing' ? 'info' : result.severity,
  since: kind === 'flapping' && recent !== undefined ? recent.since : since,
  runId: run.id,
  runStartedAt: run.startedAt,
  message: [result.message.slice(0, MAX_TEXT), ...(note === null ? [] : [note])].join(' '),
  advice: result.advice?.slice(0, MAX_TEXT) ?? null,
  reproduce: result.reproduce?.slice(0, MAX_TEXT) ?? null,
  evidence: withLast(result.evidence),
  ...(result.ends !== undefined && { ends: result.ends }),
  ...(result.thing !== undefined && { thing: result.thing }),
  ...(result.share !== undefined && { share: result.share }),
  about: kind === 'reminder' && was !== undefined ? was : aboutOf(result),
  ...(was !== undefined && { was }),
  ...(before !== undefined && { before }),
  ...(kind === 'closing' && { ended: 'waived' }),
});

/** A change is about what the endpoint serves and names, whatever the check has found. */
const atEndpoint = ({ ends: _ends, thing: _thing, ...result }: ItemResult): ItemResult => result;

const CHANGES: Readonly<Record<ChangeKind, { code: Code; severity: Severity; what: string; advice: string }>> = {
  reissued: {
    code: 'SERVED_CERTIFICATE_REISSUED',
    severity: 'info',
    what: 'another certificate for the same key, from the same issuer',
    advice: 'Nothing, if it was renewed. Otherwise find out who replaced it.',
  },
  key: {
    code: 'SERVED_KEY_CHANGED',
    severity: 'info',
    what: 'another certificate with a new key, from the same issuer',
    advice: 'Nothing, if it was renewed. Otherwise find out who replaced it.',
  },
  issuer: {
    code: 'SERVED_ISSUER_CHANGED',
    severity: 'warning',
    what: 'another certificate, from another issuer',
    advice:
      'Nothing, if the CA was changed on purpose. Otherwise find out who replaced it: see that every client trusts the new issuer.',
  },
  unknown: {
    code: 'SERVED_CHAIN_CHANGED',
    severity: 'info',
    what: 'another certificate',
    advice: 'Nothing, if it was renewed. Otherwise find out who replaced it.',
  },
};

/** The transition for a leaf that was not served lately. It is announced whatever the verdict on the leaf is. */
export const chainChange = (
  result: ItemResult,
  { kind, from, to, more }: Change,
  owner: string | null,
  run: Run,
): Transition =>
  transitionOf(
    {
      ...atEndpoint(result),
      code: CHANGES[kind].code,
      severity: CHANGES[kind].severity,
      cause: null,
      message: `${result.endpoint ?? result.id} serves ${CHANGES[kind].what}: SHA-256 ${from.sha256} before, ${to.sha256} now.${more === 0 ? '' : ` And ${more} more that ${more === 1 ? 'is' : 'are'} new.`}`,
      advice: CHANGES[kind].advice,
      reproduce: null,
    },
    'change',
    { state: { since: run.startedAt }, note: null },
    owner,
    run,
  );

/** The transition for a list of acceptable CAs that was not named lately. It is announced whatever the verdict is. */
export const listChange = (
  result: ItemResult,
  { from, to }: ListChange,
  owner: string | null,
  run: Run,
): Transition => ({
  ...transitionOf(
    {
      ...atEndpoint(result),
      code: 'ACCEPTABLE_CAS_CHANGED',
      severity: 'warning',
      cause: null,
      message: `${result.endpoint ?? result.id} names other CAs, whose clients it accepts, than in the runs before: ${listed(to)} now, ${from.total} before.`,
      advice:
        'Nothing, if its client CAs were changed on purpose. Otherwise find out who changed them: a CA that was added may admit clients that nobody expects.',
      reproduce: null,
    },
    'change',
    { state: { since: run.startedAt }, note: null },
    owner,
    run,
  ),
  ...(to.refusesControl === true && { about: refusesControlAt(result) }),
  // The same check of the same run may have a change of leaf too.
  id: `${run.id}/${result.id}/change/acceptable-cas`,
});

/** A list without the control's issuer is what an incident is about whose control is refused. */
const refusesControlAt = (result: ItemResult): About =>
  aboutOf({ ...atEndpoint(result), code: 'CONTROL_REJECTED', cause: 'CONTROL_REFUSED', subject: null });

const listed = ({ total, names }: ListChange['to']): string =>
  total === 0 ? 'none' : `${total} (${names.slice(0, 3).join('; ')}${total > 3 ? '; …' : ''})`;

/** Keeps the first observations and the last one, which is the control's. */
const withLast = (evidence: ItemResult['evidence']): ItemResult['evidence'] =>
  evidence.length <= MAX_EVIDENCE ? evidence : [...evidence.slice(0, MAX_EVIDENCE - 1), ...evidence.slice(-1)];
