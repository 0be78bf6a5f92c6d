/** JSON and YAML that hold certificates and keys: the documents, and the items of a Kubernetes List in its place. */

import type { Formats } from './formats.ts';
import { isObject } from './secret-fields.ts';

export type Json = Readonly<Record<string, unknown>>;

const KUBERNETES = /^(kind|apiVersion):\s/m;
const A_FIELD = /^["']?[A-Za-z_][\w./-]*["']?:(\s|$)/m;

/** Whether a text is to be read as YAML: PEM that is no Kubernetes object is found without. */
export const isYaml = (text: string): boolean =>
  KUBERNETES.test(text) || (!text.includes('-----BEGIN ') && A_FIELD.test(text));
export const isJson = (text: string): boolean => /^[[{]/.test(text);

/** Null for a text that is neither. */
export const documentsOf = (text: string, formats: Formats): readonly unknown[] | null => {
  if (isJson(text)) {
    try {
      return itemsOf([JSON.parse(text)]);
    } catch {
      // `[` and `{` begin YAML as well, and a few other things.
      return null;
    }
  }
  if (!isYaml(text)) return null;
  const documents = formats.yaml(text);
  return documents?.some(isObject) ? itemsOf(documents) : null;
};

/** Those of a Kubernetes List stand for it. */
export const itemsOf = (documents: readonly unknown[]): readonly unknown[] =>
  documents.flatMap((each) => {
    const isList = isObject(each) && typeof each['kind'] === 'string' && each['kind'].endsWith('List');
    return isList && Array.isArray(each['items']) ? each['items'] : [each];
  });
