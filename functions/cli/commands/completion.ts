import { Argument, type Command } from 'commander';
import { CAUSES, NOTIFICATION_KINDS, SCENARIO_NAMES } from '../../../shared/model/names.ts';
import { CODES } from '../../../shared/verdict/explain/codes.ts';
import { SCRIPTS } from '../completion/scripts.ts';
import { commandTree } from '../completion/tree.ts';
import { emit } from '../output.ts';
import { SCHEMA_NAMES } from './schema.ts';

/** Arguments that their command reads itself, to name the nearest right word. */
const KNOWN = {
  'explain word': [...CODES, ...CAUSES, ...NOTIFICATION_KINDS, ...SCENARIO_NAMES],
  'schema name': SCHEMA_NAMES,
};

const SHELLS = Object.keys(SCRIPTS) as readonly (keyof typeof SCRIPTS)[];

export const completionText = (program: Command, shell: keyof typeof SCRIPTS): string =>
  SCRIPTS[shell](commandTree(program, KNOWN));

export const addCompletion = (program: Command): void => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose completion').choices(SHELLS))
    .description('print a script that completes commands, options and their values in a shell')
    .addHelpText(
      'after',
      '\nExamples:\n  eval "$(mtls-monitor completion bash)"\n  source <(mtls-monitor completion zsh)\n  mtls-monitor completion fish | source',
    )
    .action((shell: keyof typeof SCRIPTS) => emit(completionText(program, shell), undefined));
};
