import { type Command, InvalidArgumentError, Option } from 'commander';
import { RUN_DEFAULTS } from '../run-check.ts';
import { ACCESS_FORMATS, type AccessOptions, access } from './access.ts';
import { EXPIRY_FORMATS, type ExpiryOptions, expiry, withinOf } from './expiry.ts';

const within = (text: string): number => {
  const value = withinOf(text);
  if (value === null) throw new InvalidArgumentError('Expected whole days such as 30d.');
  return value;
};

/** What both commands read. */
const addSource = (command: Command): Command =>
  command
    .argument('[registry]', 'the registry file (YAML): a run is made')
    .option('--report <file>', 'read this report of `check --format json` instead; no connection is opened')
    .option('--output <file>', 'write it there instead of to stdout')
    .option('--endpoint <name...>', 'of a run: only these endpoints')
    .addOption(
      new Option('--secrets <source>', 'of a run: where identities given by secret are read')
        .choices(['aws', 'none'])
        .default(RUN_DEFAULTS.secrets),
    );

const EXPIRY_HELP = `
A run asks for certificates only, and reads the identities, CAs and CRLs of the registry. The calendar (ics) has a day for each end to come.

Exit codes: 0 all ends were seen, 1 something ends within --within, 2 the end of something could not be seen, 64 wrong usage,
70 a fault of the monitor itself, 130 interrupted.

Examples:
  mtls-monitor expiry registry.yaml
  mtls-monitor expiry registry.yaml --within 30d
  mtls-monitor expiry --report report.json --format ics --output mtls.ics`;

const ACCESS_HELP = `
yes, no: proven, and as the registry has it. YES!, NO!: proven, and the registry has the opposite. ?: asked, and nothing is proven.
≠: one of the registry’s sources, such as a mesh’s policies, says the opposite of what the wire did.

Exit codes: 0 all is as the registry and its sources have it, 1 something differs, 2 nothing differs but something cannot be told, 64 wrong usage,
70 a fault of the monitor itself, 130 interrupted.

Examples:
  mtls-monitor access registry.yaml
  mtls-monitor access registry.yaml --format markdown
  mtls-monitor access --report report.json --format json`;

export const addOverviews = (program: Command): void => {
  addSource(program.command('expiry'))
    .description('what ends, the first to end first: certificates that are served, identities, CAs and CRLs')
    .addOption(new Option('--format <format>', 'how it is written').choices(EXPIRY_FORMATS).default('text'))
    .option('--within <days>', 'exit with 1 if something ends within this time, such as 30d', within)
    .addHelpText('after', EXPIRY_HELP)
    .action(async (file: string | undefined, options: ExpiryOptions) => {
      process.exitCode = await expiry(file, { ...RUN_DEFAULTS, ...options });
    });
  addSource(program.command('access'))
    .description('who may call what: each identity, and strangers, at each endpoint and route')
    .addOption(new Option('--format <format>', 'how it is written').choices(ACCESS_FORMATS).default('text'))
    .option('--verbose', 'a row for each endpoint and route, also for those with the same answers')
    .addHelpText('after', ACCESS_HELP)
    .action(async (file: string | undefined, options: AccessOptions) => {
      process.exitCode = await access(file, { ...RUN_DEFAULTS, ...options });
    });
};
