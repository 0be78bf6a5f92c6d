/** What one run says of one state item. */
import type { Suite } from '../model/names.ts';
import type { Leaf } from '../model/state.ts';
import type { NamedList } from './ca-list-changes.ts';
import type { Run, Settings } from './check-state.ts';
import type { ItemResult } from './level.ts';
import type { NotApplicable } from './not-applicable.ts';

/** The results of one run for one state item. */
export type Update = {
  readonly key: string;
  readonly suite: Suite | null;
  /** Results of the checks that move state in this suite; a check without a result keeps its state. */
  readonly results: readonly ItemResult[];
  /** Results of checks that have nothing to present any more. They count only where the check is in trouble. Default: there are none. */
  readonly withdrawn?: readonly ItemResult[];
  /** Ids of all checks that the registry plans for this item. The state of any other check is dropped; one that is open is announced as closed, or stays. */
  readonly plannedIds: readonly string[];
  /** Whether open checks that are not planned are closed. Default: they stay. */
  readonly closes?: boolean;
  /** Planned checks for which this run had nothing to present. Default: none. */
  readonly without?: readonly NotApplicable[];
  /** The served leaves, by check id. */
  readonly leaves: Readonly<Record<string, readonly Leaf[]>>;
  /** Where a chain leads nowhere: the leaves served now, the key of the item that remembers those before, and what it remembers (default: nothing). Absent: every chain leads to the bundle. */
  readonly strange?: {
    readonly served: readonly Leaf[];
    readonly rememberedBy: string;
    readonly known?: readonly Leaf[];
  };
  /** The lists of acceptable CAs, by check id. Default: none was seen. */
  readonly acceptableCas?: Readonly<Record<string, readonly NamedList[]>>;
  readonly owner: string | null;
  /** The endpoint’s own runbook, for the transitions. Default: none. */
  readonly runbook?: string;
  readonly run: Run;
  readonly settings: Settings;
};
