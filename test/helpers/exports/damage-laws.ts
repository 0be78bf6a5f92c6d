/** What holds for every damaged export. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { readSource } from '../../../shared/claims/read-source.ts';
import { type Reading, readingSchema } from '../../../shared/model/claim.ts';
import { CERTIFICATE_EXPORTS } from './certificate-exports.ts';
import { damagedPart, damagedText } from './damaged-parts.ts';
import type { Export, NamedPart } from './export-parts.ts';
import { MESH_EXPORTS } from './mesh-exports.ts';
import { PROXY_EXPORTS } from './proxy-exports.ts';

const NOW = Date.UTC(2026, 11, 1);
export const readFiles = (...texts: readonly string[]): Reading =>
  readSource(
    texts.map((text, at) => ({ name: `f${at}`, text })),
    { source: 'source', readAt: NOW, now: NOW },
  );

type Form = 'json' | 'yaml';
export const textOf = (documents: readonly unknown[], form: Form): string => {
  if (form === 'yaml') return documents.map((each) => stringify(each, { aliasDuplicateObjects: false })).join('---\n');
  const [only] = documents;
  return documents.length === 1
    ? JSON.stringify(only, null, 1)
    : documents.map((each) => JSON.stringify(each)).join('\n');
};

/** Everything that is said of a thing, without where: places move with what stands before. */
export const saidOf = (name: string, { claims, certificates }: Reading): readonly string[] =>
  [...claims, ...certificates]
    .map((each) =>
      JSON.stringify(each, (key, value) => (key === 'line' || key === 'file' ? null : value)).replaceAll(
        /\[\d+\]/g,
        '[]',
      ),
    )
    .filter((text) => text.includes(name))
    .toSorted();

/** What is wrong with a reading of damaged texts; empty where nothing is. */
export const faultsOf = (reading: Reading, texts: readonly string[]): readonly string[] => {
  const { error } = readingSchema.safeParse(reading);
  const wild = reading.problems.filter(({ at: { file, line }, message }) => {
    const text = texts[Number(file?.slice(1))];
    return (
      text === undefined ||
      message === '' ||
      /\p{Cc}/u.test(message) ||
      (line !== null && (line < 1 || line > text.split('\n').length))
    );
  });
  return [...(error === undefined ? [] : [error.message]), ...wild.map((each) => JSON.stringify(each))];
};

/** Of every reader of JSON and YAML. */
export const EXPORTS: readonly Export[] = [...MESH_EXPORTS, ...CERTIFICATE_EXPORTS, ...PROXY_EXPORTS];

/** Two sound parts, alpha and bravo. */
export const beside = ({ part, whole }: Export): string =>
  textOf(
    whole([
      ['alpha', part('alpha')],
      ['bravo', part('bravo')],
    ]),
    'json',
  );

/** Parts alpha, damaged, and bravo, sound, in one text in either order. */
export const damagedBeside = ({ part, whole }: Export): fc.Arbitrary<string> =>
  fc
    .tuple(damagedPart(part('alpha')), fc.boolean(), fc.constantFrom<Form>('json', 'yaml'))
    .map(([alpha, isFirst, form]) => {
      const parts: readonly NamedPart[] = [
        ['alpha', alpha],
        ['bravo', part('bravo')],
      ];
      return textOf(whole(isFirst ? parts : parts.toReversed()), form);
    });

/** The text of the part alpha, damaged. */
export const damagedFile = ({ part, whole }: Export): fc.Arbitrary<string> =>
  fc.constantFrom<Form>('json', 'yaml').chain((form) => damagedText(textOf(whole([['alpha', part('alpha')]]), form)));
