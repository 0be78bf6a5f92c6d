/** Kinds of servers by name, and which of them an answer comes from. */
import type { Marks } from './platform.ts';
import { PLATFORMS } from './platform-records.ts';

export const PLATFORM_NAMES = PLATFORMS.map(({ name }) => name);

export const platformNamed = (name: string): (typeof PLATFORMS)[number] | undefined =>
  PLATFORMS.find((each) => each.name === name);

/** What says a platform's name: the registry, the protocol that it alone speaks, or an answer of the server. */
export const PLATFORM_SOURCES = ['registry', 'protocol', 'answer'] as const;
export type KnownPlatform = { readonly name: string; readonly from: (typeof PLATFORM_SOURCES)[number] };

/** The program that says its name in an answer; null where none does. `Via` comes first: what stands before the other meets the client. */
export const recognised = ({ server, via }: Marks = { server: null, via: null }): KnownPlatform | null => {
  const found =
    PLATFORMS.find((each) => via !== null && each.via?.test(via) === true) ??
    PLATFORMS.find((each) => server !== null && each.server?.test(server) === true);
  return found === undefined ? null : { name: found.name, from: 'answer' };
};
