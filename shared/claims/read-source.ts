/** A source’s files → what they say. Each document goes to the readers that know it; what nobody knows is named. */
import type { Reading, ReadingProblem } from '../model/claim.ts';
import { iso } from '../model/time.ts';
import { readEach } from './claim-of.ts';
import { type DataDocument, documentsOf, type SourceDocument, type SourceFile } from './document.ts';
import { DamagedField } from './field.ts';
import { printable } from './printable.ts';
import type { Reader, ReaderContext, ReaderResult } from './reader.ts';
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
    (document) => !isKnown(document) && !READERS.some((reader) => isOf(reader, document)),
  );
  const results = READERS.flatMap((reader) => readBy(reader, documents, context));
  return {
    ...{ schema: 'mtls-monitor/claims/v1', source: context.source, readAt: iso(context.readAt) },
    ...passedOver(unknown.filter(isObject)),
    claims: results.flatMap(({ claims }) => claims),
    certificates: results.flatMap(({ certificates }) => certificates),
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...unknownProblems(unknown.filter((document) => !isObject(document))),
      ...results.flatMap(({ problems }) => problems),
    ],
  };
};

const isOwnLanguage = (text: string): boolean => READERS.some(({ isText }) => isText?.(text) ?? false);

const readBy = (reader: Reader, documents: readonly SourceDocument[], context: ReaderContext) => {
  const own = documents.filter((document) => isOf(reader, document));
  const isAsked = own.some((document) => !isHelp(reader, document));
  return isAsked ? [readSoundly(reader, own, context)] : [];
};

/** A document that stops the reader by itself is a problem, and the others are read without it. */
const readSoundly = (reader: Reader, own: readonly SourceDocument[], context: ReaderContext): ReaderResult => {
  const read = (documents: readonly SourceDocument[]) => readEach([documents], (all) => [reader.read(all, context)]);
  const whole = read(own);
  if (whole.found[0] !== undefined) return whole.found[0];
  const alone = own.map((document) => ({ document, problems: read([document]).problems }));
  const rest = read(alone.filter(({ problems }) => problems.length === 0).map(({ document }) => document));
  const problems = [...alone.flatMap((each) => each.problems), ...rest.problems];
  const { claims, certificates, problems: others } = rest.found[0] ?? NOTHING;
  return { claims, certificates, problems: [...problems, ...others] };
};
const NOTHING: ReaderResult = { claims: [], certificates: [], problems: [] };

/** False where looking for it meets a field of another type: such a document is not the reader’s. */
const isOf = (reader: Reader, document: SourceDocument): boolean => soundly(() => reader.recognises(document), false);
/** True then, too: it is no reason to ask the reader. */
const isHelp = (reader: Reader, document: SourceDocument): boolean =>
  soundly(() => reader.onlyHelps?.(document) ?? false, true);

/** `otherwise`: where a field is damaged. Rethrows every other error. */
const soundly = (answer: () => boolean, otherwise: boolean): boolean => {
  try {
    return answer();
  } catch (error) {
    if (error instanceof DamagedField) return otherwise;
    throw error;
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

/** A cluster has many kinds that say nothing of mTLS: they are named, and no fault. */
const isObject = (document: SourceDocument): boolean => document.kind === 'data' && document.object !== null;
const passedOver = (unknown: readonly SourceDocument[]): Pick<Reading, 'passedOver'> =>
  unknown.length === 0 ? {} : { passedOver: [...new Set(unknown.map(kindOf))].map((kind) => printable(kind, 100)) };

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
