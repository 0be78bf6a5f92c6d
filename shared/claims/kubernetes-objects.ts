/** Objects of Kubernetes among the documents of a source. */
import type { DataDocument, KubernetesObject, SourceDocument } from './document.ts';

export type ObjectDocument = DataDocument & { readonly object: KubernetesObject };

/** `kinds`: of the group; every kind where it is left out. */
export const isObjectOf = (
  document: SourceDocument,
  group: string,
  kinds?: readonly string[],
): document is ObjectDocument =>
  document.kind === 'data' &&
  document.object !== null &&
  document.object.group === group &&
  (kinds?.includes(document.object.kind) ?? true);

export const objectsOf = (
  documents: readonly SourceDocument[],
  group: string,
  kinds?: readonly string[],
): readonly ObjectDocument[] =>
  documents.filter((document): document is ObjectDocument => isObjectOf(document, group, kinds));

/** `namespace/name`; the name alone of what belongs to no namespace. */
export const qualifiedName = ({ namespace, name }: Pick<KubernetesObject, 'namespace' | 'name'>): string =>
  namespace === null ? name : `${namespace}/${name}`;

/** An annotation’s text; null where it is absent. */
export const annotationOf = ({ root }: ObjectDocument, name: string): string | null =>
  root.get('metadata', 'annotations').get(name).text();
