/** Reads JSON and YAML documents that contain certificates and keys; a Kubernetes List is replaced by its items. */

import type { Formats } from './formats.ts';
import { isObject } from './secret-fields.ts';

export type Json = Readonly<Record<string, unknown>>;

const KUBERNETES = /^(kind|apiVersion):\s/m;
const A_FIELD = /^["']?[A-Za-z_][\w./-]*["']?:(\s|$)/m;

/** Whether a text is read as YAML. PEM outside a Kubernetes object is found without YAML. */
export const isYaml = (text: string): boolean =>
  KUBERNETES.test(text) || (!text.includes('-----BEGIN ') && A_FIELD.test(text));
export const isJson = (text: string): boolean => /^[[{]/.test(text);

/** Returns the documents of a JSON or YAML text; null for a text that is neither. */
export const documentsOf = (text: string, formats: Formats): readonly unknown[] | null => {
  if (isJson(text)) {
    try {
      return itemsOf([JSON.parse(text)]);
    } catch {
      // `[` and `{` also begin YAML, which is not tried here.
      return null;
    }
  }
  if (!isYaml(text)) return null;
  const documents = formats.yaml(text);
  return documents?.some(isObject) ? itemsOf(documents) : null;
};

/** Returns the documents, with each Kubernetes List replaced by its items. */
export const itemsOf = (documents: readonly unknown[]): readonly unknown[] =>
  documents.flatMap((each) => {
    const isList = isObject(each) && typeof each['kind'] === 'string' && each['kind'].endsWith('List');
    return isList && Array.isArray(each['items']) ? each['items'] : [each];
  });
