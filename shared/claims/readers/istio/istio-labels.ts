/** Labels and selectors of Kubernetes, as Istio’s policies use them. */
import type { Field } from '../../field.ts';

export type Labels = Readonly<Record<string, string>>;

/** Throws `DamagedField` where it is no map of texts. */
export const labelsIn = (field: Field): Labels =>
  Object.fromEntries(field.entries().map(([name, value]) => [name, value.text() ?? '']));

/** `matchLabels` of a selector; null where it is absent or empty: such a policy is for the whole namespace. */
export const selectorIn = (field: Field): Labels | null => {
  const labels = labelsIn(field.get('matchLabels'));
  return Object.keys(labels).length === 0 ? null : labels;
};

export const isSubset = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value);

/** Whether a workload may have both: none of the selector’s labels contradicts those that are known. */
export const isCompatible = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => !Object.hasOwn(labels, name) || labels[name] === value);

/** What each replica has for itself, or each version of a Deployment. */
const OF_REPLICAS = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);
export const withoutReplicas = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !OF_REPLICAS.has(name)));

export const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
