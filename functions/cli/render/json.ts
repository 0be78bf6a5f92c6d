/** The report as one JSON document, written piece by piece, which is safe in a terminal: characters that move the cursor or hide text are escaped. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';

/** Returns JSON that is safe in a terminal. `depth`: of the value in its document. */
const jsonText = (value: object, depth = 0): string =>
  JSON.stringify(value, null, 1)
    .replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)
    // A text's own line ends are escaped: the others are the layout's.
    .replaceAll('\n', `\n${' '.repeat(depth)}`);

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** A list as the value of a field at `depth`. */
function* list(items: Iterable<object>, depth: number): Generator<string> {
  const indent = `\n${' '.repeat(depth + 1)}`;
  let separator = '[';
  for (const item of items) {
    yield `${separator}${indent}${jsonText(item, depth + 1)}`;
    separator = ',';
  }
  yield separator === '[' ? '[]' : `\n${' '.repeat(depth)}]`;
}

function* fieldOf<K extends 'checks' | 'servedChains'>(report: ReportInParts, field: K): Generator<object> {
  for (const part of partsOf(report)) yield* part[field];
}

/** The same document as `JSON.stringify(report, null, 1)`, escaped. */
export function* renderJson(report: ReportInParts): Generator<string> {
  const { schema, run, summary } = report;
  const { notCovered, ...counts } = summary;
  yield jsonText({ schema, run, summary: counts }).slice(0, -'\n }\n}'.length);
  yield ',\n  "notCovered": ';
  yield* list(notCovered, 2);
  yield '\n },\n "checks": ';
  yield* list(fieldOf(report, 'checks'), 1);
  yield ',\n "servedChains": ';
  yield* list(fieldOf(report, 'servedChains'), 1);
  yield '\n}';
}
