/** Cures in words: for the server that was recognised, else for those that people have most. */
import type { Mending, Platform } from './platform.ts';
import { PLATFORMS } from './platform-records.ts';
import type { KnownPlatform } from './platforms.ts';

/** A sentence, or one with a list of options by platform in it: `what (nginx: …; Apache: …)besides.` */
export type Cure = string | { readonly what: string; readonly by: Mending; readonly besides?: string };

/** How many platforms are shown where the server is not known. */
const SHOWN = 3;

/** Platforms with a cure of that kind, in the order of the table. */
const having = (by: Mending): readonly Platform[] => PLATFORMS.filter(({ cures }) => cures[by] !== undefined);

const BY: Readonly<Record<Exclude<KnownPlatform['from'], 'registry'>, string>> = {
  protocol: 'by its protocol',
  answer: 'as its answers name it',
};

const sentence = ({ what, besides = '' }: Exclude<Cure, string>, options: string): string =>
  `${what} (${options})${besides}.`;

const optionOf = ({ title, cures }: Platform, by: Mending): string => `${title}: ${cures[by]}`;

/** With every platform's option: what `explain` shows. */
export const wholeCure = (cure: Cure): string =>
  typeof cure === 'string'
    ? cure
    : sentence(
        cure,
        having(cure.by)
          .map((each) => optionOf(each, cure.by))
          .join('; '),
      );

/** `known`: the endpoint's platform; null where nobody has said it. `word`: what `explain` takes for the others. */
export const cureText = (cure: Cure, known: KnownPlatform | null, word: string): string => {
  if (typeof cure === 'string') return cure;
  const all = having(cure.by);
  const others = `others: npx mtls-monitor explain ${word}`;
  const own = all.find(({ name }) => name === known?.name);
  if (own !== undefined && known !== null) {
    const option = optionOf(own, cure.by);
    return sentence(cure, known.from === 'registry' ? option : `${option}, ${BY[known.from]}; ${others}`);
  }
  const shown = all.slice(0, SHOWN).map((each) => optionOf(each, cure.by));
  return sentence(cure, [...shown, ...(all.length > SHOWN ? [others] : [])].join('; '));
};
