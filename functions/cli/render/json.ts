/** The report as one JSON document, written piece by piece, which is safe in a terminal: characters that move the cursor or hide text are escaped. */
import type { CheckResult, ReportInParts, ServedChain } from '../../../shared/model/report.ts';
import type { Dated, EndpointFacts } from '../../../shared/model/report-facts.ts';
import { factsOnce, partsOf } from '../../../shared/verdict/make-report.ts';

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** Returns JSON that is safe in a terminal. `indent`: as of `JSON.stringify`; default 0, one line. */
export const safeJson = (value: object, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);

/** `depth`: of the value in its document. A text's own line ends are escaped: the others are the layout's. */
const jsonText = (value: object, depth = 0): string => safeJson(value, 1).replaceAll('\n', `\n${' '.repeat(depth)}`);

/** Its observations, which are the most of a report, have a line each. */
const checkText = ({ evidence, ...check }: CheckResult, depth: number): string => {
  const inner = `\n${' '.repeat(depth + 1)}`;
  const lines = evidence.map((each) => `${inner} ${safeJson(each)}`);
  const list = lines.length === 0 ? '[]' : `[${lines.join(',')}${inner}]`;
  return `${jsonText(check, depth).slice(0, -`\n${' '.repeat(depth)}}`.length)},${inner}"evidence": ${list}\n${' '.repeat(depth)}}`;
};

/** A list as the value of a field at `depth`. */
function* list<T extends object>(
  items: Iterable<T>,
  depth: number,
  textOf: (item: T, depth: number) => string = jsonText,
): Generator<string> {
  const indent = `\n${' '.repeat(depth + 1)}`;
  let separator = '[';
  for (const item of items) {
    yield `${separator}${indent}${textOf(item, depth + 1)}`;
    separator = ',';
  }
  yield separator === '[' ? '[]' : `\n${' '.repeat(depth)}]`;
}

function* checksOf(report: ReportInParts): Generator<CheckResult> {
  for (const { checks } of partsOf(report)) yield* checks;
}

function* endpointsOf(report: ReportInParts): Generator<EndpointFacts> {
  const once = factsOnce();
  for (const part of partsOf(report)) yield* once(part);
}

function* datesOf(report: ReportInParts): Generator<Dated> {
  for (const { dates = [] } of partsOf(report)) yield* dates;
}

function* chainsOf(report: ReportInParts): Generator<ServedChain> {
  for (const { servedChains } of partsOf(report)) yield* servedChains;
}

/** The whole report as one document (`docs/reference/report.schema.json`). */
export function* renderJson(report: ReportInParts): Generator<string> {
  const { schema, run, summary } = report;
  const { notCovered, ...counts } = summary;
  yield jsonText({ schema, run, summary: counts }).slice(0, -'\n }\n}'.length);
  yield ',\n  "notCovered": ';
  yield* list(notCovered, 2);
  yield '\n },\n "checks": ';
  yield* list(checksOf(report), 1, checkText);
  yield ',\n "servedChains": ';
  yield* list(chainsOf(report), 1);
  yield ',\n "endpoints": ';
  yield* list(endpointsOf(report), 1);
  yield ',\n "dates": ';
  yield* list(datesOf(report), 1);
  yield '\n}';
}
