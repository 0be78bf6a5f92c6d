/** Kong’s services, routes, plugins, CAs and consumers, from the Admin API’s listings or from a decK file (developer.konghq.com/admin-api, developer.konghq.com/deck). */
import type { Authority, ReadingProblem } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { readEach } from '../../claim-of.ts';
import type { DataDocument } from '../../document.ts';
import type { Field } from '../../field.ts';
import { authorityOf, certificatesIn } from '../../pem-field.ts';
import { printable } from '../../printable.ts';

/** Ids and names by which others refer to it. */
export type Named = { readonly keys: readonly string[]; readonly name: string };
export type Service = Named & { readonly upstream: string | null };
export type Route = Named & {
  readonly service: string | null;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly protocols: readonly string[];
  readonly at: Place;
};
export type Plugin = {
  readonly name: string;
  readonly isOn: boolean;
  readonly service: string | null;
  readonly route: string | null;
  readonly consumer: string | null;
  readonly config: Field;
  readonly field: Field;
};
export type Consumer = Named & { readonly matched: readonly string[]; readonly hasCredentials: boolean };
export type Entities = {
  readonly services: readonly Service[];
  readonly routes: readonly Route[];
  readonly plugins: readonly Plugin[];
  readonly authorities: ReadonlyMap<string, readonly Authority[]>;
  /** Null where no listing of them is there. */
  readonly consumers: readonly Consumer[] | null;
  readonly problems: readonly ReadingProblem[];
};

type Kind = 'services' | 'routes' | 'plugins' | 'ca_certificates' | 'consumers';
/** An entity with what it stands in. */
type Found = {
  readonly kind: Kind;
  readonly field: Field;
  readonly service: string | null;
  readonly route: string | null;
  readonly consumer: string | null;
};

export const isDeck = ({ root }: DataDocument): boolean => root.kind === 'map' && root.get('_format_version').isThere;

/** `{ "data": […], "next": null }` of entities that are Kong’s. */
export const listedKind = ({ root, object }: DataDocument): Kind | null => {
  if (object !== null || root.kind !== 'map' || root.get('data').kind !== 'list') return null;
  const [first] = root.get('data').items();
  return first === undefined || first.kind !== 'map' ? null : kindOf(first);
};

const kindOf = (item: Field): Kind | null => {
  const has = (...names: readonly [string, ...string[]]) => names.every((name) => item.get(name).isThere);
  if (has('name', 'config', 'protocols') || has('name', 'config', 'enabled')) return 'plugins';
  if (has('protocols') && (has('paths') || has('hosts') || has('snis') || has('methods') || has('strip_path')))
    return 'routes';
  if (has('host', 'port', 'protocol')) return 'services';
  if (has('cert') && !has('key') && (has('cert_digest') || has('created_at'))) return 'ca_certificates';
  return has('created_at') && (has('username') || has('custom_id')) ? 'consumers' : null;
};

const TOP = { service: null, route: null, consumer: null };

const KINDS: readonly Kind[] = ['services', 'routes', 'consumers', 'plugins', 'ca_certificates'];

/** A list that is damaged, or an entity with what stands in it, is a problem; the others are there. */
const foundIn = (documents: readonly DataDocument[]) => {
  const lists = documents.flatMap((document) => {
    const kind = listedKind(document);
    const own = (name: Kind) => ({
      kind: name,
      list: document.root.get(kind === null ? name : 'data'),
      isDeck: kind === null,
    });
    return kind === null ? KINDS.map(own) : [own(kind)];
  });
  const top = readEach(lists, ({ kind, list, isDeck: nests }) =>
    list.items().map((field) => ({ found: { kind, field, ...TOP }, nests })),
  );
  const all = readEach(top.found, ({ found, nests }) => (nests ? nestedIn(found) : [found]));
  return { found: all.found, problems: [...top.problems, ...all.problems] };
};

