/** Prometheus’ scrape configurations, file_sd lists and blackbox_exporter’s modules, read together. */
import { readEach } from '../../claims/claim-of.ts';
import type { DataDocument, SourceDocument } from '../../claims/document.ts';
import type { Field } from '../../claims/field.ts';
import type { Candidates, LeftOut } from '../candidate.ts';
import type { CandidateSource, DiscoverContext } from '../candidate-source.ts';
import { type Module, moduleIn } from './blackbox-module.ts';
import { groupIn, type Job, jobIn, readJob } from './scrape-job.ts';

const isData = (document: SourceDocument): document is DataDocument => document.kind === 'data';
const mapWith = (root: Field, name: string, kind: Field['kind']): boolean =>
  root.kind === 'map' && root.get(name).kind === kind;

const isScrape = ({ root }: DataDocument): boolean => mapWith(root, 'scrape_configs', 'list');
const isModules = ({ root, object }: DataDocument): boolean => object === null && mapWith(root, 'modules', 'map');
/** `[{ "targets": [...], "labels": {...} }]`. */
const isTargets = ({ root }: DataDocument): boolean =>
  root.kind === 'list' && root.items().length > 0 && root.items().every((each) => mapWith(each, 'targets', 'list'));

export const prometheusSource: CandidateSource = {
  title: 'Prometheus and blackbox_exporter',
  exports: ['prometheus.yml', 'blackbox.yml', 'a file of file_sd_configs'],
  recognises: (document) => isData(document) && (isScrape(document) || isModules(document) || isTargets(document)),
  read: (documents, context) => readTogether(documents.filter(isData), context),
};

const readTogether = (documents: readonly DataDocument[], context: DiscoverContext): Candidates => {
  const lists = documents.filter(isTargets);
  const modules = readEach(
    documents.filter(isModules).flatMap(({ root, file }) =>
      root
        .get('modules')
        .entries()
        .map(([name, field]) => ({ name, field, file })),
    ),
    ({ name, field, file }) => [[name, moduleIn(field, file)] as const],
  );
  const known: ReadonlyMap<string, Module> = new Map(modules.found);
  const jobs = readEach(
    documents.filter(isScrape).flatMap(({ root, file }) =>
      root
        .get('scrape_configs')
        .items()
        .map((field) => ({ field, file })),
    ),
    ({ field, file }) => [jobIn(field, file, lists)],
  );
  const own = jobs.found.length === 0 ? readEach(lists, (list) => [listAlone(list)]) : { found: [], problems: [] };
  const read = readEach([...jobs.found, ...own.found], (job) => [readJob(job, known, context)]);
  const found = read.found.flatMap((job) => job.found);
  return {
    candidates: found.flatMap((each) => ('hosts' in each ? [each] : [])),
    leftOut: [
      ...found.flatMap((each) => ('why' in each ? [each] : [])),
      ...(jobs.found.length + lists.length === 0 ? modulesAlone(documents) : []),
    ],
    problems: [
      ...modules.problems,
      ...jobs.problems,
      ...own.problems,
      ...read.problems,
      ...read.found.flatMap((job) => job.problems),
    ],
  };
};

/** Without a scrape configuration the targets must be URLs. */
const listAlone = ({ root, file }: DataDocument): Job => {
  const [first] = root.items();
  return { name: file ?? 'targets', field: first ?? root, file, groups: root.items().map(groupIn) };
};

const modulesAlone = (documents: readonly DataDocument[]): readonly LeftOut[] =>
  documents.filter(isModules).map(({ root }) => ({
    what: 'blackbox modules',
    why: 'they name no targets: give prometheus.yml with them',
    at: root.at(),
  }));
