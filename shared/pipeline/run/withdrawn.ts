/** Checks that have nothing to present any more: what was announced of them is over. */
import type { Check } from '../../model/check.ts';
import type { CheckResult } from '../../model/report.ts';
import type { ItemResult } from '../../regression/level.ts';
import { familyOf } from '../../scenario/catalogue.ts';

/**
 * A `rotation` check without a result, in a run whose control of the same identity was accepted: the secret was read, and no other version of it is in use. A
 * check that the run had no time for has a result. `own`: the endpoint's results.
 */
export const withdrawnOf = (
  planned: readonly Check[],
  own: readonly CheckResult[],
  { endpoint, vantage }: Pick<ItemResult, 'endpoint' | 'vantage'>,
): readonly ItemResult[] => {
  const judged = new Set(own.map(({ id }) => id));
  const accepted = new Set(
    own.flatMap(({ scenario, verdict, subject }) =>
      scenario === 'valid-identity' && verdict === 'pass' ? [subject] : [],
    ),
  );
  return planned
    .filter(({ id, detour, subject }) => detour?.kind === 'rotation' && !judged.has(id) && accepted.has(subject))
    .map(({ id, subject }) => ({
      ...{ id, endpoint, vantage, subject, scenario: 'rotation', cause: null, evidence: [] },
      ...{ verdict: 'pass', code: 'NO_OTHER_VERSION', severity: 'none', advice: null, reproduce: null },
      message: `No other version of ${subject} is in use any more: there is nothing to present to ${endpoint}.`,
    }));
};

/**
 * A check of what a source says, of a source that could be read and says nothing of the endpoint any more. Only in a run that judged the endpoint. `read`: names of
 * the sources.
 */
export const silentOf = (
  planned: readonly Check[],
  own: readonly CheckResult[],
  read: readonly string[],
  { endpoint, vantage }: Pick<ItemResult, 'endpoint' | 'vantage'>,
): readonly ItemResult[] => {
  const judged = new Set(own.map(({ id }) => id));
  if (!own.some(({ code }) => code !== 'NOT_RUN')) return [];
  return planned
    .filter(
      ({ id, scenario, subject }) => isOf(scenario) && !judged.has(id) && subject !== null && read.includes(subject),
    )
    .map(({ id, scenario, subject }) => ({
      ...{ id, endpoint, vantage, subject, scenario, cause: null, evidence: [] },
      ...{ verdict: 'pass', code: 'CONFIGURATION_AGREES', severity: 'none', advice: null, reproduce: null },
      message: `${subject} says nothing of ${endpoint} any more: nothing is held against it.`,
    }));
};

const isOf = (scenario: Check['scenario']): boolean => familyOf(scenario) === 'configuration';
