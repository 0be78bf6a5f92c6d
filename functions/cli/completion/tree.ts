/** The command line as data: its commands, options and arguments, read from commander's own tree. */
import type { Argument, Command, Option } from 'commander';

/** What may follow: one of these words, a path, or what only the user knows. */
export type Value = { readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'file' | 'any' };

export type TreeOption = {
  /** `--format`. */
  readonly flag: string;
  readonly what: string;
  /** Null for a switch. */
  readonly value: Value | null;
};

export type TreeCommand = {
  readonly name: string;
  readonly what: string;
  readonly options: readonly TreeOption[];
  /** Of the first argument; null without one. */
  readonly value: Value | null;
};

/** Names of values that are paths. */
const PATHS = ['file', 'registry', 'directory'];

const valueNamed = (name: string, choices: readonly string[] | undefined, known: readonly string[]): Value => {
  const words = choices ?? known;
  if (words.length > 0) return { kind: 'words', words };
  return { kind: PATHS.includes(name) ? 'file' : 'any' };
};

const optionOf = ({ long, short, description, required, optional, argChoices, flags }: Option): TreeOption => ({
  flag: long ?? short ?? '',
  what: description,
  value: required || optional ? valueNamed(/[<[]([a-z-]+)/.exec(flags)?.[1] ?? '', argChoices, []) : null,
});

/** `known`: words for an argument that a command reads itself, by `<command> <argument>`. */
export const commandTree = (
  program: Command,
  known: Readonly<Record<string, readonly string[]>>,
): readonly TreeCommand[] => {
  const help = program.createHelp();
  return help.visibleCommands(program).map((command): TreeCommand => {
    const [argument] = command.registeredArguments as readonly Argument[];
    return {
      name: command.name(),
      what: command.description(),
      options: help.visibleOptions(command).map(optionOf),
      value:
        argument === undefined
          ? null
          : valueNamed(argument.name(), argument.argChoices, known[`${command.name()} ${argument.name()}`] ?? []),
    };
  });
};
