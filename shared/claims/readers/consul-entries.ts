/** Consul’s configuration entries in their three spellings: the API’s and CLI’s JSON (`Kind`, `MutualTLSMode`), HCL as JSON (`mutual_tls_mode`), and Kubernetes objects (`mutualTLSMode`). */
import type { SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { isObjectOf } from '../kubernetes-objects.ts';

const GROUP = 'consul.hashicorp.com';
const KINDS = ['service-intentions', 'service-defaults', 'proxy-defaults', 'mesh'] as const;
type Kind = (typeof KINDS)[number];

export type Entry = { readonly kind: Kind; readonly name: string; readonly body: Field };

/** The field of that name, however it is spelt: `name` is in lower case, without underscores. Absent where there is none. */
export const spelt = (field: Field, ...names: readonly [string, ...string[]]): Field => {
  const [name, ...rest] = names;
  const found = field.entries().find(([key]) => key.toLowerCase().replaceAll('_', '') === name);
  const child = found?.[1] ?? field.get(name);
  const [next, ...others] = rest;
  return next === undefined ? child : spelt(child, next, ...others);
};

const OBJECTS: Readonly<Record<string, Kind>> = {
  ServiceIntentions: 'service-intentions',
  ServiceDefaults: 'service-defaults',
  ProxyDefaults: 'proxy-defaults',
  Mesh: 'mesh',
};

const kindOf = (field: Field): Kind | null => {
  if (field.kind !== 'map') return null;
  const kind = spelt(field, 'kind');
  return kind.kind === 'scalar' ? (KINDS.find((each) => each === kind.text()) ?? null) : null;
};

const isIntention = (field: Field): boolean =>
  field.kind === 'map' && spelt(field, 'sourcename').isThere && spelt(field, 'destinationname').isThere;
const isRoots = (field: Field): boolean =>
  field.kind === 'map' && spelt(field, 'trustdomain').isThere && spelt(field, 'roots').kind === 'list';

/** The values of a document: the items of a list, else the document. */
const valuesOf = (document: SourceDocument): readonly Field[] => {
  if (document.kind !== 'data') return [];
  return document.root.kind === 'list' ? document.root.items() : [document.root];
};

export const isConsul = (document: SourceDocument): boolean =>
  isObjectOf(document, GROUP, Object.keys(OBJECTS)) ||
  valuesOf(document)
    .slice(0, 1)
    .some((value) => kindOf(value) !== null || isIntention(value) || isRoots(value));

/** None of what is no entry. */
export const entryIn = (document: SourceDocument): readonly Entry[] => {
  if (isObjectOf(document, GROUP)) {
    const kind = OBJECTS[document.object.kind];
    const body = document.root.get('spec');
    const name = body.get('destination', 'name').text() ?? document.object.name;
    return kind === undefined ? [] : [{ kind, name, body }];
  }
  return valuesOf(document).flatMap((body) => {
    const kind = kindOf(body);
    return kind === null ? [] : [{ kind, name: spelt(body, 'name').text() ?? '', body }];
  });
};

/** Answers of `/v1/connect/intentions`. */
export const intentionsIn = (document: SourceDocument): readonly Field[] => valuesOf(document).filter(isIntention);

/** Answers of `/v1/connect/ca/roots`. */
export const rootsIn = (document: SourceDocument): readonly Field[] => valuesOf(document).filter(isRoots);
