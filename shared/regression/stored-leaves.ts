/** The served leaves as a state item keeps them. */
import type { Leaf, LeafFacts, StateItem } from '../model/state.ts';

export const seenBefore = ({ chains, leaves }: StateItem): Map<string, readonly Leaf[]> =>
  new Map(
    Object.entries(chains).map(([id, known]) => [id, known.map((sha256) => ({ sha256, ...leaves?.[id]?.[sha256] }))]),
  );

/** Keeps the fingerprints in `chains`, where an older version of the program reads them. */
export const storedLeaves = (chains: ReadonlyMap<string, readonly Leaf[]>): Pick<StateItem, 'chains' | 'leaves'> => {
  const facts = ({
    sha256,
    key,
    issuer,
    shortLived = false,
    trusted,
  }: Leaf): readonly (readonly [string, LeafFacts])[] =>
    key === undefined || issuer === undefined
      ? []
      : [[sha256, { key, issuer, shortLived, ...(trusted !== undefined && { trusted }) }]];
  const known = [...chains];
  return {
    chains: Object.fromEntries(known.map(([id, leaves]) => [id, leaves.map(({ sha256 }) => sha256)])),
    ...(known.length > 0 && {
      leaves: Object.fromEntries(known.map(([id, leaves]) => [id, Object.fromEntries(leaves.flatMap(facts))])),
    }),
  };
};
