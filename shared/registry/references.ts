/**
 * Checks that the schema cannot express: names must exist, be unique and not contradict each other.
 * Reads unvalidated data, so that an error in one field does not hide those of the others.
 */
import { SCENARIOS } from '../scenario/catalogue.ts';
import { type Problem, pathText, printable } from './error.ts';
import { misplacedFields } from './misplaced.ts';
import { advise, nearest } from './nearest.ts';

type Mapping = Readonly<Record<string, unknown>>;
type Named = { readonly name: string; readonly keys: readonly PropertyKey[] };
/** A kind of thing that names refer to, and the existing names. */
type Kind = { readonly word: string; readonly names: ReadonlySet<string> };
type Kinds = Readonly<Record<'identity' | 'trustBundle' | 'schedule' | 'vantage' | 'source', Kind>>;

export function referenceProblems(input: unknown): readonly Problem[] {
  const document = mapping(input);
  const kinds = kindsOf(document);
  const faulty = new Map(
    Object.entries(mapping(document['identities'])).flatMap(([name, identity]) => {
      const { fault } = mapping(identity);
      return typeof fault === 'string' ? [[name, fault] as const] : [];
    }),
  );
  const defaults = mapping(document['defaults']);
  const endpoints = list(document['endpoints']).map((each, at) => ({ keys: ['endpoints', at], fields: mapping(each) }));
  return [
    ...unknown(kinds.schedule, one(defaults, 'schedule', ['defaults'])),
    ...unknown(kinds.trustBundle, one(defaults, 'trustBundle', ['defaults'])),
    ...identityProblems(['defaults'], { admits: defaults['admits'] }, kinds.identity, faulty),
    ...endpoints.flatMap(({ keys, fields }) => [
      ...missingAdmits(keys, fields, defaults),
      ...endpointProblems(keys, fields, kinds),
      ...identityProblems(keys, fields, kinds.identity, faulty, many(defaults, 'admits', ['defaults'])),
      ...list(fields['routes']).flatMap((route, at) =>
        identityProblems([...keys, 'routes', at], mapping(route), kinds.identity, faulty),
      ),
    ]),
    ...likeProblems(mapping(document['identities']), kinds.identity, faulty),
    ...mintedNames(Object.keys(mapping(document['identities']))),
    ...duplicateNames(endpoints.flatMap(({ keys, fields }) => one(fields, 'name', keys))),
  ];
}

/** Reserved names: evidence names a minted certificate by its scenario, and any other by its identity. */
const MINTED: readonly string[] = SCENARIOS.filter(({ minted }) => minted).map(({ name }) => name);

const mintedNames = (names: readonly string[]): readonly Problem[] =>
  names
    .filter((name) => MINTED.includes(name))
    .map((name) => ({
      keys: ['identities', name],
      at: 'key',
      code: 'CONFLICT',
      message: `an identity may not be called "${name}": the monitor mints one of that name itself`,
    }));

/** `like` belongs to an identity with a fault, and must name an identity without a fault. */
const likeProblems = (identities: Mapping, kind: Kind, faulty: ReadonlyMap<string, string>): readonly Problem[] =>
  Object.entries(identities).flatMap(([name, fields]) => {
    const named = one(mapping(fields), 'like', ['identities', name]);
    return [
      ...unknown(kind, named),
      ...named
        .filter((each) => faulty.has(each.name))
        .map((each) => conflict(each, `"${shown(each)}" has a fault itself: name the identity that is admitted`)),
      ...named
        .filter(() => !faulty.has(name))
        .map((each) => conflict(each, 'like is of an identity with a fault: this one has none')),
    ];
  });

const CONTROLS: readonly unknown[] = SCENARIOS.filter(({ family }) => family === 'control').map(({ name }) => name);

/** A control cannot be skipped: without an accepted control no refusal proves anything, and no check of the endpoint could pass. */
const skippedControls = (keys: readonly PropertyKey[], fields: Mapping): readonly Problem[] =>
  list(fields['skip'])
    .map((skip) => mapping(skip)['scenario'])
    .flatMap((scenario, at): readonly Problem[] =>
      CONTROLS.includes(scenario)
        ? [
            {
              keys: [...keys, 'skip', at, 'scenario'],
              at: 'value',
              code: 'CONFLICT',
              message: `${scenario} cannot be skipped: without an accepted control no refusal proves anything`,
            },
          ]
        : [],
    );

