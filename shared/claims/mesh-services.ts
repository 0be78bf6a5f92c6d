/** Services of Kubernetes that lead to the pods which a policy of a mesh selects. */

import type { Field } from './field.ts';
import { knownWord } from './known-word.ts';
import { type ObjectDocument, qualifiedName } from './kubernetes-objects.ts';

export type Labels = Readonly<Record<string, string>>;
/** What one port of a Service leads to. */
export type ServicePort = {
  /** `namespace/name`. */
  readonly service: string;
  readonly namespace: string;
  readonly hosts: string[];
  readonly port: number;
  /** The container's port: its number, or its name. The Service's own where it says none. */
  readonly target: string;
  /** Labels that all its pods have; none for a Service without a selector. */
  readonly selector: Labels | null;
  readonly labels: Labels;
  readonly document: ObjectDocument;
};

/** TCP alone: nothing else carries TLS that a mesh decides about. */
export const portsOf = (document: ObjectDocument): readonly ServicePort[] => {
  const { root, object } = document;
  const spec = root.get('spec');
  const namespace = object.namespace ?? 'default';
  return spec
    .get('ports')
    .items()
    .filter((port) => (port.get('protocol').text() ?? 'TCP') === 'TCP')
    .flatMap((each) => {
      const port = each.get('port').port();
      const target = each.get('targetPort').text() ?? String(port);
      const selector = labelsIn(spec.get('selector'));
      const service = qualifiedName({ namespace, name: object.name });
      const { labels } = object;
      const hosts = hostsOf(object.name, namespace);
      return port === null ? [] : [{ service, namespace, hosts, port, target, selector, labels, document }];
    });
};

/** Names of the cluster's DNS, with its default domain. */
export const hostsOf = (name: string, namespace: string): string[] => [
  `${name}.${namespace}.svc.cluster.local`,
  `${name}.${namespace}.svc`,
  `${name}.${namespace}`,
];

/** Null where the field is absent or empty. */
const labelsIn = (field: Field): Labels | null => {
  const entries = field.entries().map(([name, value]) => [name, value.text() ?? ''] as const);
  return entries.length === 0 ? null : Object.fromEntries(entries);
};

/**
 * Whether every object with these labels is selected. A label selector (kubernetes.io, LabelSelector): `matchLabels` and `matchExpressions`, all of which
 * hold; an empty one selects all. Labels that are not known are taken as missing, and `NotIn` and `DoesNotExist` then hold.
 */
export const isSelected = (selector: Field, labels: Labels): boolean =>
  selector
    .get('matchLabels')
    .entries()
    .every(([name, value]) => labels[name] === value.text()) &&
  selector
    .get('matchExpressions')
    .items()
    .every((expression) => holds(expression, labels));

const holds = (expression: Field, labels: Labels): boolean => {
  const value = knownWord(labels, expression.get('key').text() ?? '');
  const isListed = value !== undefined && expression.get('values').texts().includes(value);
  const operator = operatorOf(expression);
  if (operator === 'In') return isListed;
  if (operator === 'NotIn') return !isListed;
  return operator === 'Exists' ? value !== undefined : value === undefined;
};

/** Throws `DamagedField` where it is damaged: whether it selects is asked later, of each Service. */
export const checkSelector = (selector: Field): void => {
  selectorText(selector);
  for (const expression of selector.get('matchExpressions').items()) operatorOf(expression);
};
const operatorOf = (expression: Field) => expression.get('operator').oneOf(['In', 'NotIn', 'Exists', 'DoesNotExist']);

/** `app=web, tier in (a, b)` for people. */
export const selectorText = (selector: Field): string => {
  const labels = selector
    .get('matchLabels')
    .entries()
    .map(([name, value]) => `${name}=${value.text() ?? ''}`);
  const expressions = selector
    .get('matchExpressions')
    .items()
    .map((expression) => {
      const values = expression.get('values').texts();
      const operator = expression.get('operator').text() ?? '';
      return `${expression.get('key').text() ?? ''} ${operator}${values.length === 0 ? '' : ` (${values.join(', ')})`}`;
    });
  return [...labels, ...expressions].join(', ') || 'every pod';
};

/** Whether two ports of a container are the same, each a number or a name. Null where one is a number and the other a name: the pod knows. */
export const isSamePort = (one: string, other: string): boolean | null => {
  if (one === other) return true;
  return /^\d+$/.test(one) === /^\d+$/.test(other) ? false : null;
};
