/** Numbers of findings, from 1, in the order of the overview: a mark in the grid leads to its finding. */
import type { Finding } from '../../../shared/overview/finding.ts';

/** Returns a part's checks that stand in a finding, by their places, with the finding's number. */
export const numbersIn = (findings: readonly Finding[], part: number): ReadonlyMap<number, number> =>
  new Map(
    findings.flatMap(({ members, echoes }, index) =>
      [...(members.get(part) ?? []), ...(echoes.get(part) ?? [])].map((check) => [check, index + 1] as const),
    ),
  );
