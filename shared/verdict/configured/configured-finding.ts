/** One thing that is wrong with what a configuration says, and how several become one judgement. */

import type { Thing } from '../../model/incident.ts';

import { inert } from '../../model/inert.ts';
import { type Cause, type Code, SEVERITIES, type Severity } from '../../model/names.ts';
import type { Place } from '../../model/place.ts';
import type { CheckResult } from '../../model/report.ts';
import { cureOf } from '../explain/codes.ts';
import type { Judgement } from '../judge/result.ts';

/** `message`: a sentence. `cause`: that of the wire’s own finding, where it is the same. */
export type Finding = {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly cause: Cause | null;
  /** Of the wire’s own finding, where that is waived: a known gap is known here, too. Default: none. */
  readonly waiver?: CheckResult['waiver'];
  /** What has to be mended, where several endpoints may share it. Default: the endpoint. */
  readonly thing?: Thing;
};
export type Judged = Judgement & { readonly cause: Cause | null; readonly waiver?: CheckResult['waiver'] };

/** The object that says so, as what has to be mended: one policy may be about many endpoints. None where the source has no such objects. */
export const configurationAt = (source: string, { object }: Place): Pick<Finding, 'thing'> =>
  object === null
    ? {}
    : { thing: { kind: 'configuration', name: `${source} ${object}`, label: inert(`${object} of ${source}`) } };

/** `mesh.json:12, PeerAuthentication payments/default: the namespace’s policy decides`, inert: the words are the source’s. */
export const placeText = ({ file, line, object }: Place, because: string | null = null): string => {
  const where = file === null ? null : `${fileText(file)}${line === null ? '' : `:${line}`}`;
  const what = object === null ? null : inert(object);
  const place = [where, what].filter((part) => part !== null).join(', ') || 'the source';
  return because === null ? place : `${place}: ${inert(because)}`;
};

/** A path that can be copied, where it is made of nothing that a program would take for something else. */
export const fileText = (file: string): string => {
  const isPlain = /^[\w./ -]+$/.test(file) && !file.includes('//') && !/^www\.|\w\.\w{2}[^/]*\//i.test(file);
  const undotted = file.replaceAll('.', '');
  return isPlain && inert(undotted) === undotted ? file : inert(file);
};

/** The worst first; those that nothing needs to be done about at once do not fail the check. */
export const judgedBy = (findings: readonly Finding[], agreeing: string): Judged => {
  const sorted = [...findings].toSorted((one, other) => rank(other) - rank(one));
  const [worst, ...others] = sorted;
  if (worst === undefined)
    return {
      verdict: 'pass',
      code: 'CONFIGURATION_AGREES',
      severity: 'none',
      message: agreeing,
      advice: null,
      cause: null,
    };
  const more = others.map(({ code }) => code).filter((code) => code !== worst.code);
  const also = more.length === 0 ? '' : ` (and ${more.length} more: ${[...new Set(more)].join(', ')})`;
  const rest = others.filter(({ code }) => code === worst.code).map(({ message }) => ` ${message}`);
  return {
    verdict: worst.severity === 'info' ? 'pass' : 'fail',
    code: worst.code,
    severity: worst.severity,
    message: `${worst.message}${rest.slice(0, 3).join('')}${also}`,
    advice: cureOf(worst.code),
    cause: worst.cause,
    ...(worst.waiver != null && { waiver: worst.waiver }),
    ...(worst.thing !== undefined && { thing: worst.thing }),
  };
};

/** What is waived comes last: it stands for the whole only where everything is. */
const rank = ({ severity, waiver }: Finding): number => (waiver == null ? SEVERITIES.indexOf(severity) : -1);
