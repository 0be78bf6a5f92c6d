import pc from 'picocolors';
import { wholeCure } from '../../../shared/model/cure.ts';
import { CAUSES, NOTIFICATION_KINDS, SCENARIO_NAMES } from '../../../shared/model/names.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { SCENARIOS } from '../../../shared/scenario/catalogue.ts';
import { CODES, explain } from '../../../shared/verdict/explain/codes.ts';
import { type Section, sectionOf } from '../../../shared/verdict/explain/sections.ts';
import { UsageError } from '../exit.ts';

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${pc.dim(title)}\n${lines.map((line) => `  - ${line}`).join('\n')}\n`;

const headed = (word: string, what: string, meaning: string): string => `${pc.bold(word)}  ${what}\n\n${meaning}\n`;

const sectionText = ({ word, what, meaning, causes, cures, first, see, closes }: Section): string =>
  [
    headed(word, what.join('; '), meaning.join('\n')),
    list('Likely causes', causes),
    list('First', [first]),
    list(cures.length === 1 ? 'Cure' : 'Cures', cures),
    list('See it yourself', [see]),
    list('It closes', [closes]),
  ].join('');

/** Null for a word that is no scenario. */
const scenarioText = (word: string): string | null => {
  const scenario = SCENARIOS.find(({ name }) => name === word);
  if (scenario === undefined) return null;
  const { name, presents, expects, suite, always, citation, acceptance } = scenario;
  const runs = always ? `runs in every suite, counts in ${suite}` : `suite ${suite}`;
  return [
    headed(name, `a scenario: ${expects.replace('-', ' ')}; ${runs}`, `Presents: ${presents}.`),
    list('Why', [citation]),
    acceptance === null ? '' : list('If it is accepted', [acceptance.meaning, ...acceptance.causes]),
    acceptance === null ? '' : list('Cure', [wholeCure(acceptance.cure)]),
  ].join('');
};

const passText = (code: string): string | null => {
  const found = explain(code);
  return found === undefined ? null : headed(code, `${found.verdict}, severity ${found.severity}`, found.meaning);
};

/** Of a check's id, its scenario: `payments/no-certificate@GET /audit`. */
const checkText = (word: string): string | null => scenarioText(/^[^/]+\/([a-z-]+)/u.exec(word)?.[1] ?? '');

/** `word`: a code, a cause, a kind of notification, a scenario or a check's id, in letters of any case. Throws a `UsageError` with the nearest word for any other. */
export const explainText = (word: string): string => {
  const small = word.toLowerCase();
  const large = word.toUpperCase().replaceAll('-', '_');
  const section = sectionOf(large) ?? sectionOf(small);
  const text = section === null ? (scenarioText(small) ?? passText(large) ?? checkText(small)) : sectionText(section);
  if (text !== null) return text;
  const near = advise(word, [...NOTIFICATION_KINDS, ...SCENARIO_NAMES, ...CAUSES, ...CODES]);
  throw new UsageError(
    `there is no code, cause, kind of notification or scenario ${word}${near}\nAll of them: docs/reference/findings.md and scenarios.md. Of an endpoint: mtls-monitor history ${word} --state FILE (or --stack NAME)`,
  );
};
