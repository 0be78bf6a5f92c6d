/** Which of an endpoint's checks a person means by a word. */
import type { Check } from '../../../shared/model/check.ts';
import type { EndpointPlan } from '../../../shared/plan/plan.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { UsageError } from '../exit.ts';

export type FoundCheck = {
  readonly check: Check;
  /** The others that the word fits, as words of their own. */
  readonly others: readonly string[];
};

/** A check's id without its endpoint: `foreign-identity/orders@GET /audit#1.3`. */
const wordOf = ({ id, endpoint }: Check): string => id.slice((endpoint ?? '').length + 1);

/** Without what tells checks of one scenario apart: the TLS version, then the route, then the subject. */
const shorter = (check: Check): readonly string[] => {
  const word = wordOf(check);
  const withoutVersion = check.tls === null ? word : word.slice(0, -`#${check.tls}`.length);
  return [
    word,
    withoutVersion,
    `${check.scenario}${check.subject === null ? '' : `/${check.subject}`}`,
    check.scenario,
  ];
};

/** `word`: a scenario, or as much of a check's id as is needed. The first that it fits best. Throws a `UsageError` with the nearest word where it fits none. */
export const findCheck = (word: string, { endpoint, checks, notCovered }: EndpointPlan): FoundCheck => {
  const fits = checks.filter((check) => shorter(check).includes(word));
  const [check = null] = [...fits.filter((each) => wordOf(each) === word), ...fits];
  if (check !== null)
    return { check, others: wordOf(check) === word ? [] : fits.filter((each) => each !== check).map(wordOf) };
  const gap = notCovered.find(({ scenario }) => scenario === word);
  if (gap !== undefined) throw new UsageError(`${endpoint.name} has nothing to present for ${word}; add ${gap.add}`);
  const skipped = endpoint.skip.find(({ scenario }) => scenario === word);
  if (skipped !== undefined) throw new UsageError(`${endpoint.name} skips ${word}: ${skipped.reason}`);
  const known = [...new Set(checks.flatMap((each) => [each.scenario, ...shorter(each).slice(2, 3)]))];
  throw new UsageError(`${endpoint.name} has no check ${word}${advise(word, known)}`);
};
