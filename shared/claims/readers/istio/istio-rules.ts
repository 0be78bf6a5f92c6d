/**
 * Rules of AuthorizationPolicies as rules of a claim: istio.io/latest/docs/reference/config/security/authorization-policy, and what istiod makes of them in
 * pilot/pkg/security/authz/model.
 */

import type { Condition, ConditionField, Match, Rule } from '../../../model/admission.ts';
import type { Place } from '../../../model/place.ts';
import type { Field } from '../../field.ts';
import { knownWord } from '../../known-word.ts';

/** `http`: of a request, which no proxy of layer 4 sees. */
export type RulePart = { readonly http: boolean } & (
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'ports'; readonly not: boolean; readonly ports: readonly string[]; readonly path: string }
  | { readonly kind: 'unread'; readonly path: string }
);
type Parts = readonly RulePart[];
/** It matches where all parts of one source, one operation and all of `when` do. */
export type PolicyRule = {
  readonly sources: readonly Parts[];
  readonly operations: readonly Parts[];
  readonly when: Parts;
  readonly at: Place;
};
/** `trustDomains`: of the mesh, each other’s aliases. `namespace`: the policy’s. */
export type RuleOrigin = { readonly trustDomains: readonly string[]; readonly namespace: string };

/** `*`, `*suffix`, `prefix*` or the whole. `prefix`: stands before each value. */
const matchOf = (value: string, prefix = ''): Match => {
  if (value === '*') return { how: 'present', text: '' };
  if (value.startsWith('*')) return { how: 'suffix', text: value.slice(1) };
  return value.endsWith('*')
    ? { how: 'prefix', text: `${prefix}${value.slice(0, -1)}` }
    : { how: 'exact', text: `${prefix}${value}` };
};

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const regex = (text: string): Match => ({ how: 'regex', text: `^${text}$` });

/** `{*}` is one segment, `{**}` any number. */
const pathMatch = (value: string): Match =>
  /\{\*\*?\}/.test(value)
    ? regex(
        value
          .split(/(\{\*\*?\})/)
          .map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : escaped(part)))
          .join(''),
      )
    : matchOf(value);

const trustDomainMatch = (value: string): Match => {
  if (value === '*') return { how: 'prefix', text: 'spiffe://' };
  return value.includes('*')
    ? regex(`spiffe://${value.split('*').map(escaped).join('[^/]*')}/.*`)
    : { how: 'prefix', text: `spiffe://${value}/` };
};

/** A wildcard may stand anywhere in a namespace. */
const namespaceMatch = (value: string): Match =>
  /.\*./.test(value) ? regex(value.split('*').map(escaped).join('.*')) : matchOf(value);

/** `cluster.local` is whichever trust domain the mesh has (`ReplaceTrustDomainAliases`, pilot/pkg/security/trustdomain/bundle.go). */
const withAliases = (principal: string, trustDomains: readonly string[]): readonly string[] => {
  const [domain = '', ...rest] = principal.split('/');
  const isOwn = trustDomains.length > 0 && (domain === 'cluster.local' || trustDomains.includes(domain));
  return isOwn && rest.length > 0 ? trustDomains.map((each) => [each, ...rest].join('/')) : [principal];
};

type Known = {
  readonly field: ConditionField;
  readonly http: boolean;
  readonly match: (value: string) => readonly Match[];
};
const known = ({ trustDomains, namespace }: RuleOrigin): Readonly<Record<string, Known>> => {
  const principals: Known = {
    ...{ field: 'spiffe-id', http: false },
    match: (value) => withAliases(value, trustDomains).map((each) => matchOf(each, 'spiffe://')),
  };
  const namespaces: Known = { field: 'namespace', http: false, match: (value) => [namespaceMatch(value)] };
  const serviceAccounts: Known = {
    ...{ field: 'spiffe-id', http: false },
    match: (value) => {
      const [account, of] = value.split('/').toReversed();
      return [{ how: 'suffix', text: `/ns/${of ?? namespace}/sa/${account}` }];
    },
  };
  const domains: Known = {
    ...{ field: 'spiffe-id', http: false },
    match: (value) => (trustDomains.includes(value) ? trustDomains : [value]).map(trustDomainMatch),
  };
  return {
    ...{ principals, namespaces, serviceAccounts, trustDomains: domains },
    ...{ 'source.principal': principals, 'source.namespace': namespaces },
    ...{ 'source.serviceAccount': serviceAccounts, 'source.trustDomain': domains },
    methods: { field: 'method', http: true, match: (value) => [matchOf(value)] },
    paths: { field: 'path', http: true, match: (value) => [pathMatch(value)] },
    hosts: { field: 'host', http: true, match: (value) => [matchOf(value)] },
  };
};

