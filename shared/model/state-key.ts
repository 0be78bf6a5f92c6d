/** Keys of state items: what each names. */
import { SUITES, type Suite } from './names.ts';

export const endpointKey = (endpoint: string, vantage: string, suite: Suite): string =>
  `endpoint/${endpoint}/${vantage}/${suite}`;
export const identityKey = (identity: string): string => `identity/${identity}`;
export const sourceKey = (source: string): string => `source/${source}`;

/** What a state item is about. `suite` of a run may be `all`. */
export type StatePlace =
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly vantage: string; readonly suite: Suite }
  | { readonly kind: 'identity'; readonly identity: string }
  | { readonly kind: 'source'; readonly source: string }
  | { readonly kind: 'run'; readonly schedule: string; readonly suite: string };

/** Null for a key that this version does not know: names of endpoints, vantages, identities and schedules hold no slash. */
export const placeOf = (key: string): StatePlace | null => {
  const [kind, first = '', second = '', third = '', ...more] = key.split('/');
  const suite = SUITES.find((each) => each === third);
  if (more.length > 0) return null;
  if (kind === 'endpoint' && suite !== undefined) return { kind, endpoint: first, vantage: second, suite };
  if (kind === 'identity' && second === '') return { kind, identity: first };
  if (kind === 'source' && second === '') return { kind, source: first };
  if (kind === 'run' && second !== '' && third === '') return { kind, schedule: first, suite: second };
  return null;
};
