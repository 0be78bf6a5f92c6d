/** The documents of a source: what its files hold, lists of Kubernetes and arrays of objects unfolded. */
import type { ReadingProblem } from '../model/claim.ts';
import { treesOf } from './document-tree.ts';
import { Field } from './field.ts';
import { printable } from './printable.ts';
import type { Tree } from './tree-of-values.ts';

/** `data`: JSON or YAML. `text`: a configuration in a language of its own (nginx, HAProxy). */
export type DataDocument = {
  readonly kind: 'data';
  readonly file: string | null;
  readonly root: Field;
  /** Of an object of Kubernetes; null for anything else. */
  readonly object: KubernetesObject | null;
};
export type TextDocument = { readonly kind: 'text'; readonly file: string | null; readonly text: string };
export type SourceDocument = DataDocument | TextDocument;

export type KubernetesObject = {
  readonly apiVersion: string;
  /** `apiVersion` without its version: `security.istio.io`; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** Null for what belongs to no namespace. */
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
};

/** A file of a source. `name`: as it was named; null for an API’s answer. */
export type SourceFile = { readonly name: string | null; readonly text: string };
export type Documents = { readonly documents: readonly SourceDocument[]; readonly problems: readonly ReadingProblem[] };

/** Longest text of one file, in characters. */
const MOST_TEXT = 64 * 1024 * 1024;

/** `isText`: whether a text is in a language of its own; then it is one document, and not parsed as data. */
export const documentsOf = ({ name, text }: SourceFile, isText: (text: string) => boolean): Documents => {
  const problem = (line: number | null, message: string): ReadingProblem => ({
    at: { file: name, line, object: null },
    path: '',
    message,
  });
  if (text.length > MOST_TEXT) return { documents: [], problems: [problem(null, 'longer than 64 Mi characters')] };
  if (text.trim() === '') return { documents: [], problems: [problem(1, 'the file is empty')] };
  if (isText(text)) return { documents: [{ kind: 'text', file: name, text }], problems: [] };
  const { trees, lineAt, damage } = treesOf(text);
  const documents = trees
    .flatMap((tree) => unfolded(tree, ''))
    .map(({ tree, path }) => dataDocument(tree, path, name, lineAt));
  return { documents, problems: damage.map(({ line, message }) => problem(line, message)) };
};

const nameIn = (tree: Tree, ...path: readonly string[]): Tree | null => {
  let at: Tree | null = tree;
  for (const name of path) at = at?.kind === 'map' ? (at.entries.get(name) ?? null) : null;
  return at;
};
const textIn = (tree: Tree, ...path: readonly string[]): string | null => {
  const found = nameIn(tree, ...path);
  return found?.kind === 'scalar' && found.value !== null ? String(found.value) : null;
};

/** `kind: List`, `kind: ServiceList` and arrays of objects hold documents. */
const unfolded = (tree: Tree, path: string): readonly { readonly tree: Tree; readonly path: string }[] => {
  const items = nameIn(tree, 'items');
  if (textIn(tree, 'kind')?.endsWith('List') && items?.kind === 'list')
    return items.items.flatMap((item, at) => unfolded(item, `${path}items[${at}]`));
  if (tree.kind === 'list' && tree.items.length > 0 && tree.items.every((item) => textIn(item, 'kind') !== null))
    return tree.items.flatMap((item, at) => unfolded(item, `${path}[${at}]`));
  return [{ tree, path }];
};

const dataDocument = (
  tree: Tree,
  path: string,
  file: string | null,
  lineAt: (offset: number) => number,
): DataDocument => {
  const object = kubernetesObject(tree);
  // An answer of an API has no lines that a person could look up.
  const origin = { file, lineAt: file === null ? null : lineAt, object: object === null ? null : objectName(object) };
  return { kind: 'data', file, root: new Field(tree, origin, path), object };
};

/** `PeerAuthentication payments/default`. */
const objectName = ({ kind, namespace, name }: Pick<KubernetesObject, 'kind' | 'namespace' | 'name'>): string =>
  printable(`${kind} ${namespace === null ? '' : `${namespace}/`}${name}`);

const kubernetesObject = (tree: Tree): KubernetesObject | null => {
  const apiVersion = textIn(tree, 'apiVersion');
  const kind = textIn(tree, 'kind');
  const name = textIn(tree, 'metadata', 'name');
  if (apiVersion === null || kind === null || name === null) return null;
  const labels = nameIn(tree, 'metadata', 'labels');
  return {
    ...{ apiVersion, kind, name, namespace: textIn(tree, 'metadata', 'namespace') },
    group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
    labels:
      labels?.kind === 'map'
        ? Object.fromEntries([...labels.entries].map(([key]) => [key, textIn(labels, key) ?? '']))
        : {},
  };
};
