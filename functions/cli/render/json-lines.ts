/**
 * The report as JSON Lines: a line for each endpoint, in which each observation stands once, and a line for each served chain and each list of acceptable
 * CAs, whatever the number of endpoints that show it (docs/adr/0043).
 */
import { createHash } from 'node:crypto';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { CheckResult, ReportInParts, ReportPart, ServedChain } from '../../../shared/model/report.ts';
import type { ReportLine } from '../../../shared/model/report-lines.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';
import { safeJson } from './json.ts';
import { gapsOf } from './summary.ts';

type LineOf<Kind extends ReportLine['line']> = Extract<ReportLine, { line: Kind }>;

/** Numbers equal values; `first`: whether it is the first such value. Keeps a digest of each. */
const numbering = () => {
  const numbers = new Map<string, number>();
  return (value: object): { readonly number: number; readonly first: boolean } => {
    const key = createHash('sha256').update(JSON.stringify(value)).digest('base64');
    const known = numbers.get(key);
    if (known !== undefined) return { number: known, first: false };
    const number = numbers.size;
    numbers.set(key, number);
    return { number, first: true };
  };
};

/** Numbers within one part. */
const observationsOf = (checks: readonly CheckResult[]) => {
  const places = new Map<string, number>();
  const observations: Evidence[] = [];
  const placeOf = (seen: Evidence): number => {
    const key = JSON.stringify(seen);
    const at = places.get(key) ?? places.size;
    if (at === places.size) {
      places.set(key, at);
      observations.push(seen);
    }
    return at;
  };
  const referring = checks.map(({ evidence, ...check }) => ({ ...check, observed: evidence.map(placeOf) }));
  return { observations, checks: referring };
};

/** Lines of parts, one part after the other. */
const partLines = () => {
  const [chainOf, listOf] = [numbering(), numbering()];
  const withChain = (chain: ServedChain) => {
    const { sha256, daysToExpiry, expiresFirst, expiresAt, leaf, acceptableCas, ...own } = chain;
    const facts = {
      ...{ sha256, daysToExpiry, expiresFirst },
      ...(expiresAt !== undefined && { expiresAt }),
      ...(leaf !== undefined && { leaf }),
    };
    const { number, first } = chainOf(facts);
    const lines: ReportLine[] = first ? [{ line: 'chain', number, ...facts }] : [];
    if (acceptableCas === undefined) return { lines, served: { ...own, chain: number } };
    const { includesControlIssuer, ...list } = acceptableCas;
    const known = listOf(list);
    if (known.first) lines.push({ line: 'acceptable-cas', number: known.number, ...list });
    return { lines, served: { ...own, chain: number, acceptableCas: { list: known.number, includesControlIssuer } } };
  };
  return ({ checks, servedChains, about, dates = [] }: ReportPart): readonly ReportLine[] => {
    if (checks.length + servedChains.length + dates.length === 0) return [];
    const chains = servedChains.map(withChain);
    const endpoint = about?.name ?? checks[0]?.endpoint ?? servedChains[0]?.endpoint ?? null;
    const own: LineOf<'checks'> = {
      ...{ line: 'checks', endpoint },
      ...(about !== undefined && { about }),
      ...(dates.length > 0 && { dates: [...dates] }),
      ...observationsOf(checks),
      servedChains: chains.map(({ served }) => served),
    };
    return [...chains.flatMap(({ lines }) => lines), own];
  };
};

const headOf = ({ run, summary: { notCovered: _, ...counts } }: ReportInParts): LineOf<'run'> => ({
  ...{ line: 'run', schema: 'mtls-monitor/report-lines/v1' },
  ...{ run, summary: counts },
});

/** Each line is one value of `docs/reference/report-lines.schema.json`. */
export function* renderJsonLines(report: ReportInParts): Generator<string> {
  yield `${safeJson(headOf(report))}\n`;
  for (const { scenario, add, endpoints } of gapsOf(report))
    yield `${safeJson({ line: 'not-covered', scenario, add, endpoints } satisfies ReportLine)}\n`;
  const linesOf = partLines();
  for (const part of partsOf(report)) for (const line of linesOf(part)) yield `${safeJson(line)}\n`;
}
