/** What an OPA is asked of a registry’s endpoints, and its answers as claims. */

import type { Rule } from '../../../model/admission.ts';
import { requestsOf } from '../../../model/asked-request.ts';
import type { Claim } from '../../../model/claim.ts';
import type { Endpoint } from '../../../model/registry.ts';
import { claimOf, said } from '../../claim-of.ts';
import type { ReaderContext } from '../../reader.ts';
import type { Cell } from './opa-decision.ts';

export const OPA_ONLY_DECIDES =
  'OPA decides and refuses nobody itself: a server that does not ask it lets everybody in.';

/** About one host: what an endpoint says that it is called in the source. */
export type Questions = { readonly host: string; readonly cells: readonly Cell[] };

/** The identities that anything of the endpoint admits or refuses. */
export const askedAbout = (endpoint: Endpoint): readonly string[] => [
  ...new Set(requestsOf(endpoint).flatMap(({ admits, refuses }) => [...admits, ...refuses])),
];

/** Endpoints that have a name in the source. */
export const namedIn = (source: string, endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  endpoints.filter(({ sources }) => (sources?.[source] ?? null) !== null);

/**
 * For each endpoint that has a name in the source: who its own request and its routes admit and refuse. Endpoints of one name are asked about together, and each
 * question once. `principals`: by identity; one without is not asked about.
 */
export const questionsOf = (
  source: string,
  endpoints: readonly Endpoint[],
  principals: ReadonlyMap<string, string>,
): readonly Questions[] => {
  const named = Map.groupBy(namedIn(source, endpoints), ({ sources }) => sources?.[source] ?? '');
  return [...named].map(([host, own]) => {
    const cells = own.flatMap((endpoint) => cellsOf(endpoint, host, principals));
    return { host, cells: [...new Map(cells.map((cell) => [JSON.stringify(cell), cell])).values()] };
  });
};

const cellsOf = (endpoint: Endpoint, host: string, principals: ReadonlyMap<string, string>): readonly Cell[] =>
  requestsOf(endpoint).flatMap(({ asked: { method, path }, admits, refuses }) =>
    [...admits, ...refuses].flatMap((name) => {
      const identity = principals.get(name);
      return identity === undefined ? [] : [{ identity, method, path, host }];
    }),
  );

/** `path`: of the decision, as `envoy/authz/allow`. None where nothing was answered. */
export const claimOfAnswers = (
  host: string,
  path: string,
  rules: readonly Rule[],
  context: ReaderContext,
): readonly Claim[] => {
  if (rules.length === 0) return [];
  const at = { file: null, line: null, object: path };
  const claim = claimOf('opa', context, {
    ...{ at, endpoint: { name: host } },
    admission: said({ rules: [...rules], otherwise: 'unsaid' }, at, 'as OPA decided when it was asked'),
    notes: [OPA_ONLY_DECIDES],
  });
  return [claim];
};
