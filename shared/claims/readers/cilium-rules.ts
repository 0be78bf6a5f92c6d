/** Ingress rules of Cilium’s policies: which ports, whom, and with which authentication (docs.cilium.io, Layer 3, 4 and 7 Examples; pkg/policy/api of cilium). */
import type { Condition, Rule } from '../../model/admission.ts';
import type { Field } from '../field.ts';
import { isSamePort } from '../mesh-services.ts';

export const MODES = ['required', 'disabled', 'test-always-fail'] as const;
export type Mode = (typeof MODES)[number];

export type IngressRule = {
  readonly effect: 'admit' | 'refuse';
  /** Null where the rule does not say: then another rule of the same peers may. */
  readonly mode: Mode | null;
  readonly rule: Field;
  /** Whom: conditions of which a claim knows nothing, as paths. */
  readonly unread: string[];
};

/** Members whose content only narrows: labels, addresses and nodes are not of a certificate. */
const SOURCES = ['fromEndpoints', 'fromCIDR', 'fromCIDRSet', 'fromEntities', 'fromNodes', 'fromGroups'];

/** None for an empty rule: it selects the pod and lets nobody in (docs.cilium.io, Ingress Default Deny). */
export const ingressRule = (rule: Field, effect: IngressRule['effect']): readonly IngressRule[] => {
  const sources = SOURCES.filter((name) => rule.get(name).isThere);
  if (sources.length === 0 && !rule.get('toPorts').isThere && !rule.get('icmps').isThere) return [];
  const isAnybody = sources.length === 0 || sources.some((name) => holdsEverybody(name, rule.get(name)));
  const required = rule.get('fromRequires').isThere ? [known(rule.get('fromRequires'))] : [];
  const unread = [...(isAnybody ? [] : sources.map((name) => known(rule.get(name)))), ...required];
  return [{ effect, mode: rule.get('authentication', 'mode').oneOf(MODES), rule, unread }];
};

/** Its path. It is in the rule’s `unread`, and so not in the claim’s. */
const known = (field: Field): string => {
  field.plain();
  return field.path;
};

const holdsEverybody = (name: string, field: Field): boolean => {
  if (name === 'fromEntities') return field.texts().some((entity) => entity === 'all');
  // An empty selector is every pod that Cilium manages, and not the world.
  return false;
};

/** Throws `DamagedField` where something is that is only read for one port or another. */
export const checkRule = (rule: IngressRule): void => {
  portsNamed(rule);
  for (const ports of portRules(rule.rule))
    for (const request of ports.get('rules', 'http').items())
      for (const field of REQUEST_FIELDS) conditionOn(field, request.get(field));
};
const REQUEST_FIELDS = ['method', 'path', 'host'] as const;

/** Whether the rule is for this port: its number or name. A rule without ports is for all. Null: the pod knows which port has the name. */
export const isForPort = ({ rule }: IngressRule, port: string): boolean | null =>
  !rule.get('toPorts').isThere || anyOf(portRules(rule).map((ports) => isAmong(ports, port)));

const isAmong = (ports: Field, port: string): boolean | null =>
  anyOf(
    ports
      .get('ports')
      .items()
      .map((each) => isPort(each, port)),
  );

const anyOf = (answers: readonly (boolean | null)[]): boolean | null =>
  answers.includes(true) || (answers.includes(null) ? null : false);

const isPort = (each: Field, port: string): boolean | null => {
  const first = each.get('port').text() ?? '0';
  const last = each.get('endPort').number();
  const protocol = each.get('protocol').text() ?? 'ANY';
  if (!['ANY', 'TCP'].includes(protocol.toUpperCase())) return false;
  if (first === '0') return true;
  if (last === null || !/^\d+$/.test(port)) return isSamePort(first, port);
  return Number(port) >= Number(first) && Number(port) <= last;
};

const portRules = (rule: Field): readonly Field[] => rule.get('toPorts').items();

/** Ports that a rule names, of TCP. */
export const portsNamed = ({ rule }: IngressRule): readonly string[] =>
  portRules(rule).flatMap((ports) =>
    ports
      .get('ports')
      .items()
      .flatMap((each) => (isPort(each, each.get('port').text() ?? '0') ? (each.get('port').text() ?? []) : [])),
  );

/** One rule for each request that its HTTP rules allow; one without conditions where it has none. */
export const rulesFor = (ingress: IngressRule, port: string): readonly Rule[] => {
  const { effect, rule, mode } = ingress;
  const isSure = isForPort(ingress, port) === true;
  const unread = [...ingress.unread, ...(isSure ? [] : [rule.get('toPorts').path])];
  const own = portRules(rule).filter((ports) => isAmong(ports, port) !== false);
  const requests = own.flatMap((ports) => ports.get('rules', 'http').items());
  const at = rule.at();
  if (mode === 'test-always-fail') return [{ effect: 'refuse', all: [], unread, at }];
  if (requests.length === 0) return [{ effect, all: [], unread, at }];
  return requests.map((request) => {
    const all = REQUEST_FIELDS.flatMap((field) => conditionOn(field, request.get(field)));
    return { effect, all, unread: [...unread, ...request.unread().map(({ path }) => path)], at };
  });
};

/** Extended POSIX expressions that match the whole (PortRuleHTTP). */
const conditionOn = (field: 'method' | 'path' | 'host', value: Field): readonly Condition[] => {
  const text = value.text();
  return text === null || text === '' ? [] : [{ field, not: false, any: [{ how: 'regex', text: `^(?:${text})$` }] }];
};
