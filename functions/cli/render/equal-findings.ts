/** Folds findings that many endpoints share, for a reader: the first of them is shown, the others are counted. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import type { Group } from './finding-groups.ts';
import type { Survey } from './survey.ts';

/** Equal findings that are all shown. More of them are one. */
const ALL_SHOWN = 3;
/** Owners of equal findings that are named. */
const NAMED = 5;

/** A finding, and those that are equal to it. */
export type Shown = {
  readonly group: Group;
  /** Null where it stands for itself. */
  readonly like: {
    /** With the shown one. */
    readonly count: number;
    /** The first owners. */
    readonly owners: readonly string[];
    /** Whether one cure is the cure of all. */
    readonly sameCure: boolean;
  } | null;
};

/** Equal for findings with the same verdict, code, scenario, cause and waiver. */
const keyOf = ({ checks: [{ endpoint, verdict, severity, code, scenario, cause, waiver }] }: Group): string =>
  JSON.stringify([endpoint === null, verdict, severity, code, scenario, cause, waiver]);

type Counted = { count: number; owners: string[]; cure: string | null; sameCure: boolean };

const counted = (groups: Iterable<{ readonly group: Group }>): ReadonlyMap<string, Counted> => {
  const all = new Map<string, Counted>();
  for (const { group } of groups) {
    const key = keyOf(group);
    const there = all.get(key) ?? { count: 0, owners: [], cure: group.cure, sameCure: true };
    all.set(key, there);
    there.count += 1;
    there.sameCure &&= there.cure === group.cure;
    if (there.owners.length < NAMED) there.owners.push(group.owner);
  }
  return all;
};

/** The findings, worst first, each read twice from the report. `verbose`: none is folded. */
export function* shownFindings(report: ReportInParts, { groups }: Survey, verbose: boolean): Generator<Shown> {
  const all = verbose ? new Map<string, Counted>() : counted(groups(report));
  const folded = new Set<string>();
  for (const { group } of groups(report)) {
    const key = keyOf(group);
    const like = all.get(key);
    if (like === undefined || like.count <= ALL_SHOWN) yield { group, like: null };
    else if (!folded.has(key)) {
      folded.add(key);
      yield { group, like };
    }
  }
}
