import { type Command, Option } from 'commander';
import { SUITE_REQUESTS, type SuiteRequest } from '../../../shared/model/names.ts';
import { HOUR } from '../../../shared/model/time.ts';
import { lengthText } from '../../../shared/publish/headline.ts';
import { inParts } from '../../../shared/verdict/make-report.ts';
import { lastReport, reportsOfStack } from '../deployed-reports.ts';
import { UsageError } from '../exit.ts';
import { exitCodeOf } from '../exit-code.ts';
import { FORMATS } from '../forms.ts';
import { ensureOutputs, type Outputs, writeOutputs } from '../outputs.ts';

type LastOptions = Outputs & { readonly stack: string; readonly suite?: SuiteRequest; readonly verbose?: boolean };

const HELP = `
Exit codes: as of check, of the run that is printed: 0, 1 or 2; 64 where no run has left a report, or AWS refuses; 70 a fault of the monitor itself.
It needs cloudformation:DescribeStacks, and s3:ListBucket and s3:GetObject of the run bucket.

Examples:
  mtls-monitor last --stack MtlsMonitor
  mtls-monitor last --stack MtlsMonitor --suite certificates
  mtls-monitor last --stack MtlsMonitor --format html --output last.html`;

const last = async (options: LastOptions, now: number): Promise<number> => {
  const { stack, suite = null, verbose } = options;
  await ensureOutputs(options);
  const report = await lastReport(await reportsOfStack(stack, now), suite);
  if (report === null)
    throw new UsageError(
      `no run of ${stack} has left a report in the last thirty days${suite === null ? '' : ` (--suite ${suite})`}: start an execution of its state machine with {}`,
    );
  const age = lengthText(Math.max(0, now - Date.parse(report.run.startedAt)) / HOUR);
  process.stderr.write(`The run ${report.run.id}, started ${report.run.startedAt} (${age} ago)\n`);
  const parts = inParts(report);
  await writeOutputs(parts, options, { advanced: null, verbose });
  return exitCodeOf(parts, 'inconclusive');
};

export const addLast = (program: Command): void => {
  program
    .command('last')
    .description('print the report of the last run of a deployed monitor')
    .requiredOption('--stack <name>', 'the stack’s name')
    .addOption(new Option('--suite <suite>', 'the last run of this suite (default: of any)').choices(SUITE_REQUESTS))
    .addOption(new Option('--format <format>', 'how the report is written').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the report there instead of to stdout')
    .option('--verbose', 'in the text report, a row for each endpoint and each finding by itself')
    .addHelpText('after', HELP)
    .action(async (options: LastOptions) => {
      process.exitCode = await last(options, Date.now());
    });
};
