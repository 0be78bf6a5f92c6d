/**
 * Validates the certificate policies of a path (RFC 5280 §6.1.2 to §6.1.5, amended by RFC 9618). The initial policy set is anyPolicy, so a path
 * fails only if one of its CAs requires a valid policy (`requireExplicitPolicy`) and none is valid. The expected policies of the graph's deepest
 * level decide that. Not supported: other initial sets, policy qualifiers (ignored), the list of valid policies.
 */
import type { Profile } from '../x509/profile.ts';

const ANY = '2.5.29.32.0';

type State = {
  /** Null: the policy graph is empty and remains empty. */
  readonly expected: ReadonlySet<string> | null;
  readonly explicit: number;
  readonly anyInhibited: number;
  readonly mappingInhibited: number;
};

/** Returns the expected policies that remain valid (§6.1.3 (d), (e)). */
const valid = ({ expected, anyInhibited }: State, each: Profile, last: boolean): ReadonlySet<string> | null => {
  const { asserted } = each.policies;
  if (expected === null || asserted.length === 0) return null;
  const named = asserted.filter((policy) => policy !== ANY && (expected.has(policy) || expected.has(ANY)));
  const any = asserted.includes(ANY) && (anyInhibited > 0 || (!last && each.selfIssued));
  const found = new Set([...named, ...(any ? expected : [])]);
  return found.size === 0 ? null : found;
};

/** Applies the policy mappings (§6.1.4 (a), (b)). `sound` is false when anyPolicy is mapped. */
const mapped = (found: ReadonlySet<string> | null, { mappingInhibited }: State, each: Profile) => {
  const { mappings } = each.policies;
  if (found === null || mappings.length === 0) return { found, sound: true };
  const sound = !mappings.flat().includes(ANY);
  const from = new Set(mappings.map(([issuer]) => issuer));
  const to =
    mappingInhibited > 0
      ? mappings.filter(([issuer]) => found.has(issuer) || found.has(ANY)).map(([, subject]) => subject)
      : [];
  const next = new Set([...[...found].filter((policy) => !from.has(policy)), ...to]);
  return { found: next.size === 0 ? null : next, sound };
};

const least = (count: number, limit: number | null): number => (limit === null ? count : Math.min(count, limit));

/** Updates the counters for the next certificate (§6.1.4 (h) to (j)). */
const prepared = (state: State, { selfIssued, policies }: Profile): State => {
  const step = (count: number) => (selfIssued || count === 0 ? count : count - 1);
  return {
    ...state,
    explicit: least(step(state.explicit), policies.requireExplicit),
    mappingInhibited: least(step(state.mappingInhibited), policies.inhibitMapping),
    anyInhibited: least(step(state.anyInhibited), policies.inhibitAny),
  };
};

/** Whether the path needs a valid policy and has none. `path`: leaf first, without the trust anchor, whose policies §6.1 ignores. */
export const lacksPolicy = (path: readonly Profile[]): boolean => {
  const count = path.length + 1;
  let state: State = { expected: new Set([ANY]), explicit: count, anyInhibited: count, mappingInhibited: count };
  for (const [at, each] of path.toReversed().entries()) {
    const last = at === path.length - 1;
    const found = valid(state, each, last);
    if (state.explicit === 0 && found === null) return true;
    if (last) {
      const explicit = each.policies.requireExplicit === 0 ? 0 : Math.max(0, state.explicit - 1);
      return explicit === 0 && found === null;
    }
    const next = mapped(found, state, each);
    if (!next.sound) return true;
    state = prepared({ ...state, expected: next.found }, each);
  }
  return false;
};
