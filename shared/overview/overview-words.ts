/** The overview in words, the same on every page: the headline, and an answer to each of its questions. */
import type { Answer } from '../model/access.ts';
import type { Ending } from '../model/expiry.ts';
import type { Verdict } from '../model/names.ts';
import { dateText } from '../publish/headline.ts';
import { type Asked, isWhole } from './asked.ts';
import { firstToEnd } from './endings.ts';
import type { FindingLevel } from './finding.ts';
import type { Overview } from './overview.ts';

export const count = (number: number, word: string, words = `${word}s`): string =>
  `${number} ${number === 1 ? word : words}`;

/** `payments, orders and 3 more`. `of`: the number of all, the named ones included. */
export const andMore = (named: readonly string[], of: number): string =>
  `${named.join(', ')}${of > named.length ? ` and ${of - named.length} more` : ''}`;

export type Headline = { readonly verdict: Verdict; readonly text: string };

/** `pass` only if something was asked and the run came to its end. */
export const headlineOf = ({ endpoints, identities, asked, findings }: Overview): Headline => {
  const all = sum(endpoints);
  const failing = [
    ...(endpoints.fail > 0
      ? [`${endpoints.fail} of ${count(all, 'endpoint')} ${endpoints.fail === 1 ? 'fails' : 'fail'}`]
      : []),
    ...(identities.fail > 0
      ? [
          `${count(identities.fail, 'identity or source', 'identities or sources')} of the monitor ${identities.fail === 1 ? 'fails' : 'fail'}`,
        ]
      : []),
  ];
  const blind = endpoints.inconclusive + identities.inconclusive;
  if (failing.length > 0) {
    const text = failing.join(', ');
    return { verdict: 'fail', text: blind === 0 ? text : `${text}, ${blind} cannot be told` };
  }
  if (blind > 0) return { verdict: 'inconclusive', text: `Nothing fails, but ${blind} of ${all} cannot be told` };
  if (!asked.complete) return { verdict: 'inconclusive', text: 'The run was not finished' };
  if (asked.checks === 0) return { verdict: 'inconclusive', text: 'Nothing was checked' };
  const waived = findings.filter(({ level }) => level === 'waived').length;
  if (waived > 0) return { verdict: 'waived', text: `Nothing fails; ${count(waived, 'known gap')} waived` };
  return { verdict: 'pass', text: isWhole(asked) ? 'Everything is as it must be' : 'What was asked is as it must be' };
};

const sum = (of: Readonly<Record<Verdict, number>>): number => of.pass + of.fail + of.inconclusive + of.waived;

/** What a run did not ask, a clause each. None where everything was asked. */
export const notAsked = ({ complete, suites, leftOut, gaps, skipped }: Asked): readonly string[] => [
  ...(complete ? [] : ['the run was not finished']),
  ...(suites === null
    ? ['the report does not say which suites were run']
    : suites.length > 0
      ? [`${suites.join(' and ')} ${suites.length === 1 ? 'was' : 'were'} not run`]
      : []),
  ...(leftOut === null || leftOut === 0 ? [] : [`${count(leftOut, 'endpoint')} left out`]),
  ...(gaps === 0 ? [] : [`${count(gaps, 'question')} not covered`]),
  ...(skipped === 0 ? [] : [`${count(skipped, 'question')} skipped by the registry`]),
];

/** `2 findings, 1 critical`, `nothing`. */
export const levelText = ({ findings }: Overview, level: FindingLevel): string => {
  const own = findings.filter((each) => each.level === level);
  const incidents = own.reduce((all, each) => all + each.count, 0);
  if (incidents === 0) return 'nothing';
  const critical = own.filter(({ severity }) => severity === 'critical').reduce((all, each) => all + each.count, 0);
  return `${count(incidents, level === 'waived' ? 'known gap' : 'incident')}${critical === 0 ? '' : `, ${critical} critical`}`;
};

export const KIND_WORDS: Readonly<Record<Ending['kind'], string>> = {
  served: 'certificate',
  identity: 'identity',
  authority: 'CA',
  crl: 'CRL',
};

/** `certificate CN=payments (payments and 3 more)`, `identity checkout`, `CA CN=Root (trust bundle corporate)`. */
export const endingName = ({ kind, name, of, endpoints }: Ending): string => {
  const what = `${KIND_WORDS[kind]} ${name}`;
  if (kind === 'served') return `${what} (${andMore(endpoints.slice(0, 1), endpoints.length)})`;
  return kind === 'identity' ? what : `${what} (trust bundle ${of})`;
};

/** `2026-12-12 (in 11 days): certificate CN=payments (payments)`. */
export const endingText = (ending: Ending): string => `${dateText(ending)}: ${endingName(ending)}`;

/** The first that is still to come, how many have ended, and how many were not seen. */
export const firstEndText = ({ endings, undated }: Overview): string => {
  const first = firstToEnd(endings);
  const over = endings.filter(({ hoursLeft }) => hoursLeft < 0).length;
  const parts = [
    ...(first === null ? [] : [endingText(first)]),
    ...(over === 0 ? [] : [`${over} ${over === 1 ? 'has' : 'have'} ended`]),
    ...(undated.length === 0 ? [] : [`${count(undated.length, 'end')} not seen`]),
  ];
  return parts.length === 0 ? 'no date was seen' : parts.join('; ');
};

/** `2 answers differ from the registry, 4 cannot be told, 182 are as it has them`. */
export const accessText = ({ access: { counts } }: Pick<Overview, 'access'>): string => {
  const is = (number: number): string => (number === 1 ? 'is' : 'are');
  const [wrong, right] = [counts['wrongly-admitted'] + counts['wrongly-refused'], counts.admitted + counts.refused];
  const parts: readonly (readonly [number, string])[] = [
    [wrong, `${wrong === 1 ? 'differs' : 'differ'} from the registry`],
    [counts.waived, `${counts.waived === 1 ? 'differs' : 'differ'} and ${is(counts.waived)} waived`],
    [counts.untold, 'cannot be told'],
    [right, `${is(right)} as the registry has ${right === 1 ? 'it' : 'them'}`],
  ];
  const said = parts.filter(([number]) => number > 0);
  if (said.length === 0) return 'nothing was asked';
  return said.map(([number, text], at) => `${at === 0 ? count(number, 'answer') : number} ${text}`).join(', ');
};

/** `short`: what stands in a table. */
export const ANSWER_WORDS: Readonly<Record<Answer, { readonly short: string; readonly meaning: string }>> = {
  admitted: { short: 'yes', meaning: 'admitted, as it must be' },
  refused: { short: 'no', meaning: 'refused, as it must be' },
  'wrongly-admitted': { short: 'YES!', meaning: 'admitted, and must be refused' },
  'wrongly-refused': { short: 'NO!', meaning: 'refused, and must be admitted' },
  waived: { short: '~', meaning: 'not as it must be, and waived' },
  untold: { short: '?', meaning: 'asked, and nothing is proven' },
  'not-asked': { short: '·', meaning: 'not asked' },
};
