/** Filters of a filter chain, as far as they decide who is admitted and what of a certificate is passed on. */
import type { Admission } from '../../../model/admission.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import { at, configOf, typeOf } from './envoy-fields.ts';
import { rbacIn, together } from './envoy-rbac.ts';

export type FiltersSay = {
  /** Null: no filter of the chain decides. */
  readonly admission: Admission | null;
  readonly isHttp: boolean;
  readonly headers: readonly string[];
  readonly notes: readonly string[];
};

/** `port`: to which the client came. Throws `DamagedField`. */
export const filtersIn = (chain: Field, port: number | null): FiltersSay => {
  const network = at(chain, 'filters').items();
  const managers = network.map(configOf).filter((config) => typeOf(config) === 'HttpConnectionManager');
  const http = managers.flatMap((manager) => at(manager, 'http_filters').items());
  const filters = [...network, ...http].filter((filter) => filter.get('disabled').text() !== 'true');
  const overrides = managers.map((manager) => at(manager, 'route_config')).filter(({ isThere }) => isThere);
  const stages = filters.flatMap((filter) => {
    const stage = stageOf(filter, port);
    if (stage === null) return [];
    const where = overrides.find((routes) => isOverridden(filter, routes.plain()));
    return [where === undefined ? stage : unsureOf(stage, where)];
  });
  const passed = managers.map(passedOn);
  return {
    admission: stages.length === 0 ? null : together(stages),
    isHttp: managers.length > 0,
    headers: [...new Set(passed.flatMap(({ headers }) => headers))],
    notes: [...passed.flatMap(({ notes }) => notes), ...filters.flatMap(noteOn)],
  };
};

/** Whether a virtual host or a route has rules of its own for a filter, or turns it off: `typed_per_filter_config`, by the filter’s name. */
const isOverridden = (filter: Field, value: unknown): boolean => {
  if (Array.isArray(value)) return value.some((each) => isOverridden(filter, each));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    key === 'typed_per_filter_config' || key === 'typedPerFilterConfig'
      ? Object.hasOwn(inner ?? {}, filter.get('name').text() ?? '')
      : isOverridden(filter, inner),
  );
};

/** For some requests others count: whom it refuses may be admitted, and whom it admits refused. */
const unsureOf = ({ rules, otherwise }: Admission, routes: Field): Admission => {
  const unread = [`${routes.path} typed_per_filter_config`];
  return {
    rules: [
      ...rules.map((rule) => ({ ...rule, unread: [...rule.unread, ...unread] })),
      { effect: otherwise === 'refuse' ? 'admit' : 'refuse', all: [], unread, at: routes.at() },
    ],
    otherwise,
  };
};

const stageOf = (filter: Field, port: number | null): Admission | null => {
  const config = configOf(filter);
  const type = typeOf(config);
  if (type === 'RBAC') return rbacIn(config, port);
  if (type === 'ExtAuthz')
    return { rules: [{ effect: 'ask', all: [], unread: [], at: filter.at() }], otherwise: 'admit' };
  return null;
};

const noteOn = (filter: Field): readonly string[] => {
  const config = configOf(filter);
  const type = typeOf(config);
  const name = printable(filter.get('name').text() ?? type);
  if (type === 'RBAC' && at(config, 'shadow_rules').isThere) return [`The shadow rules of ${name} refuse nobody.`];
  if (type === 'ExtAuthz') return [`${name} asks an external authorizer, whose answer the source does not have.`];
  return type === 'JwtAuthentication' ? [`${name} verifies tokens, too.`] : [];
};

const XFCC = 'x-forwarded-client-cert';

/** Header of the certificate (envoy/extensions/filters/network/http_connection_manager/v3), and those that a route makes of its names. */
const passedOn = (manager: Field): { readonly headers: readonly string[]; readonly notes: readonly string[] } => {
  const details = at(manager, 'forward_client_cert_details').text() ?? 'SANITIZE';
  const isBelieved = details === 'ALWAYS_FORWARD_ONLY';
  const made = headersMadeIn([
    at(manager, 'route_config').plain(),
    at(manager, 'early_header_mutation_extensions').plain(),
  ]);
  return {
    headers: [...(details === 'SANITIZE' ? [] : [XFCC]), ...made],
    notes: isBelieved
      ? [`It passes on ${XFCC} as the client sent it, without a certificate too (ALWAYS_FORWARD_ONLY).`]
      : [],
  };
};

/** Names of headers whose value is of the client’s certificate, wherever they are added. */
const headersMadeIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(headersMadeIn);
  if (typeof value !== 'object' || value === null) return [];
  const { header, ...others } = value as { readonly header?: { readonly key?: unknown; readonly value?: unknown } };
  const own =
    typeof header?.value === 'string' && header.value.includes('%DOWNSTREAM_PEER_')
      ? [printable(String(header.key), 100)]
      : [];
  return [...own, ...Object.values(others).flatMap(headersMadeIn)];
};
