import type { Command } from 'commander';
import type { Where } from '../kept-state.ts';
import { emit } from '../output.ts';
import { UNTIL_FORMS } from '../until.ts';
import { type AckOptions, acknowledge, endOfSilence, listSilences, type SilenceOptions, silence } from './silence.ts';

const CODES = '\nExit codes: 0 done, 64 wrong usage or nothing of that name, 70 a fault of the monitor itself.';

const where = (command: Command): Command =>
  command
    .option('--stack <name>', 'the deployed monitor’s stack: its table is found by its output StateTableName')
    .option('--table <name>', 'the state table itself')
    .option('--state <file>', 'the state file of check --state');

const why = (command: Command): Command =>
  where(
    command
      .requiredOption('--reason <text>', 'why; shown in reports and messages')
      .option('--by <name>', 'who asks for it (default: the user’s name)'),
  );

const ADD_HELP = `
What is silenced is measured and reported as before, and no message is sent of it: no opening, reminder or step towards a date. What is still there after the end is
told by the first run that finds it. The closing of an incident that was told is told in any case. Several of --endpoint, --cause, --owner and --incident are
taken together. A silence of a cause covers what only follows from it at the same endpoint, and no other fault.

--until: ${UNTIL_FORMS}. A day is the whole day, in the time zone of this machine; the moment is printed.
${CODES}

Examples:
  mtls-monitor silence add --endpoint payments --until 2h --reason "moving to the new gateway" --stack MtlsMonitor
  mtls-monitor silence add --cause CRL_STALE --owner team-pki --until friday --reason "new CRL on Friday" --stack MtlsMonitor
  mtls-monitor silence add --endpoint ledger --until "tomorrow 09:00" --reason "maintenance" --state state.json`;

export const addSilenceCommands = (program: Command): void => {
  const group = program
    .command('silence')
    .description('be told nothing of an endpoint, a cause, an owner or an incident for a while, without a deploy')
    .addHelpText('after', '\nExample:\n  mtls-monitor silence add --help');
  why(group.command('add').description('add a silence'))
    .option('--endpoint <name>', 'only at this endpoint')
    .option('--cause <word>', 'only this cause, or this code')
    .option('--owner <name>', 'only what this owner is told')
    .option('--incident <key>', 'only what this open incident has (its key is in its messages; the beginning will do)')
    .requiredOption('--until <when>', 'its end')
    .addHelpText('after', ADD_HELP)
    .action(async (options: SilenceOptions) => emit(await silence(options), undefined));
  where(group.command('list').alias('query').description('what is silenced, and what is open'))
    .addHelpText('after', `${CODES}\n\nExample:\n  mtls-monitor silence list --stack MtlsMonitor`)
    .action(async (options: Where) => emit(await listSilences(options), undefined));
  where(
    group
      .command('end')
      .alias('expire')
      .argument('<id>', 'of silence list')
      .description('end a silence or an acknowledgement now'),
  )
    .addHelpText('after', `${CODES}\n\nExample:\n  mtls-monitor silence end 3f2a9c1b --stack MtlsMonitor`)
    .action(async (id: string, options: Where) => emit(await endOfSilence(id, options), undefined));
  why(
    program
      .command('ack')
      .argument('<incident>', 'its key, or the beginning of it: it is in each message, and in silence list')
      .description('acknowledge an open incident: nothing more is told of it but its closing'),
  )
    .addHelpText(
      'after',
      `${CODES}\n\nExamples:\n  mtls-monitor ack 0f3c9a --reason "on it" --stack MtlsMonitor\n  mtls-monitor ack 0f3c9a --reason "known, CHG-17" --state state.json`,
    )
    .action(async (key: string, options: AckOptions) => emit(await acknowledge(key, options), undefined));
  for (const command of group.commands) command.exitOverride();
};