/** What decK puts into what it belongs to. */
const nestedIn = (found: Found): readonly Found[] => {
  const { kind, field } = found;
  if (kind === 'plugins' || kind === 'ca_certificates') return [found];
  const own = keysOf(field)[0] ?? null;
  const within = {
    service: kind === 'services' ? own : found.service,
    route: kind === 'routes' ? own : null,
    consumer: kind === 'consumers' ? own : null,
  };
  const inner =
    kind === 'services'
      ? field
          .get('routes')
          .items()
          .map((route): Found => ({ kind: 'routes', field: route, ...within }))
      : [];
  const plugins = field
    .get('plugins')
    .items()
    .map((plugin): Found => ({ kind: 'plugins', field: plugin, ...within }));
  return [found, ...inner.flatMap(nestedIn), ...plugins];
};

const keysOf = (field: Field): readonly string[] =>
  ['id', 'name', 'username'].flatMap((name) => field.get(name).text() ?? []);

export const entitiesIn = (documents: readonly DataDocument[]): Entities => {
  const all = foundIn(documents);
  const each = <Result>(kind: Kind, read: (found: Found) => Result) =>
    readEach(
      all.found.filter((found) => found.kind === kind),
      (found) => [read(found)],
    );
  const services = each('services', ({ field }) => serviceOf(field));
  const routes = each('routes', routeOf);
  const plugins = each('plugins', pluginOf);
  const consumers = each('consumers', ({ field }) => consumerOf(field));
  const authorities = each(
    'ca_certificates',
    ({ field }) => [field.get('id').text() ?? '', certificatesIn(field.get('cert')).map(authorityOf)] as const,
  );
  const hasConsumers = consumers.found.length > 0;
  return {
    ...{ services: services.found, routes: routes.found, plugins: plugins.found },
    authorities: new Map(authorities.found),
    consumers: hasConsumers ? consumers.found : null,
    problems: [all, services, routes, plugins, consumers, authorities].flatMap(({ problems }) => problems),
  };
};

const nameOf = (field: Field): string =>
  printable(field.get('name').text() ?? field.get('id').text() ?? 'unnamed', 100);

const serviceOf = (field: Field): Service => {
  const host = field.get('host').text();
  const url = field.get('url').text();
  const upstream =
    url ??
    (host === null ? null : `${field.get('protocol').text() ?? 'http'}://${host}:${field.get('port').text() ?? '80'}`);
  return { keys: keysOf(field), name: nameOf(field), upstream: upstream === null ? null : printable(upstream) };
};

/** `service: { id }` of the Admin API, `service: name` or `service: { name }` of decK. */
const referred = (field: Field): string | null => {
  if (field.kind !== 'map') return field.text();
  return field.get('id').text() ?? field.get('name').text() ?? field.get('username').text();
};

const routeOf = ({ field, service }: Found): Route => {
  const protocols = field.get('protocols').texts();
  return {
    ...{ keys: keysOf(field), name: nameOf(field), service: service ?? referred(field.get('service')) },
    hosts: field
      .get('hosts')
      .texts()
      .map((host) => printable(host)),
    paths: field
      .get('paths')
      .texts()
      .map((path) => printable(path)),
    // What the Admin API fills in.
    protocols: protocols.length > 0 ? protocols : ['http', 'https'],
    at: { ...field.at(), object: `route ${nameOf(field)}` },
  };
};

const pluginOf = ({ field, service, route, consumer }: Found): Plugin => ({
  name: field.get('name').text() ?? '',
  isOn: field.get('enabled').boolean() !== false,
  // One that stands in a route belongs to the route alone.
  service: route !== null ? null : (service ?? referred(field.get('service'))),
  route: route ?? referred(field.get('route')),
  consumer: consumer ?? referred(field.get('consumer')),
  config: field.get('config'),
  field,
});

const consumerOf = (field: Field): Consumer => ({
  keys: keysOf(field),
  name: printable(field.get('username').text() ?? field.get('custom_id').text() ?? 'unnamed'),
  matched: ['username', 'custom_id'].flatMap((name) => field.get(name).text() ?? []).map((text) => printable(text)),
  hasCredentials: field.get('mtls_auth_credentials').items().length > 0,
});
