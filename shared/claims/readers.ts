/** Every reader by its name. A new one is its folder or file in `readers`, its name in `shared/model/claim.ts` and its line here. */
import { READER_NAMES, type ReaderName } from '../model/claim.ts';
import type { Reader } from './reader.ts';
import { certManager } from './readers/cert-manager.ts';
import { envoy } from './readers/envoy/envoy.ts';
import { istio } from './readers/istio/istio.ts';

const BUILT: { readonly [Name in ReaderName]?: Reader } = {
  istio,
  envoy,
  'cert-manager': certManager,
};

/** In the order in which they are asked. */
export const READERS: readonly Reader[] = READER_NAMES.flatMap((name) => BUILT[name] ?? []);