/** Conditions that are not read, but are no request’s either. */
const OF_CONNECTIONS = new Set(['ipBlocks', 'source.ip', 'destination.ip', 'connection.sni']);

const partOf = (name: string, not: boolean, values: Field, origin: RuleOrigin): readonly RulePart[] => {
  const texts = values.texts();
  if (texts.length === 0) return [];
  if (name === 'ports' || name === 'destination.port')
    return [{ kind: 'ports', http: false, not, ports: texts, path: values.path }];
  const found = knownWord(known(origin), name);
  if (found === undefined) return [{ kind: 'unread', http: !OF_CONNECTIONS.has(name), path: values.path }];
  const condition = { field: found.field, not, any: texts.flatMap(found.match) };
  return [{ kind: 'condition', http: found.http, condition }];
};

/** `notPrincipals` → `principals`, not. */
const partsIn = (map: Field, origin: RuleOrigin): Parts =>
  map.entries().flatMap(([key, values]) => {
    const positive = /^not[A-Z]/.test(key) ? `${key.charAt(3).toLowerCase()}${key.slice(4)}` : key;
    return partOf(positive, positive !== key, values, origin);
  });

const whenIn = (condition: Field, origin: RuleOrigin): Parts => {
  const key = condition.get('key').text() ?? '';
  return [
    ...partOf(key, false, condition.get('values'), origin),
    ...partOf(key, true, condition.get('notValues'), origin),
  ];
};

/** Throws `DamagedField`. */
export const policyRuleIn = (rule: Field, origin: RuleOrigin): PolicyRule => ({
  sources: rule
    .get('from')
    .items()
    .map((from) => partsIn(from.get('source'), origin)),
  operations: rule
    .get('to')
    .items()
    .map((to) => partsIn(to.get('operation'), origin)),
  when: rule
    .get('when')
    .items()
    .flatMap((condition) => whenIn(condition, origin)),
  at: rule.at(),
});

/** `sees`: what the proxy that decides reads: requests, or only connections. */
export type RuleUse = {
  readonly effect: Rule['effect'];
  readonly port: number | null;
  readonly sees: 'requests' | 'connections' | 'ztunnel';
};

const NO_PARTS: Parts = [];

/** One for each source and operation. None: it never applies there. */
export const rulesOf = ({ sources, operations, when, at }: PolicyRule, use: RuleUse): readonly Rule[] => {
  const from = sources.length > 0 ? sources : [NO_PARTS];
  const to = operations.length > 0 ? operations : [NO_PARTS];
  const all = [...from, ...to, when].flat();
  const blind = use.sees !== 'requests' && all.some(({ http }) => http);
  // What cannot be seen makes an ALLOW rule admit nobody, and is left out of a DENY rule, which then refuses more (`checkError`, authz/model/model.go).
  if (blind && use.effect === 'admit') return [];
  return from.flatMap((source) =>
    to.flatMap((operation) => {
      const parts = [...source, ...operation, ...when].filter(({ http }) => !blind || !http);
      // ztunnel skips a match in which nothing is left (`isMatchEmpty`, serviceregistry/ambient/authorization.go).
      if (blind && use.sees === 'ztunnel' && parts.length === 0) return [];
      return ruleOf(parts, at, use);
    }),
  );
};

const ruleOf = (parts: Parts, at: Place, { effect, port }: RuleUse): readonly Rule[] => {
  const isElsewhere = parts.some(
    (part) => part.kind === 'ports' && port !== null && part.ports.includes(String(port)) === part.not,
  );
  if (isElsewhere) return [];
  const unread = parts.flatMap((part) =>
    part.kind === 'unread' || (part.kind === 'ports' && port === null) ? [part.path] : [],
  );
  return [{ effect, all: parts.flatMap((part) => (part.kind === 'condition' ? [part.condition] : [])), unread, at }];
};
