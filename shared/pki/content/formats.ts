/** Readers that need a library. Import this module lazily: it adds a tenth of a second to the probe's start. */
import { parseAllDocuments } from 'yaml';
import { readPkcs12 } from './pkcs12.ts';

export type Formats = {
  readonly pkcs12: typeof readPkcs12;
  /** Returns the documents of a YAML text; null for invalid YAML and for a text over 2 MiB. */
  readonly yaml: (text: string) => readonly unknown[] | null;
};

const MAX_YAML = 2 * 1024 * 1024;

export const FORMATS: Formats = {
  pkcs12: readPkcs12,
  yaml: (text) => {
    if (text.length > MAX_YAML) return null;
    try {
      const documents = parseAllDocuments(text, { logLevel: 'silent' });
      return documents.some(({ errors }) => errors.length > 0) ? null : documents.map((each) => each.toJS());
    } catch {
      return null;
    }
  },
};
