/** Who is admitted and which CAs are trusted: what the source says in the registry’s own names, else a placeholder for a person to decide. */
import { resolve } from 'node:path';
import { printable } from '../claims/printable.ts';
import type { Candidate } from './candidate.ts';
import type { Known } from './known.ts';

export type Route = { readonly method: string; readonly path: string; readonly admits: readonly string[] };
/** `value`: null where the defaults hold. `decide`: a clause for a person; absent where nothing is open. */
export type Decided = {
  readonly value: string | readonly string[] | readonly Route[] | null;
  readonly decide?: string;
};

/** By SPIFFE ID or subject, as the registry’s `principal` has it. */
export const identityOfPrincipal = (principal: string, { identities }: Known): string | null =>
  identities.find((each) => each.principal === principal)?.name ?? null;

/** Null where there is nobody to admit. */
export const admitsOf = ({ admits, principals, identity }: Candidate, known: Known): Decided | null => {
  const named = [
    ...admits.filter((name) => known.identities.some((each) => each.name === name)),
    ...principals.flatMap((each) => identityOfPrincipal(each, known) ?? []),
  ];
  const strangers = [
    ...admits.filter((name) => !named.includes(name)),
    ...principals.filter((each) => identityOfPrincipal(each, known) === null),
  ];
  const file = identity === null ? null : resolve(known.folder, identity.certificate);
  const own = known.identities
    .filter(({ certificate }) => file !== null && certificate === file)
    .map(({ name }) => name);
  const value = [...new Set(named.length > 0 ? named : own)];
  const also =
    strangers.length === 0 ? '' : `the source admits ${printable(strangers.slice(0, 5).join(', '), 200)}, too`;
  if (value.length > 0) return { value, ...(also !== '' && { decide: also }) };
  return placeholder(known, also);
};

const placeholder = ({ identities, defaults }: Known, also: string): Decided | null => {
  const why = ['which identities are admitted', also].filter((part) => part !== '').join('; ');
  if (defaults.has('admits')) return { value: null, decide: `${why}; until then those of defaults` };
  const [first] = identities;
  return first === undefined ? null : { value: [first.name], decide: why };
};

/** None where the defaults have one, or the registry has nothing but the public CAs. */
export const trustBundleOf = ({ trustBundle, ca }: Candidate, known: Known): readonly Decided[] => {
  const { trustBundles, defaults, folder } = known;
  const named = trustBundles.find(
    ({ name, file }) => name === trustBundle || (ca !== null && file === resolve(folder, ca.file)),
  );
  if (named !== undefined) return [{ value: named.name }];
  if (trustBundle === 'public') return [{ value: 'public' }];
  const wanted = ca === null ? trustBundle : ca.file;
  const asked = wanted === null ? '' : `; the source trusts ${printable(wanted, 200)}`;
  if (defaults.has('trustBundle'))
    return asked === '' ? [] : [{ value: null, decide: `which CAs it is verified with${asked}` }];
  const choice =
    trustBundles.length === 0
      ? ''
      : ` (${trustBundles
          .slice(0, 10)
          .map(({ name }) => name)
          .join(', ')})`;
  return [
    { value: null, decide: `which CAs its certificate is verified with${choice}${asked}; until then the public ones` },
  ];
};
