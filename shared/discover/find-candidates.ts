/** Files of any kind → the endpoints that they name: of sources without claims by a record each, of all others by their claims. */
import { documentsOf, type SourceDocument, type SourceFile } from '../claims/document.ts';
import { readSource } from '../claims/read-source.ts';
import type { ReaderContext } from '../claims/reader.ts';
import type { Candidates } from './candidate.ts';
import type { CandidateSource, DiscoverContext } from './candidate-source.ts';
import { fromClaims } from './from-claims.ts';
import { csvSource, isCsv } from './sources/csv-source.ts';
import { gatusSource } from './sources/gatus-source.ts';
import { kubernetesSource } from './sources/kubernetes-source.ts';
import { prometheusSource } from './sources/prometheus-source.ts';

/** Beside the readers of claims. A new one is its file in `sources` and its name here. */
const CANDIDATE_SOURCES: readonly CandidateSource[] = [prometheusSource, gatusSource, csvSource, kubernetesSource];

const isKnown = (document: SourceDocument): boolean => CANDIDATE_SOURCES.some(({ recognises }) => recognises(document));

/** Never throws on a text: what cannot be read is one of the `problems`, each with its place, and everything else is there. */
export const findCandidates = (files: readonly SourceFile[], context: DiscoverContext & ReaderContext): Candidates => {
  const documents = files.flatMap((file) => documentsOf(file, isCsv).documents);
  const read = CANDIDATE_SOURCES.flatMap((source) => {
    const own = documents.filter((document) => source.recognises(document));
    return own.length === 0 ? [] : [source.read(own, context)];
  });
  const reading = readSource(
    files.filter(({ text }) => !isCsv(text)),
    context,
    isKnown,
  );
  const said = fromClaims(reading.claims);
  return {
    candidates: [...read.flatMap(({ candidates }) => candidates), ...said.candidates],
    leftOut: [...read.flatMap(({ leftOut }) => leftOut), ...said.leftOut],
    problems: [...read.flatMap(({ problems }) => problems), ...reading.problems],
  };
};
