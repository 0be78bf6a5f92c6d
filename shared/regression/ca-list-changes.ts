/** Which lists of acceptable CAs an endpoint named lately, and whether a new one is a change. */
import type { CaList } from '../model/state.ts';

/** Lists remembered for each check: several backends may each have their own, and another known one is no change. */
const REMEMBERED = 8;

/** A list with the names that are shown of it. `refusesControl`: no issuer of the control's certificates is among them. */
export type NamedList = CaList & { readonly names: readonly string[]; readonly refusesControl?: boolean };
export type ListChange = { readonly from: CaList; readonly to: NamedList };

export type SeenLists = {
  /** The newest list last. */
  readonly known: readonly CaList[];
  /** Null if every list is known, or if none was known before. */
  readonly change: ListChange | null;
};

/** Adds the lists of one run. Forgets those that this run did not name first. */
export const seeLists = (before: readonly CaList[], named: readonly NamedList[]): SeenLists => {
  const fresh = named.filter(({ sha256 }) => !before.some((each) => each.sha256 === sha256));
  const known = [...before, ...fresh.map(({ sha256, total }) => ({ sha256, total }))];
  const isNamed = ({ sha256 }: CaList) => named.some((each) => each.sha256 === sha256);
  const oldestFirst = [...known.filter((each) => !isNamed(each)), ...known.filter(isNamed)];
  const forgotten = new Set(oldestFirst.slice(0, Math.max(0, known.length - REMEMBERED)));
  const [from, to] = [before.at(-1), fresh[0]];
  return {
    known: known.filter((each) => !forgotten.has(each)),
    change: from === undefined || to === undefined ? null : { from, to },
  };
};
