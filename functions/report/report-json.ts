import type { ReportInParts } from '../../shared/model/report.ts';
import { factsOnce, partsOf } from '../../shared/verdict/make-report.ts';

/** The document that `check --format json` writes, on one line: a sixth of the work, for a file that is read by programs. Each part is read once. */
export function* reportJson(report: ReportInParts): Generator<string> {
  const { schema, run, summary } = report;
  yield `${JSON.stringify({ schema, run, summary }).slice(0, -1)},"checks":[`;
  const chains: string[] = [];
  const facts: string[] = [];
  const ends: string[] = [];
  const once = factsOnce();
  let separator = '';
  for (const part of partsOf(report)) {
    const { checks, servedChains, dates = [] } = part;
    chains.push(...servedChains.map((chain) => JSON.stringify(chain)));
    facts.push(...once(part).map((each) => JSON.stringify(each)));
    ends.push(...dates.map((each) => JSON.stringify(each)));
    if (checks.length === 0) continue;
    yield separator + JSON.stringify(checks).slice(1, -1);
    separator = ',';
  }
  yield `],"servedChains":[${chains.join(',')}],"endpoints":[${facts.join(',')}],"dates":[${ends.join(',')}]}`;
}
