/** Traefik’s entry points, routers, middlewares and TLS options, from files of its file provider, its static configuration, `/api/rawdata` and objects of Kubernetes (doc.traefik.io/traefik). */

import type { ReadingProblem } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { readEach } from '../../claim-of.ts';
import type { DataDocument, KubernetesObject, SourceDocument } from '../../document.ts';
import type { Field } from '../../field.ts';
import { portOfText } from '../../port-text.ts';
import { printable } from '../../printable.ts';

export type Router = {
  readonly name: string;
  readonly kind: 'http' | 'tcp';
  readonly rule: string;
  readonly entryPoints: readonly string[];
  /** Null without TLS of its own; then its entry point’s counts. */
  readonly tls: { readonly options: string | null; readonly isPassedOn: boolean } | null;
  readonly service: string | null;
  readonly middlewares: readonly string[];
  readonly at: Place;
};
export type EntryPoint = { readonly port: number | null; readonly tls: { readonly options: string | null } | null };
export type Parts = {
  readonly routers: readonly Router[];
  /** Fields of `tls.options`, by name. */
  readonly options: ReadonlyMap<string, Field>;
  readonly middlewares: ReadonlyMap<string, Field>;
  readonly entryPoints: ReadonlyMap<string, EntryPoint>;
  readonly problems: readonly ReadingProblem[];
};

const GROUPS = ['traefik.io', 'traefik.containo.us'];
const KINDS = ['TLSOption', 'IngressRoute', 'IngressRouteTCP', 'Middleware'];

export const isOwn = (document: SourceDocument): document is DataDocument => {
  if (document.kind !== 'data' || document.root.kind !== 'map') return false;
  const { object, root } = document;
  if (object !== null) return GROUPS.includes(object.group) && KINDS.includes(object.kind);
  const isMapOf = (parent: Field, ...names: readonly [string, ...string[]]): boolean =>
    parent.kind === 'map' && names.some((name) => parent.get(name).kind === 'map');
  return (
    isMapOf(root.get('http'), 'routers', 'middlewares') ||
    isMapOf(root.get('tcp'), 'routers') ||
    isMapOf(root.get('tls'), 'options') ||
    root.get('entryPoints').kind === 'map' ||
    (root.get('routers').kind === 'map' && root.get('services').kind === 'map')
  );
};

/** `strict@file` → `strict`; of Kubernetes `payments-strict@kubernetescrd`. */
export const plainName = (name: string): string => name.replace(/@.*$/s, '');

export const partsIn = (documents: readonly DataDocument[]): Parts => {
  const files = documents.filter(({ object }) => object === null).map(({ root }) => root);
  const objects = documents.filter(({ object }) => object !== null);
  const ofKind = (...kinds: readonly string[]) => objects.filter(({ object }) => kinds.includes(object?.kind ?? ''));
  const routers = readEach(
    files.flatMap((root) => [
      ...[...root.get('http', 'routers').entries(), ...root.get('routers').entries()].map((entry) => ({
        entry,
        kind: 'http' as const,
      })),
      ...[...root.get('tcp', 'routers').entries(), ...root.get('tcpRouters').entries()].map((entry) => ({
        entry,
        kind: 'tcp' as const,
      })),
    ]),
    ({ entry: [name, field], kind }) => [routerOf(name, field, kind)],
  );
  const ingress = readEach(ofKind('IngressRoute', 'IngressRouteTCP'), ingressRouters);
  const entryPoints = readEach(
    files.flatMap((root) => root.get('entryPoints').entries()),
    ([name, field]) => [[name, entryPointOf(field)] as const],
  );
  const options = [
    ...files.flatMap((root) => root.get('tls', 'options').entries()),
    // The one called default counts wherever it is.
    ...ofKind('TLSOption').map(
      ({ object, root }) => [object?.name === 'default' ? 'default' : qualifiedName(object), root.get('spec')] as const,
    ),
  ];
  return {
    routers: [...routers.found, ...ingress.found],
    options: new Map(options),
    middlewares: new Map([
      ...files.flatMap((root) => root.get('http', 'middlewares').entries()),
      ...ofKind('Middleware').map(({ object, root }) => [qualifiedName(object), root.get('spec')] as const),
    ]),
    entryPoints: new Map(entryPoints.found),
    problems: [...routers.problems, ...ingress.problems, ...entryPoints.problems],
  };
};

const qualifiedName = (object: KubernetesObject | null): string =>
  `${object?.namespace ?? 'default'}-${object?.name ?? ''}`;

const routerOf = (name: string, field: Field, kind: Router['kind']): Router => {
  const tls = field.get('tls');
  const isTls = tls.kind === 'map' || (tls.kind === 'scalar' && tls.boolean() === true);
  const isMap = tls.kind === 'map';
  return {
    ...{ kind, name: printable(name, 100), rule: field.get('rule').text() ?? '' },
    entryPoints: field.get('entryPoints').texts(),
    tls: isTls
      ? {
          options: isMap ? tls.get('options').text() : null,
          isPassedOn: isMap && tls.get('passthrough').boolean() === true,
        }
      : null,
    service: field.get('service').text(),
    middlewares: field.get('middlewares').texts().map(plainName),
    at: { ...field.at(), object: `router ${printable(name, 100)}` },
  };
};

/** Each route of an IngressRoute is a router. */
const ingressRouters = ({ root, object }: DataDocument): readonly Router[] => {
  const spec = root.get('spec');
  const tls = spec.get('tls');
  const namespace = object?.namespace ?? 'default';
  const qualified = (field: Field): string | null => {
    const name = field.get('name').text();
    if (name === null) return null;
    return name === 'default' ? name : `${field.get('namespace').text() ?? namespace}-${name}`;
  };
  const isTls = tls.kind === 'map';
  return spec
    .get('routes')
    .items()
    .map((route) => ({
      ...{
        name: printable(`${namespace}/${object?.name ?? ''}`),
        rule: route.get('match').text() ?? '',
        at: route.at(),
      },
      kind: object?.kind === 'IngressRouteTCP' ? ('tcp' as const) : ('http' as const),
      entryPoints: spec.get('entryPoints').texts(),
      tls: isTls
        ? { options: qualified(tls.get('options')), isPassedOn: tls.get('passthrough').boolean() === true }
        : null,
      service: route.get('services').items()[0]?.get('name').text() ?? null,
      middlewares: route
        .get('middlewares')
        .items()
        .flatMap((each) => qualified(each) ?? []),
    }));
};

/** Of `:443/tcp`. */
const entryPointOf = (field: Field): EntryPoint => {
  const port = /:(\d+)(\/tcp|\/udp)?$/.exec(field.get('address').text() ?? '')?.[1];
  const tls = field.get('http', 'tls');
  return {
    port: portOfText(port ?? ''),
    tls: tls.isThere ? { options: tls.kind === 'map' ? tls.get('options').text() : null } : null,
  };
};
