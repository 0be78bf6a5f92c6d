/** source-health: whether a source can be read, is in date, and names endpoints that nobody watches. No endpoint, no connection. */
import type { Check } from '../../model/check.ts';
import type { ReadingProblem } from '../../model/claim.ts';
import type { SourceState } from '../../model/configured.ts';
import { inert } from '../../model/inert.ts';
import type { CheckResult } from '../../model/report.ts';
import { type Instant, iso } from '../../model/time.ts';
import { cureOf } from '../explain/codes.ts';
import type { Judgement } from '../judge/result.ts';
import { placeText } from './configured-finding.ts';

export const judgeSource = (check: Check, state: SourceState, vantage: string, now: Instant): CheckResult => {
  const judged = judgementOf(state, now);
  return {
    ...{ id: check.id, endpoint: null, scenario: check.scenario, subject: check.subject, route: null, address: null },
    ...{ tls: null, vantage, verdict: judged.verdict, code: judged.code, severity: judged.severity, cause: null },
    message: judged.message,
    advice: judged.verdict === 'pass' ? null : cureOf(judged.code),
    ...{ reproduce: null, waiver: null, evidence: [] },
    thing: { kind: 'source', name: state.source },
  };
};

const judgementOf = (state: SourceState, now: Instant): Judgement => {
  const { source, readAt, reason, maxAge, problems, problemCount, unwatchedCount, claims } = state;
  if (readAt === null || (claims === 0 && problems.length > 0)) return unreadable(source, reason, problems);
  const unsure = (code: 'SOURCE_STALE' | 'SOURCE_DAMAGED', message: string): Judgement => ({
    ...{ verdict: 'inconclusive', code, severity: 'warning', message },
  });
  if (now - readAt > maxAge)
    return unsure('SOURCE_STALE', `${source} was last read as it was at ${iso(readAt)}: nothing is judged by it.`);
  if (unwatchedCount > 0) return unwatchedBy(state);
  const [first] = problems;
  if (first !== undefined)
    return unsure(
      'SOURCE_DAMAGED',
      `${problemsText(problemCount)} of ${source} could not be read: ${problemText(first)}.`,
    );
  return {
    ...{ verdict: 'pass', code: 'SOURCE_OK', severity: 'none' },
    message: `${source} says something of ${claims} endpoint${claims === 1 ? '' : 's'}, as of ${iso(readAt)}.`,
  };
};

const unreadable = (source: string, reason: string | null, problems: readonly ReadingProblem[]): Judgement => {
  const [first] = problems;
  const why = reason ?? (first === undefined ? 'it is empty' : problemText(first));
  return {
    ...{ verdict: 'inconclusive', code: 'SOURCE_UNREADABLE', severity: 'warning' },
    message: `${source} could not be read: ${why}.`,
  };
};

const unwatchedBy = ({ source, unwatched, unwatchedCount }: SourceState): Judgement => {
  const names = unwatched.map(({ endpoint, at }) => `${inert(endpoint.name)} (${placeText(at)})`);
  const more = unwatchedCount > 3 ? ` and ${unwatchedCount - 3} more` : '';
  return {
    ...{ verdict: 'fail', code: 'ENDPOINT_UNWATCHED', severity: 'warning' },
    message: `${source} has endpoints that the registry does not watch: ${names.slice(0, 3).join(', ')}${more}.`,
  };
};

const problemsText = (count: number): string => (count === 1 ? 'A part' : `${count} parts`);
const problemText = ({ at, path, message }: ReadingProblem): string =>
  `${placeText(at)}${path === '' ? '' : `, ${inert(path)}`}: ${inert(message)}`;
