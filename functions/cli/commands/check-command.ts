import { type Command, InvalidArgumentError, Option } from 'commander';
import { SUITE_REQUESTS } from '../../../shared/model/names.ts';
import { FAIL_ON } from '../exit-code.ts';
import { FORMATS, FORMS } from '../forms.ts';
import { addUrlOptions } from '../url-options.ts';
import { CHECK_DEFAULTS, type CheckOptions, check } from './check.ts';

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1024)
    throw new InvalidArgumentError('Expected a whole number from 1 to 1024.');
  return value;
};

const HELP = `
Exit codes: 0 all pass or waived, 1 at least one fail, 2 none fails but at least one is inconclusive (or the run is not finished),
64 wrong usage or an invalid registry, 70 a fault of the monitor itself, 130 interrupted.
With --fail-on fail an inconclusive check leaves 0, with --fail-on critical so does a fail that is not critical; a run that is not finished is never 0.

Examples:
  mtls-monitor check registry.yaml
  mtls-monitor check https://payments.corp.example:8443/healthz --ca ca.pem --cert checkout.crt --key checkout.key
  mtls-monitor check postgres://db.corp.example --ca ca.pem --cert checkout.pem --tls 1.2 1.3
  mtls-monitor check registry.yaml --endpoint payments ledger --format json --output report.json
  mtls-monitor check registry.yaml --secrets aws --state state.json
  mtls-monitor check registry.yaml --junit mtls.xml --html mtls.html --json mtls.json
  mtls-monitor check registry.yaml --format github --fail-on critical
  mtls-monitor check registry.yaml --openmetrics /var/lib/node_exporter/mtls.prom
  mtls-monitor check registry.yaml --format jsonl | jq 'select(.line == "checks") | .endpoint'`;

const addOutputs = (command: Command): Command => {
  command
    .addOption(
      new Option('--format <format>', 'how the report is written').choices(FORMATS).default(CHECK_DEFAULTS.format),
    )
    .option('--output <file>', 'write the report there instead of to stdout');
  for (const form of FORMATS)
    command.option(`--${form} <file>`, `write the report of the same run there, too: ${FORMS[form].what}`);
  return command.addOption(
    new Option('--job-summary <file>', 'add the report there, too: Markdown').env('GITHUB_STEP_SUMMARY'),
  );
};

export const addCheck = (program: Command): void => {
  addUrlOptions(
    addOutputs(program.command('check').argument('<registry>', 'the registry file (YAML), or the URL of one endpoint')),
  )
    .description('probe every endpoint of a registry, or one URL, once, from here, and print the verdicts')
    .option(
      '--verbose',
      'in the text report, a row for each endpoint and each finding by itself, however many are equal',
    )
    .option('--endpoint <name...>', 'only these endpoints')
    .addOption(new Option('--suite <suite>', 'only this suite').choices(SUITE_REQUESTS).default(CHECK_DEFAULTS.suite))
    .addOption(
      new Option('--fail-on <least>', 'the least that makes the exit code other than 0')
        .choices(FAIL_ON)
        .default(CHECK_DEFAULTS.failOn),
    )
    .option('--state <file>', 'keep state in this file and print what changed since the last run')
    .option(
      '--concurrency <n>',
      'connections at a time over all endpoints, besides those that wait in silence',
      count,
      CHECK_DEFAULTS.concurrency,
    )
    .addOption(
      new Option('--secrets <source>', 'where identities given by secret are read')
        .choices(['aws', 'none'])
        .default(CHECK_DEFAULTS.secrets),
    )
    .addHelpText('after', HELP)
    .action(async (file: string, options: CheckOptions) => {
      process.exitCode = await check(file, options);
    });
};