const kindsOf = (document: Mapping): Kinds => {
  const kind = (word: string, field: string, ...always: string[]): Kind => ({
    word,
    names: new Set([...always, ...Object.keys(mapping(document[field]))]),
  });
  return {
    identity: kind('identity', 'identities'),
    trustBundle: kind('trust bundle', 'trustBundles', 'public'),
    schedule: kind('schedule', 'schedules', 'default'),
    vantage: kind('vantage', 'vantages', 'default'),
    source: kind('source', 'sources'),
  };
};

const endpointProblems = (keys: readonly PropertyKey[], fields: Mapping, kinds: Kinds): readonly Problem[] => [
  ...unknown(kinds.trustBundle, one(fields, 'trustBundle', keys)),
  ...unknown(kinds.schedule, one(fields, 'schedule', keys)),
  ...unknown(kinds.vantage, many(fields, 'from', keys)),
  ...unknown(
    kinds.source,
    Object.keys(mapping(fields['sources'])).map((name) => ({ name, keys: [...keys, 'sources', name] })),
  ),
  ...skippedControls(keys, fields),
  ...misplacedFields(keys, fields),
];

/** An endpoint needs a control: its own, or that of `defaults`. A misspelled field is named as such, and not as missing too. */
const missingAdmits = (keys: readonly PropertyKey[], fields: Mapping, defaults: Mapping): readonly Problem[] => {
  const names = Object.keys(fields);
  const isThere = fields['admits'] !== undefined || defaults['admits'] !== undefined;
  if (isThere || names.length === 0 || names.some((each) => nearest(each, ['admits']) !== null)) return [];
  return [{ keys: [...keys, 'admits'], at: 'value', code: 'MISSING_FIELD', message: 'missing; expected a list' }];
};

/** `usual`: what is admitted where the fields name nobody. Default: nobody. */
function identityProblems(
  keys: readonly PropertyKey[],
  fields: Mapping,
  identity: Kind,
  faulty: ReadonlyMap<string, string>,
  usual: readonly Named[] = [],
): readonly Problem[] {
  const admits = many(fields, 'admits', keys);
  const refuses = many(fields, 'refuses', keys);
  const admitted = new Set((fields['admits'] === undefined ? usual : admits).map(({ name }) => name));
  return [
    ...unknown(identity, [...admits, ...refuses]),
    ...refuses
      .filter(({ name }) => admitted.has(name))
      .map((each) => conflict(each, `"${shown(each)}" is in admits too: it cannot be both accepted and refused`)),
    ...[...admits, ...refuses]
      .filter(({ name }) => faulty.has(name))
      .map((each) =>
        conflict(
          each,
          `"${shown(each)}" has fault: ${printable(String(faulty.get(each.name)), 30)}: it is presented everywhere and must be refused, so neither admits nor refuses names it`,
        ),
      ),
  ];
}

const unknown = ({ word, names }: Kind, used: readonly Named[]): readonly Problem[] =>
  used
    .filter(({ name }) => !names.has(name))
    .map(({ name, keys }) => ({
      keys,
      at: 'value',
      code: 'UNKNOWN_NAME',
      message: `unknown ${word} "${printable(name, 60)}"${advise(name, [...names])}`,
    }));

function duplicateNames(names: readonly Named[]): readonly Problem[] {
  const first = new Map<string, readonly PropertyKey[]>();
  return names.flatMap(({ name, keys }): Problem[] => {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, keys);
    const message = `"${printable(name, 60)}" is the name of ${pathText((earlier ?? keys).slice(0, -1))} already`;
    return earlier === undefined ? [] : [{ keys, at: 'value', code: 'DUPLICATE', message }];
  });
}

const conflict = ({ keys }: Named, message: string): Problem => ({ keys, at: 'value', code: 'CONFLICT', message });
const shown = ({ name }: Named): string => printable(name, 60);

const mapping = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const one = (fields: Mapping, field: string, keys: readonly PropertyKey[]): readonly Named[] => {
  const name = fields[field];
  return typeof name === 'string' ? [{ name, keys: [...keys, field] }] : [];
};
const many = (fields: Mapping, field: string, keys: readonly PropertyKey[]): readonly Named[] =>
  list(fields[field]).flatMap((name, at) => (typeof name === 'string' ? [{ name, keys: [...keys, field, at] }] : []));
