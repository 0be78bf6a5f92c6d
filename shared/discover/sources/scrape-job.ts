/** One job of Prometheus’ `scrape_configs`: its targets, and through which module they are asked (prometheus.io/docs/prometheus/latest/configuration). */
import { readEach } from '../../claims/claim-of.ts';
import type { DataDocument } from '../../claims/document.ts';
import type { Field } from '../../claims/field.ts';
import { printable } from '../../claims/printable.ts';
import type { ReadingProblem } from '../../model/claim.ts';
import { addressIn, type Candidate, candidateOf, type LeftOut, ownerIn, shownAddress } from '../candidate.ts';
import type { DiscoverContext } from '../candidate-source.ts';
import { type Module, type TlsConfig, tlsConfigIn } from './blackbox-module.ts';
import { labelsIn } from './gatus-source.ts';

export type TargetGroup = {
  readonly targets: readonly Field[];
  readonly labels: Readonly<Record<string, string>>;
};

export type Job = {
  readonly name: string;
  readonly field: Field;
  readonly file: string | null;
  readonly groups: readonly TargetGroup[];
};

export const groupIn = (field: Field): TargetGroup => ({
  targets: field.get('targets').items(),
  labels: labelsIn(field.get('labels')),
});

/** `targets/*.yml` and the like, by their last segment. */
const matches = (pattern: string, file: string): boolean => {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const source = last(pattern)
    .replaceAll(/[.+^${}()|[\]\\?]/g, '\\$&')
    .replaceAll('*', '[^/]*');
  return new RegExp(`^${source}$`).test(last(file));
};

/** `lists`: the documents of file_sd that were given. */
export const jobIn = (field: Field, file: string | null, lists: readonly DataDocument[]): Job => {
  const patterns = field
    .get('file_sd_configs')
    .items()
    .flatMap((each) => each.get('files').texts());
  const named = lists.filter((list) => patterns.some((pattern) => matches(pattern, list.file ?? '')));
  return {
    ...{ name: field.get('job_name').text() ?? 'a job without a name', field, file },
    groups: [
      ...field.get('static_configs').items().map(groupIn),
      ...named.flatMap(({ root }) => root.items().map(groupIn)),
    ],
  };
};

type Asked = {
  readonly scheme: string | null;
  readonly why: string;
  readonly tls: TlsConfig;
  readonly file: string | null;
  readonly module: string;
};

const NO_TLS: TlsConfig = { certificate: null, privateKey: null, ca: null, serverName: null };

const isBlackbox = ({ field }: Job): boolean =>
  field.get('metrics_path').text() === '/probe' || field.get('params', 'module').isThere;

/** Why the targets of a job are not what is asked; null where they are. */
const rewritten = ({ field }: Job): string | null => {
  const rules = field
    .get('relabel_configs')
    .items()
    .filter((rule) => rule.get('target_label').text() === '__param_target');
  const odd = rules.some(
    (rule) =>
      (rule.get('regex').text() ?? '(.*)') !== '(.*)' || !/^\$(1|\{1\})$/.test(rule.get('replacement').text() ?? '$1'),
  );
  return odd ? 'relabel_configs rewrites its targets: which are asked is not in the file as it stands' : null;
};

const askedBy = (job: Job, labels: TargetGroup['labels'], modules: ReadonlyMap<string, Module>): Asked => {
  const { field, file } = job;
  if (!isBlackbox(job)) {
    const scheme = field.get('scheme').text() === 'https' ? 'https' : null;
    return {
      scheme,
      why: 'Prometheus scrapes it over http',
      tls: tlsConfigIn(field.get('tls_config')),
      file,
      module: job.name,
    };
  }
  const rule = field
    .get('relabel_configs')
    .items()
    .find((each) => each.get('target_label').text() === '__param_module');
  const [label = 'module'] = rule?.get('source_labels').texts() ?? [];
  const module =
    labels['__param_module'] ??
    (rule === undefined ? undefined : labels[label]) ??
    field.get('params', 'module').texts()[0] ??
    '';
  const known = modules.get(module);
  if (known !== undefined) return { ...known, module };
  const why = `no file that was given has the module "${printable(module, 60)}" (blackbox.yml)`;
  return { scheme: null, why, tls: NO_TLS, file: null, module };
};

/** The candidates of a job, and what of it is left out: targets without TLS together. */
export const readJob = (
  job: Job,
  modules: ReadonlyMap<string, Module>,
  context: DiscoverContext,
): { readonly found: readonly (Candidate | LeftOut)[]; readonly problems: readonly ReadingProblem[] } => {
  const odd = rewritten(job);
  const leftOut = (what: string, why: string, at = job.field.at()): LeftOut => ({ what, why, at });
  const name = `job ${printable(job.name, 80)}`;
  if (odd !== null) return { found: [leftOut(name, odd)], problems: [] };
  const discovery = job.field
    .entries()
    .map(([key]) => key)
    .filter((key) => /_sd_configs$/.test(key) && key !== 'file_sd_configs');
  const targets = job.groups.flatMap((group) => {
    const asked = askedBy(job, group.labels, modules);
    return group.targets.map((target) => ({ target, asked, group }));
  });
  const read = readEach(targets, ({ target, asked, group }) => [ofTarget(target, asked, group, job, context)]);
  const none = targets.length === 0 && discovery.length === 0;
  const found = [
    ...read.found.filter((each) => 'hosts' in each),
    ...together(name, read.found),
    ...discovery.map((key) => leftOut(name, `${key}: its targets are not in the file`)),
    ...(none ? [leftOut(name, 'it has no targets in the files that were given')] : []),
  ];
  return { found, problems: read.problems };
};

/** Those left out for the same reason are one. */
const together = (name: string, read: readonly (Candidate | LeftOut)[]): readonly LeftOut[] => {
  const byWhy = Map.groupBy(
    read.flatMap((each) => ('why' in each ? [each] : [])),
    ({ why }) => why,
  );
  return [...byWhy.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return [others.length === 0 ? first : { ...first, what: `${name}: ${others.length + 1} targets` }];
  });
};

const ofTarget = (
  target: Field,
  asked: Asked,
  { labels }: TargetGroup,
  job: Job,
  context: DiscoverContext,
): Candidate | LeftOut => {
  const text = target.text() ?? '';
  const leftOut = (why: string): LeftOut => ({
    what: `job ${printable(job.name, 80)}: ${shownAddress(text)}`,
    why,
    at: target.at(),
  });
  const address = addressIn(text);
  if (address === null) return leftOut('a target that is no URL and no host:port, or has a password');
  // An https:// target is asked over TLS whatever its module is.
  const scheme = address.scheme === 'https' ? 'https' : address.scheme === null ? asked.scheme : null;
  if (scheme === null) return leftOut(address.scheme === null ? asked.why : 'its target is no https:// URL');
  const { certificate, privateKey, ca, serverName } = asked.tls;
  const path = (written: string) => context.pathIn(asked.file, written);
  return candidateOf({
    ...{ name: addressName(address), at: target.at(), hosts: [address.host], port: address.port, scheme },
    path: isBlackbox(job) ? address.path : (job.field.get('metrics_path').text() ?? '/metrics'),
    ...{ serverName, owner: ownerIn(labels) },
    identity:
      certificate === null || privateKey === null
        ? null
        : { name: asked.module, certificate: path(certificate), privateKey: path(privateKey) },
    ca: ca === null ? null : { name: asked.module, file: path(ca) },
  });
};

const addressName = ({ host, port }: { readonly host: string; readonly port: number | null }): string =>
  port === null || port === 443 ? host : `${host}-${port}`;
