/** RequestAuthentication: JWTs beside certificates. It refuses damaged tokens, and nobody for having none. */
import { type ObjectDocument, qualifiedName } from '../../kubernetes-objects.ts';
import { isSubset, type Labels, selectorIn } from './istio-labels.ts';

export type RequestPolicy = {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Labels | null;
  readonly hasTargets: boolean;
};

/** Throws `DamagedField`. */
export const requestPolicyIn = ({ root, object }: ObjectDocument): RequestPolicy => {
  const spec = root.get('spec');
  return {
    ...{ name: qualifiedName(object), namespace: object.namespace ?? 'default' },
    selector: selectorIn(spec.get('selector')),
    hasTargets: spec.get('targetRef').isThere || spec.get('targetRefs').items().length > 0,
  };
};

type Asked = { readonly rootNamespace: string; readonly namespace: string; readonly labels: Labels };
export const notesOnRequests = (
  policies: readonly RequestPolicy[],
  { rootNamespace, namespace, labels }: Asked,
): readonly string[] =>
  policies
    .filter((policy) => policy.namespace === namespace || policy.namespace === rootNamespace)
    .filter(({ selector, hasTargets }) => !hasTargets && (selector === null || isSubset(selector, labels)))
    .map(({ name }) => `RequestAuthentication ${name} refuses tokens that do not verify, and nobody for having none.`);
