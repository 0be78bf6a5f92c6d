/** Whom Caddy’s routes turn away by what stands in a client’s certificate, and in which headers they pass it on (caddyserver.com/docs/json/apps/http/servers/routes/). */
import type { Condition, Rule } from '../../../model/admission.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';

export type Route = {
  readonly at: Rule['at'];
  /** Empty for every host. */
  readonly hosts: readonly string[];
  /** Null where it matches everything but by host. */
  readonly matches: readonly unknown[] | null;
  readonly handlers: readonly unknown[];
};

type Entries = Readonly<Record<string, unknown>>;
const isEntries = (value: unknown): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textsOf = (value: unknown): readonly string[] => listOf(value).filter((each) => typeof each === 'string');

export const routesIn = (routes: Field): readonly Route[] =>
  routes.items().map((route) => routeOf(route.plain(), route.at()));

const routeOf = (value: unknown, at: Rule['at']): Route => {
  const { match, handle } = isEntries(value) ? value : {};
  const sets = listOf(match).filter(isEntries);
  const rest = sets.map(({ host: _, ...others }) => others).filter((others) => Object.keys(others).length > 0);
  return {
    at,
    hosts: sets.flatMap(({ host }) => textsOf(host)),
    matches: rest.length === 0 ? null : rest,
    handlers: listOf(handle),
  };
};

/** The routes for a host, those inside `subroute` in their place. */
export const routesFor = (routes: readonly Route[], host: string | null): readonly Route[] =>
  routes
    .filter(({ hosts }) => hosts.length === 0 || (host !== null && hosts.includes(host)))
    .flatMap((route) => (route.matches === null ? unfolded(route) : [route]));

const unfolded = (route: Route): readonly Route[] => {
  const inner = route.handlers.flatMap((handler) =>
    isEntries(handler) && handler['handler'] === 'subroute'
      ? listOf(handler['routes']).map((each) => routeOf(each, route.at))
      : [],
  );
  return inner.length === 0 ? [route] : inner;
};

const CLIENT = 'http.request.tls.client.';
const isOfClient = (value: unknown): boolean => JSON.stringify(value ?? null).includes(CLIENT);

/** Only a flat list is understood: who matches one of the first goes on, and the rest is refused; or who matches is refused. */
export const rulesOf = (routes: readonly Route[]): readonly Rule[] => {
  if (!routes.some(({ matches }) => isOfClient(matches))) return [];
  const passed: (Condition | null)[] = [];
  const rules: Rule[] = [];
  for (const { matches, handlers, at } of routes) {
    const any = matches?.map(conditionOf) ?? [];
    const refuses = handlers.some(isRefusal);
    if (matches === null && refuses && passed.length > 0) rules.push(ruleOf(passed.map(opposite), at));
    else if (matches !== null && refuses) rules.push(...any.map((one) => ruleOf([...passed.map(opposite), one], at)));
    if (matches === null) break;
    if (!refuses) passed.push(...any);
  }
  return rules;
};

const ruleOf = (all: readonly (Condition | null)[], at: Rule['at']): Rule => ({
  effect: 'refuse',
  all: all.filter((condition) => condition !== null),
  unread: all.includes(null) ? ['match'] : [],
  at,
});

const opposite = (condition: Condition | null): Condition | null =>
  condition === null ? null : { ...condition, not: !condition.not };

const isRefusal = (handler: unknown): boolean => {
  if (!isEntries(handler)) return false;
  const status = Number(handler['status_code']);
  return (
    (handler['handler'] === 'error' && !(status < 400)) ||
    (handler['handler'] === 'static_response' && (status >= 400 || handler['abort'] === true))
  );
};

const FIELDS: readonly (readonly [RegExp, Condition['field']])[] = [
  [/^subject$/, 'subject'],
  [/^fingerprint$/, 'fingerprint'],
  [/^san\.uris\.\d+$/, 'san-uri'],
  [/^san\.dns_names\.\d+$/, 'san-dns'],
];

/** Of one set of matchers; null for what is not one plain comparison. */
const conditionOf = (set: unknown): Condition | null => {
  if (!isEntries(set)) return null;
  const [[name, value] = ['', null], ...more] = Object.entries(set);
  if (more.length > 0) return null;
  if (name === 'not') {
    const [only, ...others] = listOf(value);
    return others.length > 0 ? null : opposite(conditionOf(only));
  }
  if (name === 'path') return null;
  if (name !== 'vars' || !isEntries(value)) return null;
  const [[variable, texts] = ['', null], ...rest] = Object.entries(value);
  const placeholder = variable.replace(/^\{(.*)\}$/, '$1');
  const field = FIELDS.find(
    ([form]) => placeholder.startsWith(CLIENT) && form.test(placeholder.slice(CLIENT.length)),
  )?.[1];
  if (field === undefined || rest.length > 0) return null;
  const any = textsOf(texts).map((text) => ({ how: 'exact' as const, text }));
  const isSpiffe = field === 'san-uri' && any.every(({ text }) => text.startsWith('spiffe://'));
  return { field: isSpiffe ? 'spiffe-id' : field, not: false, any };
};

/** Names of request headers that a proxy sets from the certificate. */
export const headersOf = (routes: readonly Route[]): readonly string[] => [
  ...new Set(routes.flatMap(({ handlers }) => handlers.flatMap((handler) => headersIn(handler, 0)))),
];

const headersIn = (value: unknown, depth: number): readonly string[] => {
  if (depth > 20) return [];
  if (Array.isArray(value)) return value.flatMap((each) => headersIn(each, depth + 1));
  if (!isEntries(value)) return [];
  const request = isEntries(value['headers']) ? value['headers']['request'] : value['request'];
  const set = isEntries(request) ? [request['set'], request['add'], request['replace']].filter(isEntries) : [];
  const own = set.flatMap((fields) =>
    Object.entries(fields)
      .filter(([, texts]) => isOfClient(texts))
      .map(([name]) => printable(name, 100)),
  );
  return [...own, ...Object.values(value).flatMap((each) => headersIn(each, depth + 1))];
};

/** What a host is passed on to; null where that is not one. */
export const upstreamOf = (routes: readonly Route[]): string | null => {
  const dials = routes
    .flatMap(({ handlers }) => handlers.filter(isEntries))
    .flatMap(({ upstreams }) =>
      listOf(upstreams)
        .filter(isEntries)
        .flatMap(({ dial }) => (typeof dial === 'string' ? [printable(dial)] : [])),
    );
  return dials.length === 1 ? (dials[0] ?? null) : null;
};
