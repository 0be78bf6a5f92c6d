/** Where the forms of one report go: stdout or `--output`, a file for each form that is asked for, and a job's summary. */
import { resolve } from 'node:path';
import pc from 'picocolors';
import type { ReportInParts } from '../../shared/model/report.ts';
import { UsageError } from './exit.ts';
import { type Beside, FORMATS, type Format, render, sinceText } from './forms.ts';
import { emit, emitTo, ensureWritable, type OutputFile } from './output.ts';
import { summaryLine } from './render/report-text.ts';
import { widthOf } from './render/wrap.ts';

/** Each form may have a file of its own, beside `format`. */
export type Outputs = Partial<Readonly<Record<Format, string>>> & {
  readonly format: Format;
  readonly output?: string;
  /** Markdown is added to this file. */
  readonly jobSummary?: string;
};

type Output = OutputFile & { readonly form: Format };

/** Without the one of `--format`. An empty name, as of an empty variable, is none. */
const extraOutputs = (outputs: Outputs): readonly Output[] =>
  [
    ...FORMATS.map((form): Output => ({ form, file: outputs[form] ?? '', option: `--${form}`, append: false })),
    { form: 'markdown', file: outputs.jobSummary ?? '', option: '--job-summary', append: true } as const,
  ].filter(({ file }) => file !== '');

const allOutputs = (outputs: Outputs): readonly OutputFile[] => [
  ...(outputs.output === undefined ? [] : [{ file: outputs.output, option: '--output', append: false }]),
  ...extraOutputs(outputs),
];

/** Whether a form names places in the registry. */
export const wantsPlaces = (outputs: Outputs): boolean => outputs.format === 'github' || outputs.github !== undefined;

/** Before the work begins. Rejects with a `UsageError` for a file that cannot be written, and for one that two options name. */
export const ensureOutputs = async (outputs: Outputs): Promise<void> => {
  const named = new Map<string, string>();
  for (const output of allOutputs(outputs)) {
    const path = resolve(output.file);
    const other = named.get(path);
    if (other !== undefined)
      throw new UsageError(`${other} and ${output.option} name one file, ${output.file}: give each its own`);
    named.set(path, output.option);
    await ensureWritable(output);
  }
};

/** Says on stderr what does not stand on stdout: the changes beside another form than text, the summary line where the report is in a file, and the files. */
export const writeOutputs = async (
  report: ReportInParts,
  outputs: Outputs,
  beside: Omit<Beside, 'colors'>,
): Promise<void> => {
  const { format, output } = outputs;
  const plain = pc.createColors(false);
  const width = widthOf(output === undefined ? process.stdout : {}, process.env['COLUMNS']);
  await emit(render(format, report, { ...beside, width, colors: output === undefined ? pc : plain }), output);
  const extra = extraOutputs(outputs);
  for (const each of extra) await emitTo(each, render(each.form, report, { ...beside, colors: plain }));
  if (output !== undefined) process.stderr.write(`${summaryLine(report, pc)} → ${output}\n`);
  const named = extra.filter(({ append }) => !append).map(({ file }) => file);
  if (named.length > 0) process.stderr.write(`Written: ${named.join(', ')}\n`);
  if (beside.advanced !== null && format !== 'text')
    process.stderr.write(`${sinceText(beside.advanced, { ...beside, colors: plain }).join('\n')}\n`);
};
