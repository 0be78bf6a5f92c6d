/** The requests of an endpoint that name whom they admit: its own, and those of its routes. */
import type { RouteRef } from './check.ts';
import type { Endpoint } from './registry.ts';

/** `route`: null for the endpoint’s own. `path`: with its query. */
export type AskedRequest = {
  readonly route: RouteRef | null;
  readonly asked: { readonly method: string; readonly path: string; readonly host: string };
  readonly admits: readonly string[];
  readonly refuses: readonly string[];
};

export const requestsOf = ({
  http,
  path,
  hostHeader: host,
  admits,
  refuses,
  routes,
}: Endpoint): readonly AskedRequest[] => [
  { route: null, asked: { method: http.method, path, host }, admits, refuses },
  ...routes.map(({ method, path: own, ...who }) => ({
    ...{ route: { method, path: own }, asked: { method, path: own, host } },
    ...{ admits: who.admits, refuses: who.refuses },
  })),
];
