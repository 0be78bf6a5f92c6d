/** What is told of a staged incident otherwise than it must be. */
import type { Performed } from './story.ts';

/** An opening, and a closing. */
const MOST = 2;

export type Counted = {
  readonly key: string;
  readonly owner: string;
  readonly messages: number;
  readonly closed: boolean;
  /** A change is told once, and has no closing. */
  readonly isChange: boolean;
};

/** The messages of each incident, for each owner. */
export const countedOf = ({ tellings }: Performed): readonly Counted[] => {
  const each = tellings.flatMap(({ keys, items, owner, isClosing }) =>
    [...new Set(keys)].map((key) => ({ key, owner, isClosing, line: items[keys.indexOf(key)] ?? '' })),
  );
  return [...Map.groupBy(each, ({ key, owner }) => JSON.stringify([key, owner])).values()].flatMap((messages) => {
    const [first] = messages;
    if (first === undefined) return [];
    const { key, owner, line } = first;
    const isChange = line.startsWith('change ');
    const closings = messages.filter(({ isClosing }) => isClosing).length;
    const closed = closings === 1 && messages.at(-1)?.isClosing === true && messages.length > 1;
    return [{ key, owner, messages: messages.length, closed, isChange }];
  });
};

const text = (lines: readonly (string | readonly string[])[]): string =>
  lines.map((line) => `  ${[line].flat().join('; ')}`).join('\n');

/** Sentences; none for an incident that is told as it must be. */
export const mistakesOf = (performed: Performed): readonly string[] => {
  const { story, tellings, open } = performed;
  const { name, told, most = MOST } = story;
  const seen = text(tellings.map(({ items }) => items));
  const counted = countedOf(performed);
  return [
    ...(seen === text(told) ? [] : [`${name}: told is\n${seen}\nand must be\n${text(told)}`]),
    ...counted
      .filter(({ messages }) => messages > most)
      .map(({ messages }) => `${name}: ${messages} messages of one incident, ${most} at the most`),
    ...counted
      .filter(({ closed, isChange }) => !closed && !isChange)
      .map(({ key }) => `${name}: ${key} has no closing after its opening`),
    ...open.map((key) => `${name}: ${key} is open at the end`),
  ];
};
