/** Each rule of RFC 5280 §6.1, kept and broken at each of the four places of a path. */
import { building } from './building.ts';
import { constraintChains, peers } from './constraint-chains.ts';
import { dates } from './dates.ts';
import { encodings } from './encodings.ts';
import { extensions } from './extensions.ts';
import { policyChains } from './policy-chains.ts';
import { lengths, strength, usages } from './usages.ts';
import type { Case } from './verifiers.ts';

/** Each has a name of its own. */
export const everyChain = (): readonly Case[] => [
  ...dates(),
  ...extensions(),
  ...usages(),
  ...lengths(),
  ...policyChains(),
  ...constraintChains(),
  ...peers(),
  ...building(),
  ...strength(),
  ...encodings(),
];
