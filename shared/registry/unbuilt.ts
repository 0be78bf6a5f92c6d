/** Features of the format that this version does not have yet. Remove a feature's line here when it is built. */

import type { Problem } from './error.ts';
import type { RegistryDocument } from './registry-document.ts';

type Keys = readonly PropertyKey[];

/** Returns a problem for each use of such a feature. */
export function unbuiltFeatures(document: RegistryDocument): readonly Problem[] {
  return document.include === undefined ? [] : [unbuilt(['include'], 'include', 'a registry in several files')];
}

const unbuilt = (keys: Keys, where: string, feature: string): Problem => ({
  keys,
  at: 'value',
  code: 'NOT_BUILT_YET',
  message: `${where}: ${feature} is not built yet`,
});
