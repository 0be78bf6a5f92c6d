/**
 * What a report means as a whole: what is open, what is blind, what ends first, and who may call what. Every rendering draws this one value: the
 * terminal, the HTML page, the commands, and a dashboard, which has its state in place of a report.
 */

import type { Access } from '../model/access.ts';
import { VERDICTS, type Verdict } from '../model/names.ts';
import type { CheckResult, ReportInParts } from '../model/report.ts';
import { type Instant, instantOf } from '../model/time.ts';
import { factsOnce } from '../verdict/make-report.ts';
import { accessCollector } from './access.ts';
import { type Asked, askedOf } from './asked.ts';
import { type Endings, endingCollector } from './endings.ts';
import { type Finding, findingCollector } from './finding.ts';

export type Overview = Endings & {
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly access: Access;
  readonly asked: Asked;
  /** Numbers of endpoints, and of identities, by the worst verdict of their checks. */
  readonly endpoints: Readonly<Record<Verdict, number>>;
  readonly identities: Readonly<Record<Verdict, number>>;
};

const WORST: readonly Verdict[] = ['fail', 'inconclusive', 'waived', 'pass'];
const worstOf = (checks: readonly CheckResult[]): Verdict | undefined =>
  WORST.find((verdict) => checks.some((check) => check.verdict === verdict));

const none = (): Record<Verdict, number> =>
  Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;

/** Reads each part once. `now`: what is left until a date counts from it. `apart`: each incident by itself, however many are alike. Default: false. */
export const overviewOf = (report: ReportInParts, now: Instant, apart = false): Overview => {
  const findings = findingCollector(report, { now, apart });
  const endings = endingCollector(instantOf(report.run.startedAt), now);
  const access = accessCollector();
  const [endpoints, identities] = [none(), none()];
  const once = factsOnce();
  let skipped = 0;
  for (let index = 0; index < report.count; index += 1) {
    const part = report.part(index);
    for (const collector of [findings, endings, access]) collector.add(part, index);
    for (const about of once(part)) skipped += about.skipped.length;
    for (const own of Map.groupBy(part.checks, ({ endpoint, id }) => endpoint ?? id).values()) {
      const worst = worstOf(own);
      if (worst !== undefined) (own[0]?.endpoint === null ? identities : endpoints)[worst] += 1;
    }
  }
  const asked = askedOf(report, skipped);
  return { findings: findings.done(), ...endings.done(), access: access.done(), asked, endpoints, identities };
};
