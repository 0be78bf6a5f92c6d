import { createRequire } from 'node:module';
import { Command, CommanderError, Option } from 'commander';
import { METRIC_LEVELS } from '../../shared/model/names.ts';
import { addCheck } from './commands/check-command.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfiguration } from './commands/configuration.ts';
import { demo, keepDemo } from './commands/demo.ts';

import { addDescribe } from './commands/describe.ts';

import { addDiscover } from './commands/discover-command.ts';

import { explainText } from './commands/explain.ts';
import { addForge } from './commands/forge-command.ts';
import { addHistory } from './commands/history-command.ts';
import { init } from './commands/init.ts';
import { addLast } from './commands/last.ts';
import { addOverviews } from './commands/overview-commands.ts';
import { type PlanOptions, plan } from './commands/plan.ts';
import { addPresent } from './commands/present-command.ts';
import { scenariosText } from './commands/scenarios.ts';
import { SCHEMA_NAMES, schemaText } from './commands/schema.ts';
import { addSilenceCommands } from './commands/silence-command.ts';
import { addWaive } from './commands/waive-command.ts';
import { EXIT, UsageError } from './exit.ts';
import { emit, isClosedPipe } from './output.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const addDemoAndPlan = (program: Command): void => {
  program
    .command('demo')
    .description('start a lab of real TLS servers on loopback, right and wrong ones, and check them')
    .option(
      '--keep <directory>',
      'check nothing, and keep them running until Ctrl-C, with their registry in this new folder',
    )
    .addHelpText(
      'after',
      '\nExit code 0 when every server got the verdict it deserves, the wrong ones included; with --keep, when it was ended.\n\nExamples:\n  mtls-monitor demo\n  mtls-monitor demo --keep lab        (and, in another terminal: mtls-monitor check lab/registry.yaml)',
    )
    .action(async ({ keep }: { readonly keep?: string }) => {
      process.exitCode = await (keep === undefined ? demo() : keepDemo(keep));
    });
  program
    .command('plan')
    .argument('<registry>', 'the registry file (YAML)')
    .description('what would be probed, how often, and what that costs a month on AWS; opens no connection')
    .addOption(
      new Option('--metrics <level>', 'level of the CloudWatch metrics (default: the registry’s, else sparse)').choices(
        METRIC_LEVELS,
      ),
    )
    .option('--secret-keys', 'price the secrets as encrypted with keys of your own (secretKeys of the deployment)')
    .option('--summary', 'one line for equal endpoints and a count for each scenario (default: above sixty endpoints)')
    .option('--verbose', 'each endpoint and each check by itself, however many')
    .addHelpText(
      'after',
      '\nExit codes: 0, or 64 for an invalid registry or one that costs more than its monitor.budget.\n\nExamples:\n  mtls-monitor plan registry.yaml --metrics fleet\n  mtls-monitor plan registry.yaml --summary --secret-keys',
    )
    .action(async (file: string, options: PlanOptions) => {
      const { text, refusal } = await plan(file, options);
      await emit(text, undefined);
      if (refusal !== null) throw new UsageError(refusal);
    });
};

const addReferences = (program: Command): void => {
  program
    .command('explain')
    .argument('<word>', 'a code, a cause, a kind of notification, a scenario, or a check’s id')
    .description('what it means, what causes it, what to do first, and when it closes')
    .addHelpText(
      'after',
      '\nExamples:\n  mtls-monitor explain ACCEPTED_NO_CERTIFICATE\n  mtls-monitor explain CLIENT_CERTIFICATE_OPTIONAL\n  mtls-monitor explain closing\n  mtls-monitor explain no-certificate\n  mtls-monitor explain payments/no-certificate',
    )
    .action((word: string) => emit(explainText(word), undefined));
  program
    .command('scenarios')
    .description('the catalogue: what is presented and what must follow')
    .action(() => emit(scenariosText(), undefined));
  program
    .command('schema')
    .argument('<name>', SCHEMA_NAMES.join(', '))
    .description('the JSON Schema of a format')
    .addHelpText('after', '\nExample:\n  mtls-monitor schema registry > registry.schema.json')
    .action((name: string) => emit(schemaText(name), undefined));
  program
    .command('init')
    .argument('[file]', 'where to write it', 'registry.yaml')
    .description('write a starter registry, with comments')
    .action(async (file: string) => emit(await init(file), undefined));
};

const main = async (argv: readonly string[]): Promise<void> => {
  const program = new Command('mtls-monitor')
    .description('Tells whether mutual TLS is really enforced, and whether identities are kept apart.')
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for usage and examples)')
    .exitOverride()
    .addHelpText('after', '\nExamples:\n  mtls-monitor demo\n  mtls-monitor init && mtls-monitor check registry.yaml');
  addCheck(program);
  addDiscover(program);
  addDemoAndPlan(program);
  addPresent(program);
  addReferences(program);
  addOverviews(program);
  addConfiguration(program);
  addDescribe(program);
  addForge(program);
  addLast(program);
  addHistory(program);
  addCompletion(program);
  addWaive(program);
  addSilenceCommands(program);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
};

const report = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  return fault(error);
};

const fault = (error: unknown): number => {
  process.stderr.write(
    `mtls-monitor failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nThis is a fault of the monitor, not of an endpoint.\n`,
  );
  return EXIT.fault;
};

// Node's own exit code for an uncaught error is 1, which would read as "at least one fail".
process.on('uncaughtException', (error) => process.exit(fault(error)));
process.stdout.on('error', (error) => {
  if (!isClosedPipe(error)) process.exit(fault(error));
});

await main(process.argv);
