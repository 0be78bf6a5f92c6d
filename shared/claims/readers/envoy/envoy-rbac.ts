/** RBAC filters of HTTP and of the network (envoy/config/rbac/v3/rbac.proto), and authorizers that they leave the decision to. */

import type { Admission, ConditionField, Match, Rule } from '../../../model/admission.ts';
import type { Field } from '../../field.ts';
import { knownWord } from '../../known-word.ts';
import { alternativesOf, always, and, type Expression, not, or } from './envoy-expression.ts';
import { at, configOf } from './envoy-fields.ts';
import { headerMatch, stringMatch } from './envoy-strings.ts';

const unread = ({ path }: Field): Expression => ({ kind: 'unread', path });
const matching = (field: ConditionField, match: Match): Expression => ({
  kind: 'condition',
  condition: { field, not: false, any: [match] },
});

/** Rules of one filter. Null: it decides nothing. `port`: to which the client came; null where it is not known. */
export const rbacIn = (config: Field, port: number | null): Admission | null => {
  const rules = config.get('rules');
  if (at(config, 'matcher').isThere)
    return {
      rules: [{ effect: 'refuse', all: [], unread: [at(config, 'matcher').path], at: config.at() }],
      otherwise: 'unsaid',
    };
  const action = rules.get('action').text() ?? 'ALLOW';
  if (!rules.isThere || action === 'LOG') return null;
  const effect = action === 'DENY' ? 'refuse' : 'admit';
  return {
    rules: rules
      .get('policies')
      .entries()
      .flatMap(([, policy]) => policyIn(policy, effect, port)),
    otherwise: action === 'DENY' ? 'admit' : 'refuse',
  };
};

/** One of its permissions and one of its principals. */
const policyIn = (policy: Field, effect: Rule['effect'], port: number | null): readonly Rule[] => {
  const conditions = [policy.get('condition'), at(policy, 'checked_condition'), at(policy, 'cel_config')].filter(
    ({ isThere }) => isThere,
  );
  const expression = and([
    or(
      policy
        .get('permissions')
        .items()
        .map((each) => permissionIn(each, port)),
    ),
    or(policy.get('principals').items().map(principalIn)),
    ...conditions.map(unread),
  ]);
  return alternativesOf(expression, policy.path).map(({ all, unread: paths }) => ({
    ...{ effect, at: policy.at() },
    ...{ all: [...all], unread: [...paths] },
  }));
};

/** One field of a oneof, and what it says. */
type Readers = Readonly<Record<string, (value: Field) => Expression>>;
const oneOf = (message: Field, readers: Readers): Expression => {
  for (const [name, read] of Object.entries(readers)) {
    const value = at(message, name);
    if (value.isThere) return read(value);
  }
  return unread(message);
};

const principalIn = (principal: Field): Expression =>
  oneOf(principal, {
    any: () => always,
    and_ids: (set) => and(set.get('ids').items().map(principalIn)),
    or_ids: (set) => or(set.get('ids').items().map(principalIn)),
    not_id: (inner) => not(principalIn(inner)),
    authenticated: (value) => {
      const name = at(value, 'principal_name');
      return name.isThere ? namedIn(name) : matching('fingerprint', { how: 'present', text: '' });
    },
    // As Istio has had it since 1.25: the peer’s name, which another filter took from the certificate.
    filter_state: (value) =>
      value.get('key').text() === 'io.istio.peer_principal' ? namedIn(at(value, 'string_match')) : unread(value),
    header: headerIn,
    url_path: (value) => stringIn('path', value.get('path')),
  });

const stringIn = (field: ConditionField, matcher: Field): Expression => {
  const match = stringMatch(matcher);
  return match === null ? unread(matcher) : matching(field, match);
};

/** The URI SAN, else the DNS SAN, else the subject: which of them is meant shows in the text. */
const namedIn = (matcher: Field): Expression => {
  const match = stringMatch(matcher);
  if (match === null) return unread(matcher);
  // `namespaces` of an AuthorizationPolicy (pilot/pkg/security/authz/model/generator.go), and any name at all.
  const namespace = /^\^\(\?:\.\*\/ns\/([\w-]+)\/\.\*\)\$$/.exec(match.text)?.[1];
  if (namespace !== undefined) return matching('namespace', { how: 'exact', text: namespace });
  if (match.text === '^(?:.+)$' || match.text === '^(?:.*)$')
    return matching('fingerprint', { how: 'present', text: '' });
  return matching(fieldOf(match), match);
};

const fieldOf = ({ text }: Match): ConditionField => {
  if (text.includes('spiffe://') || /\/(ns|sa)\//.test(text)) return 'spiffe-id';
  if (text.includes('/')) return 'san-uri';
  return text.includes('=') ? 'subject' : 'san-dns';
};

const HEADERS: Readonly<Record<string, ConditionField>> = {
  ':method': 'method',
  ':authority': 'host',
  ':path': 'path',
  host: 'host',
};
const headerIn = (header: Field): Expression => {
  const field = knownWord(HEADERS, header.get('name').text()?.toLowerCase() ?? '');
  const found = field === undefined ? null : headerMatch(header);
  if (field === undefined || found === null) return unread(header);
  return found.not ? not(matching(field, found.match)) : matching(field, found.match);
};

/** `*` is one segment, `**` any number (envoy/extensions/path/match/uri_template/v3). Variables are not read. */
const templateIn = (extension: Field): Expression => {
  const template = at(configOf(extension), 'path_template').text();
  if (template === null || /[{}]/.test(template)) return unread(extension);
  const parts = template.split(/(\*\*?)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]+' : part.replaceAll(/[.+?^$()|[\]\\]/g, '\\$&');
  });
  return matching('path', { how: 'regex', text: `^${parts.join('')}$` });
};

const permissionIn = (permission: Field, port: number | null): Expression => {
  const inner = (each: Field) => permissionIn(each, port);
  const isPort = (value: Field, holds: (port: number) => boolean): Expression =>
    port === null ? unread(value) : holds(port) ? always : not(always);
  return oneOf(permission, {
    any: () => always,
    and_rules: (set) => and(set.get('rules').items().map(inner)),
    or_rules: (set) => or(set.get('rules').items().map(inner)),
    not_rule: (rule) => not(inner(rule)),
    header: headerIn,
    url_path: (value) => stringIn('path', value.get('path')),
    uri_template: templateIn,
    destination_port: (value) => isPort(value, (each) => each === value.number()),
    destination_port_range: (value) =>
      isPort(value, (each) => each >= (value.get('start').number() ?? 0) && each < (value.get('end').number() ?? 0)),
  });
};

/** Filters one after the other: each has to admit. */
export const together = (stages: readonly Admission[]): Admission => {
  const refusing = stages.flatMap(({ rules }) => rules.filter(({ effect }) => effect !== 'admit'));
  const admitting = stages
    .filter(({ otherwise }) => otherwise === 'refuse')
    .map(({ rules }) => rules.filter(({ effect }) => effect === 'admit'));
  const [first, ...rest] = admitting;
  const product = (left: readonly Rule[], right: readonly Rule[]): readonly Rule[] =>
    left.flatMap((a) => right.map((b) => ({ ...a, all: [...a.all, ...b.all], unread: [...a.unread, ...b.unread] })));
  const unsaid = stages.some(({ otherwise }) => otherwise === 'unsaid');
  return {
    rules: [...refusing, ...(first === undefined ? [] : rest.reduce(product, first))],
    otherwise: first !== undefined ? 'refuse' : unsaid ? 'unsaid' : 'admit',
  };
};
