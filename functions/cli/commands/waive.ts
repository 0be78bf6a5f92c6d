/** Writes a waiver into a registry. */
import { writeFile } from 'node:fs/promises';
import { acceptedCode, CAUSES, type Cause, SCENARIO_NAMES } from '../../../shared/model/names.ts';
import { type Instant, iso } from '../../../shared/model/time.ts';
import { addWaiver, type NewWaiver } from '../../../shared/registry/add-waiver.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { UsageError } from '../exit.ts';
import { type ReadRegistry, readWhole } from '../registry-file.ts';
import { dayText, readUntil, UNTIL_FORMS } from '../until.ts';

export type WaiveOptions = {
  readonly scenario?: string;
  readonly cause?: string;
  readonly subject?: string;
  readonly route?: string;
  readonly until: string;
  readonly reason: string;
};

/** Edits the file in which the endpoint stands, and returns what to print. Rejects with a `UsageError`; the file is then as it was. */
export const waive = async (
  file: string,
  endpoint: string,
  options: WaiveOptions,
  now: Instant = Date.now(),
): Promise<string> => {
  const whole = await readWhole(file);
  const names = whole.registry.endpoints.map(({ name }) => name);
  if (!names.includes(endpoint)) throw new UsageError(`no endpoint is called ${endpoint}${advise(endpoint, names)}`);
  const waiver = waiverFrom(options, now);
  const part = partWith(whole, endpoint, file);
  const added = addWaiver(part.text, part.readWith, endpoint, waiver);
  if (!added.ok) throw new UsageError(`${part.shown}: ${added.errors[0]}`);
  await writeFile(part.path, added.value.text).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${part.shown} cannot be written: ${error.code}`);
  });
  const { was } = added.value;
  return [
    `${part.shown}: ${endpoint} waives ${waiver.scenario ?? waiver.cause} until the end of ${waiver.until} (UTC)${was === null ? '' : `; it was until ${was}`}.`,
    'It is still probed and measured, and not announced until then. A deployed monitor takes it with the next deploy.',
  ].join('\n');
};

/** The file in which the endpoint stands: the registry, or one that it includes. */
const partWith = ({ path, text, included, locate }: ReadRegistry, endpoint: string, shown: string) => {
  const place = locate({ keys: ['endpoints', endpoint], at: 'value', code: 'WRONG_VALUE', message: '' });
  const part = included.find(({ file }) => file === place.file);
  if (part === undefined) return { path, shown, text, readWith: (next: string) => parseRegistry(next, path, included) };
  const withText = (next: string) => included.map((each) => (each === part ? { ...each, text: next } : each));
  const readWith = (next: string) => parseRegistry(text, path, withText(next));
  return { path: part.file, shown: part.shown, text: part.text, readWith };
};

const waiverFrom = (options: WaiveOptions, now: Instant): NewWaiver => {
  const { scenario, cause, subject, route } = options;
  if ((scenario === undefined) === (cause === undefined))
    throw new UsageError('expected one of --scenario and --cause');
  if (cause !== undefined && subject !== undefined)
    throw new UsageError('a subject belongs to a scenario, not to a cause');
  if (options.reason.trim() === '') throw new UsageError('--reason is empty: say why, for whoever finds it');
  return {
    ...(scenario !== undefined && { scenario: wordFrom('scenario', scenario.toLowerCase(), SCENARIO_NAMES) }),
    ...(cause !== undefined && { cause: causeFrom(cause.toUpperCase().replaceAll('-', '_')) }),
    ...(subject !== undefined && { subject }),
    ...(route !== undefined && { route }),
    until: lastDay(options.until, now),
    reason: options.reason.trim(),
  };
};

/** A code is no cause: it is waived by its scenario. */
const causeFrom = (word: string): Cause => {
  const scenario = SCENARIO_NAMES.find((each) => acceptedCode(each) === word);
  if (scenario !== undefined) throw new UsageError(`${word} is a code, not a cause: --scenario ${scenario} waives it`);
  return wordFrom('cause', word, CAUSES);
};

const wordFrom = <T extends string>(kind: string, word: string, words: readonly T[]): T => {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new UsageError(`there is no ${kind} ${word}${advise(word, words)}`);
  return found;
};

/** A waiver holds for whole days, UTC: of a moment, the day in which it lies. */
const lastDay = (text: string, now: Instant): string => {
  const until = readUntil(text, now);
  if (until === null) throw new UsageError(`--until ${text} is no time; expected ${UNTIL_FORMS}`);
  const day = until.endOfDay ? dayText(until.at - 1) : iso(until.at).slice(0, 10);
  if (day < iso(now).slice(0, 10)) throw new UsageError(`--until ${text} is over: ${day}`);
  return day;
};
