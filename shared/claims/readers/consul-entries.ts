/** Consul’s configuration entries in their three spellings: the API’s and CLI’s JSON (`Kind`, `MutualTLSMode`), HCL as JSON (`mutual_tls_mode`), and Kubernetes objects (`mutualTLSMode`). */

import { readEach } from '../claim-of.ts';
import type { KubernetesObject, SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { knownWord } from '../known-word.ts';
import { isObjectOf } from '../kubernetes-objects.ts';
import { unlessDamaged } from '../unless-damaged.ts';

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
  unlessDamaged(() =>
    valuesOf(document).some((value) => kindOf(value) !== null || isIntention(value) || isRoots(value)),
  );

/** What is no entry is passed over. */
export const entriesIn = (documents: readonly SourceDocument[]) => {
  const objects = readEach(
    documents.filter((document) => isObjectOf(document, GROUP)),
    ({ root, object }) => entryOfObject(root.get('spec'), object),
  );
  const values = readEach(
    documents.filter((document) => !isObjectOf(document, GROUP)).flatMap(valuesOf),
    (body): readonly Entry[] => {
      const kind = kindOf(body);
      return kind === null ? [] : [{ kind, name: spelt(body, 'name').text() ?? '', body }];
    },
  );
  return { found: [...objects.found, ...values.found], problems: [...objects.problems, ...values.problems] };
};

const entryOfObject = (body: Field, object: KubernetesObject): readonly Entry[] => {
  const kind = knownWord(OBJECTS, object.kind);
  const name = body.get('destination', 'name').text() ?? object.name;
  return kind === undefined ? [] : [{ kind, name, body }];
};

/** Answers of `/v1/connect/intentions`. */
export const intentionsIn = (document: SourceDocument): readonly Field[] => valuesOf(document).filter(isIntention);

/** Answers of `/v1/connect/ca/roots`. */
export const rootsIn = (document: SourceDocument): readonly Field[] => valuesOf(document).filter(isRoots);
