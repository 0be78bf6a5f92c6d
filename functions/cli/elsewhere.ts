/** What a local check says about vantages: it probes from where it runs. */
import { DEFAULT_VANTAGE, type Registry } from '../../shared/model/registry.ts';
import { usedVantages } from '../../shared/plan/vantages.ts';

/** Returns a sentence with the vantages that the deployment probes the checked endpoints from; null if that is the default one only. `wanted`: names; all by default. */
export const elsewhereNote = (
  { endpoints }: Pick<Registry, 'endpoints'>,
  wanted?: readonly string[],
): string | null => {
  const checked = endpoints.filter(({ name }) => wanted?.includes(name) ?? true);
  const elsewhere = usedVantages(checked).filter((name) => name !== DEFAULT_VANTAGE);
  if (elsewhere.length === 0) return null;
  const some = checked.filter(({ from }) => from.some((name) => name !== DEFAULT_VANTAGE)).length;
  return `Everything is probed from here. The deployment probes ${some} of these ${checked.length} endpoints from ${elsewhere.join(', ')}: what it reaches and what it sees there may differ.`;
};

/** Sources that only the deployed inventory reads: a sentence, or none. */
export const unreadHere = ({ sources = {} }: Pick<Registry, 'sources'>): readonly string[] => {
  const names = Object.values(sources).flatMap(({ name, from }) =>
    from.kind === 'export' || from.kind === 'aws' ? [name] : [],
  );
  return names.length === 0
    ? []
    : [`Not read here: ${names.join(', ')}. The deployed inventory reads what clusters export and what AWS says.`];
};
