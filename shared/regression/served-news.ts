/** What a run has to tell of what an endpoint serves: another leaf, other acceptable CAs, an issuer that nobody knows here. */
import type { Code } from '../model/names.ts';
import type { CaList, Leaf, Transition } from '../model/state.ts';
import { rank } from './arrival.ts';
import { seeLists } from './ca-list-changes.ts';
import { isByStranger, see } from './leaf-changes.ts';
import type { ItemResult } from './level.ts';
import { chainChange, listChange } from './transition.ts';
import type { Update } from './update.ts';

/** No signatures lead from the chain to the trust bundle. */
export const LEADS_NOWHERE: readonly Code[] = [
  'SERVED_CHAIN_UNTRUSTED',
  'SERVED_CHAIN_SELF_SIGNED',
  'SERVED_CHAIN_INCOMPLETE',
];

const STRANGE =
  'Its issuer is none of those whose chains led to the trust bundle here before: the CA was replaced, or somebody sits in between.';

/**
 * An impostor that leaves its root out would get a warning, and one that sends it a critical finding; and a check that lacks a result because of it
 * another warning: neither the peer nor the suite that sees it first chooses the severity.
 */
export const escalated = (
  result: ItemResult,
  chains: ReadonlyMap<string, readonly Leaf[]>,
  { leaves, strange }: Pick<Update, 'leaves' | 'strange'>,
): ItemResult => {
  const { id, code, verdict, message } = result;
  const isTrouble = verdict === 'fail' || verdict === 'inconclusive';
  if (!isTrouble || !LEADS_NOWHERE.includes(code)) return result;
  const isStrange = isByStranger(chains.get(id) ?? strange?.known ?? [], leaves[id] ?? strange?.served ?? []);
  return isStrange ? { ...result, severity: 'critical', message: `${message} ${STRANGE}` } : result;
};

/** A waiver of the check also covers its change of leaf: the leaf is remembered, and nothing is announced. */
export const leafNews = (
  chains: Map<string, readonly Leaf[]>,
  result: ItemResult,
  { leaves, owner, run }: Update,
): readonly Transition[] => {
  const served = leaves[result.id] ?? [];
  if (served.length === 0) return [];
  const { known, change } = see(chains.get(result.id) ?? [], served);
  chains.set(result.id, known);
  return change === null || result.verdict === 'waived' ? [] : [chainChange(result, change, owner, run)];
};

/** A waiver of the check covers this change too. */
export const listNews = (
  lists: Map<string, readonly CaList[]>,
  result: ItemResult,
  { acceptableCas = {}, owner, run }: Update,
): readonly Transition[] => {
  const named = acceptableCas[result.id] ?? [];
  if (named.length === 0) return [];
  const { known, change } = seeLists(lists.get(result.id) ?? [], named);
  lists.set(result.id, known);
  return change === null || result.verdict === 'waived' ? [] : [listChange(result, change, owner, run)];
};

/** A change of leaf is told with the finding that begins in the same run, and with the end that a renewal by the same issuer brings. */
export const together = (changes: readonly Transition[], news: readonly Transition[]): readonly Transition[] => {
  const [change, finding] = [changes[0], news[0]];
  if (change === undefined || finding === undefined || !isPartOf(change, finding)) return [...changes, ...news];
  return [{ ...finding, message: `${finding.message} ${change.message}` }];
};

const BEGINS: readonly Transition['kind'][] = ['regression', 'blind', 'expiry'];

const isPartOf = (change: Transition, { kind, severity }: Transition): boolean =>
  kind === 'recovery' ? change.severity === 'info' : BEGINS.includes(kind) && rank(severity) >= rank(change.severity);
