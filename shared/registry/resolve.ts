/** Resolves a registry document: applies every default and makes every path absolute. */
import { dirname, resolve } from 'node:path';
import type { ConfigurationSource } from '../model/configuration-source.ts';
import { parseDuration } from '../model/duration.ts';
import type {
  CrlSource,
  Endpoint,
  Identity,
  MonitorSettings,
  Registry,
  Schedule,
  TrustBundleSource,
  Vantage,
} from '../model/registry.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import type { RegistryDocument } from './registry-document.ts';
import { remindAfter, resolveEndpoint, resolveExpiry, settleAfter } from './resolve-endpoint.ts';
import { withSiblings } from './siblings.ts';

type Section<K extends keyof RegistryDocument> = NonNullable<RegistryDocument[K]>[string &
  keyof NonNullable<RegistryDocument[K]>];

const DEFAULT_SCHEDULE: Schedule = { enforcement: 5 * MINUTE, isolation: HOUR, certificates: HOUR };

/** `document` must be validated; `file` is its absolute path. */
export function resolveRegistry(document: RegistryDocument, file: string): Registry {
  const defaults = document.defaults ?? {};
  const absolute = (path: string) => resolve(dirname(file), path);
  const endpoints = document.endpoints.map((endpoint) => resolveEndpoint(endpoint, document));
  const owners = ownersOf(endpoints);
  return {
    monitor: monitorSettings(document.monitor),
    schedules: resolveSchedules(document),
    trustBundles: {
      public: { kind: 'system' },
      ...mapped(document.trustBundles, (each) => trustBundle(each, absolute)),
    },
    identities: mapped(document.identities, (each, name) => ({
      ...identity(name, each, absolute),
      ...ownerOf(each.owner, owners.get(name)),
    })),
    vantages: mapped({ default: {}, ...document.vantages }, vantage),
    ...sourcesOf(document.sources, absolute),
    endpoints: withSiblings(endpoints),
    expiry: resolveExpiry(defaults.expiry),
    settleAfter: settleAfter(defaults),
    remindAfter: remindAfter(defaults),
  };
}

/** The owners of the endpoints that admit an identity, by its name. */
const ownersOf = (
  endpoints: readonly Pick<Endpoint, 'admits' | 'owner'>[],
): ReadonlyMap<string, Set<string | null>> => {
  const owners = new Map<string, Set<string | null>>();
  for (const { admits, owner } of endpoints)
    for (const name of admits) owners.set(name, (owners.get(name) ?? new Set()).add(owner));
  return owners;
};

/** Its own, else the one that all endpoints have which admit it. Those of several owners are told by what it makes blind. */
const ownerOf = (own: string | undefined, owners: ReadonlySet<string | null> = new Set()): Pick<Identity, 'owner'> => {
  const [only = null] = owners.size === 1 ? owners : [];
  const owner = own ?? only;
  return owner === null ? {} : { owner };
};

const monitorSettings = (monitor: RegistryDocument['monitor']): MonitorSettings => ({
  metrics: monitor?.metrics ?? null,
  email: monitor?.notify?.email ?? [],
  ...(monitor?.name !== undefined && { name: monitor.name }),
  ...(monitor?.runbook !== undefined && { runbook: monitor.runbook }),
  ...(monitor?.budget !== undefined && { budget: monitor.budget }),
  ...(monitor?.denyPrivate === true && {
    addresses: { denyPrivate: true, allowAddresses: monitor.allowAddresses ?? [] },
  }),
});

/** Adds the schedule `default` to the named ones only if an endpoint uses it: runs of a schedule without endpoints would do nothing. */
function resolveSchedules({ schedules, defaults, endpoints }: RegistryDocument): Registry['schedules'] {
  const named = mapped(
    schedules,
    (each): Schedule => ({
      enforcement: parseDuration(each.enforcement) ?? 0,
      isolation: parseDuration(each.isolation) ?? 0,
      certificates: parseDuration(each.certificates) ?? 0,
    }),
  );
  const used = endpoints.some(({ schedule }) => (schedule ?? defaults?.schedule ?? 'default') === 'default');
  return used || Object.keys(named).length === 0 ? { default: DEFAULT_SCHEDULE, ...named } : named;
}

const trustBundle = (source: Section<'trustBundles'>, absolute: (path: string) => string): TrustBundleSource => {
  const crls = source.crls?.map(
    (crl): CrlSource => ('url' in crl ? { kind: 'url', url: crl.url } : { kind: 'file', file: absolute(crl.file) }),
  );
  const common = crls === undefined ? {} : { crls };
  if ('secret' in source) return { kind: 'secret', secret: source.secret, ...common };
  return 'file' in source ? { kind: 'file', file: absolute(source.file), ...common } : { kind: 'system', ...common };
};

const identity = (name: string, document: Section<'identities'>, absolute: (path: string) => string): Identity => ({
  name,
  source:
    'secret' in document
      ? { kind: 'secret', secret: document.secret }
      : {
          kind: 'files',
          certificate: absolute(document.certificate),
          privateKey: absolute(document.privateKey),
        },
  passphrase: document.passphrase ?? null,
  principal: document.principal ?? null,
  fault: document.fault ?? null,
  ...(document.like === undefined ? {} : { like: document.like }),
});

const sourcesOf = (
  sources: RegistryDocument['sources'],
  absolute: (path: string) => string,
): Pick<Registry, 'sources'> =>
  sources === undefined ? {} : { sources: mapped(sources, (each, name) => configurationSource(name, each, absolute)) };

const configurationSource = (
  name: string,
  document: Section<'sources'>,
  absolute: (path: string) => string,
): ConfigurationSource => {
  const common = { name, maxAge: parseDuration(document.maxAge ?? '1d') ?? DAY, ignore: document.ignore ?? [] };
  if ('files' in document) return { ...common, from: { kind: 'files', files: document.files.map(absolute) } };
  if ('opa' in document) return { ...common, from: { kind: 'opa', url: document.opa, token: document.token ?? null } };
  return { ...common, from: 'aws' in document ? { kind: 'aws', services: document.aws } : { kind: 'export' } };
};

const vantage = (document: Section<'vantages'>): Vantage => ({
  vpcId: document.vpcId ?? null,
  availabilityZones: document.availabilityZones ?? [],
  subnetIds: document.subnetIds ?? [],
  securityGroupIds: document.securityGroupIds ?? [],
  ...(document.vpcEndpoints !== undefined && { vpcEndpoints: document.vpcEndpoints }),
  ...(document.routeTableIds !== undefined && { routeTableIds: document.routeTableIds }),
  ...(document.ipv6 === true && { ipv6: true }),
});

const mapped = <A, B>(section: Readonly<Record<string, A>> | undefined, to: (value: A, name: string) => B) =>
  Object.fromEntries(Object.entries(section ?? {}).map(([name, value]) => [name, to(value, name)]));
