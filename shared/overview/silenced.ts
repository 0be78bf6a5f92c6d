/** Which silence covers a finding of a report. It changes no verdict: it says why nobody is told. */
import type { Cause, Code } from '../model/names.ts';
import type { ShownSilence } from '../model/silence.ts';

type Covered = {
  readonly endpoints: readonly string[];
  readonly owners: readonly string[];
  readonly cause: Cause | null;
  readonly code: Code;
};

const has = (wanted: string | undefined, named: readonly string[]): boolean =>
  wanted === undefined || (named.length > 0 && named.every((each) => each === wanted));

/** The incidents that it keeps silent have the finding's cause, and each of its endpoints. */
const keeps = ({ keeps: kept = [] }: ShownSilence, { cause, code, endpoints }: Covered): boolean => {
  const same = kept.filter((each) => each.topic === (cause ?? code));
  const covered = new Set(same.flatMap((each) => each.endpoints));
  return same.length > 0 && endpoints.length > 0 && endpoints.every((each) => covered.has(each));
};

/** The first that covers all of a finding; null if none does. */
export const silenceOver = (silences: readonly ShownSilence[], finding: Covered): ShownSilence | null =>
  silences.find((silence) => {
    const { endpoint, cause, owner, incident } = silence;
    if (keeps(silence, finding)) return true;
    const isNamed = cause === undefined || cause === finding.cause || cause === finding.code;
    return incident === undefined && isNamed && has(endpoint, finding.endpoints) && has(owner, finding.owners);
  }) ?? null;
