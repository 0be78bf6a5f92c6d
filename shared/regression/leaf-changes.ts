/** Which leaves an endpoint served lately, and what kind of change a new one is. docs/adr/0031 */
import type { Leaf } from '../model/state.ts';

/** Leaves remembered per check: several backends may each have their own leaf, and another known one is not a change. */
const REMEMBERED = 16;

/**
 * `reissued`: for the same key, by the same issuer. `key`: a new key, the same issuer. `issuer`: another issuer.
 * `unknown`: the earlier leaf was stored without its key and issuer.
 */
export type ChangeKind = 'reissued' | 'key' | 'issuer' | 'unknown';
export type Change = {
  readonly kind: ChangeKind;
  readonly from: Leaf;
  readonly to: Leaf;
  /** Number of further new leaves in the same run. */
  readonly more: number;
};

export type Seen = {
  /** The newest leaf last. */
  readonly known: readonly Leaf[];
  /** Null if every leaf is known, if no leaf was known before, or if a short-lived leaf was renewed by the same issuer. */
  readonly change: Change | null;
};

/** Adds the leaves of one run. If the list is full, its oldest leaf moves to the end when it is served again, so that a leaf in use is not forgotten; other known leaves keep their place, which costs no write. */
export const see = (before: readonly Leaf[], served: readonly Leaf[]): Seen => {
  let known = before;
  const changes: Change[] = [];
  for (const leaf of served) {
    const at = known.findIndex(({ sha256 }) => sha256 === leaf.sha256);
    const moves = at === 0 && known.length >= REMEMBERED;
    if (at >= 0 && !moves) {
      if (isMore(leaf, known[at])) known = known.with(at, leaf);
      continue;
    }
    const from = at >= 0 ? undefined : predecessor(before, leaf);
    if (from !== undefined && !isRoutine(from, leaf))
      changes.push({ kind: kindOf(from, leaf), from, to: leaf, more: 0 });
    known = bounded([...known.filter(({ sha256 }) => sha256 !== leaf.sha256), leaf], served);
  }
  const [worst] = changes.toSorted((one, other) => WORST_FIRST.indexOf(one.kind) - WORST_FIRST.indexOf(other.kind));
  return { known, change: worst === undefined ? null : { ...worst, more: changes.length - 1 } };
};

/** Whether more is known of a leaf than was stored, or it has become trusted. */
const isMore = (leaf: Leaf, stored: Leaf | undefined): boolean =>
  leaf.key !== undefined && (stored?.key === undefined || (stored.trusted !== true && leaf.trusted === true));

/**
 * A leaf that leads nowhere, issued by another CA than every leaf that was trusted here before: an intermediate that was forgotten looks otherwise.
 * False where nothing trusted is known.
 */
export const isByStranger = (known: readonly Leaf[], served: readonly Leaf[]): boolean => {
  const issuers = new Set(known.flatMap(({ trusted, issuer }) => (trusted === true ? (issuer ?? []) : [])));
  const strange = ({ trusted, issuer }: Leaf) => trusted === false && issuer !== undefined && !issuers.has(issuer);
  return issuers.size > 0 && served.some(strange);
};

/** Forgets the oldest leaf that this run did not serve; the oldest of all if it served each. */
const bounded = (known: readonly Leaf[], served: readonly Leaf[]): readonly Leaf[] => {
  if (known.length <= REMEMBERED) return known;
  const oldest = known.find(({ sha256 }) => !served.some((each) => each.sha256 === sha256)) ?? known[0];
  return known.filter((each) => each !== oldest);
};

const WORST_FIRST: readonly ChangeKind[] = ['issuer', 'unknown', 'key', 'reissued'];

/** The known leaf that a new one most likely replaces: of the same key and issuer, else of the same issuer, else the newest. */
const predecessor = (known: readonly Leaf[], { key, issuer }: Leaf): Leaf | undefined =>
  known.findLast((each) => each.key !== undefined && each.key === key && each.issuer === issuer) ??
  known.findLast((each) => each.issuer !== undefined && each.issuer === issuer) ??
  known.at(-1);

const kindOf = (from: Leaf, to: Leaf): ChangeKind => {
  if (from.issuer === undefined || to.issuer === undefined) return 'unknown';
  if (from.issuer !== to.issuer) return 'issuer';
  return from.key === to.key ? 'reissued' : 'key';
};

/** A mesh renews its certificates several times a day: a renewal of a short-lived leaf by the same issuer is not announced. */
const isRoutine = (from: Leaf, to: Leaf): boolean =>
  from.shortLived === true && to.shortLived === true && from.issuer === to.issuer;
