/** A source’s files → what they say. Each document goes to the readers that know it; what nobody knows is named. */
import type { Reading, ReadingProblem } from '../model/claim.ts';
import { iso } from '../model/time.ts';
import { type DataDocument, documentsOf, type SourceDocument, type SourceFile } from './document.ts';
import { DamagedField } from './field.ts';
import { printable } from './printable.ts';
import type { Reader, ReaderContext } from './reader.ts';
import { READERS } from './readers.ts';

/**
 * Never throws on a text: what cannot be read is one of the `problems`, each with its place, and everything else is there. `isKnown`: documents that somebody else
 * reads are none; default: none is.
 */
export const readSource = (
  files: readonly SourceFile[],
  context: ReaderContext,
  isKnown: (document: SourceDocument) => boolean = () => false,
): Reading => {
  const read = files.map((file) => documentsOf(file, isOwnLanguage));
  const documents = read.flatMap((file) => file.documents);
  const unknown = documents.filter(
    (document) => !isKnown(document) && !READERS.some(({ recognises }) => recognises(document)),
  );
  const results = READERS.flatMap((reader) => readBy(reader, documents, context));
  return {
    ...{ schema: 'mtls-monitor/claims/v1', source: context.source, readAt: iso(context.readAt) },
    claims: results.flatMap(({ claims }) => claims),
    certificates: results.flatMap(({ certificates }) => certificates),
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...unknownProblems(unknown),
      ...results.flatMap(({ problems }) => problems),
    ],
  };
};

const isOwnLanguage = (text: string): boolean => READERS.some(({ isText }) => isText?.(text) ?? false);

const readBy = (reader: Reader, documents: readonly SourceDocument[], context: ReaderContext) => {
  const own = documents.filter((document) => reader.recognises(document));
  const isAsked = own.some((document) => !(reader.onlyHelps?.(document) ?? false));
  if (!isAsked) return [];
  try {
    return [reader.read(own, context)];
  } catch (error) {
    // Damage that the reader has not laid to one object.
    if (!(error instanceof DamagedField)) throw error;
    const problem = { at: error.at, path: error.path, message: error.message };
    return [{ claims: [], certificates: [], problems: [problem] }];
  }
};

/** One for each kind of object, at the first of them: an export of a cluster holds many that say nothing of mTLS. */
const unknownProblems = (unknown: readonly SourceDocument[]): readonly ReadingProblem[] => {
  const kinds = Map.groupBy(unknown, kindOf);
  return [...kinds].map(([kind, documents]) => {
    const [first] = documents;
    const more = documents.length > 1 ? `; ${documents.length} of them` : '';
    const at = first?.kind === 'data' ? first.root.at() : { file: first?.file ?? null, line: 1, object: null };
    return { at, path: '', message: `no reader knows ${printable(kind, 100)}${more}` };
  });
};

const kindOf = (document: SourceDocument): string => {
  if (document.kind === 'text') return 'this text';
  const { object } = document;
  return object === null ? `a document with ${keysIn(document)}` : `${object.kind} of ${object.apiVersion}`;
};

const keysIn = ({ root }: DataDocument): string => {
  if (root.kind !== 'map') return 'no fields';
  const names = root.entries().map(([name]) => name);
  return `the fields ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`;
};
