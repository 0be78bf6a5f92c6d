/** What an Envoy’s dump, its bootstrap or `istioctl proxy-config` holds: listeners, secrets, and whose proxy it is. */
import type { ReadingProblem } from '../../../model/claim.ts';
import { readEach } from '../../claim-of.ts';
import type { DataDocument, SourceDocument } from '../../document.ts';
import type { Field } from '../../field.ts';
import { at, typeOf } from './envoy-fields.ts';
import { secretFields } from './envoy-secrets.ts';

export type Dump = {
  /** Each as it stands in its list: `activeListener` finds the listener in it. */
  readonly listeners: readonly Field[];
  readonly secrets: readonly { readonly entry: Field; readonly isWarming: boolean }[];
  /** Of a dump’s bootstrap. */
  readonly ofBootstrap: readonly Field[];
  /** `node` of the bootstrap. */
  readonly nodes: readonly Field[];
};

const hasAny = ({ root }: DataDocument, names: readonly string[]): boolean =>
  root.kind === 'map' && names.some((name) => at(root, name).isThere);

const isList = ({ root }: DataDocument): boolean =>
  root.kind === 'list' &&
  root.items().length > 0 &&
  root.items().every((item) => item.kind === 'map' && isListener(item));
const isListener = (item: Field): boolean =>
  item.get('address').kind === 'map' && (at(item, 'filter_chains').isThere || at(item, 'default_filter_chain').isThere);

/** `istioctl proxy-config bootstrap -o json`. */
const isBootstrap = ({ root }: DataDocument): boolean =>
  root.kind === 'map' && root.get('bootstrap').kind === 'map' && root.get('bootstrap').get('node').isThere;

const isConfigs = ({ root }: DataDocument): boolean =>
  root.kind === 'map' &&
  root.get('configs').kind === 'list' &&
  root
    .get('configs')
    .items()
    .some(
      (item) =>
        item.kind === 'map' &&
        /envoy\.admin\./.test(item.get('@type').kind === 'scalar' ? (item.get('@type').text() ?? '') : ''),
    );

const SECRETS = ['static_secrets', 'dynamic_active_secrets', 'dynamic_warming_secrets'];

export const isDump = (document: SourceDocument): document is DataDocument =>
  document.kind === 'data' &&
  document.object === null &&
  (isConfigs(document) ||
    hasAny(document, ['static_resources', ...SECRETS]) ||
    isBootstrap(document) ||
    (document.root.kind === 'map' && isListener(document.root)) ||
    isList(document));

const NOTHING: Dump = { listeners: [], ofBootstrap: [], secrets: [], nodes: [] };

/** Of the documents of one file. A part that is damaged is a problem, and the others are there. */
export const dumpOf = (
  documents: readonly DataDocument[],
): { readonly dump: Dump; readonly problems: readonly ReadingProblem[] } => {
  const { found, problems } = readEach(documents.flatMap(partsOf), ({ field, read }) => [read(field)]);
  const listeners = found.flatMap((part) => part.listeners);
  const ofBootstrap = found.flatMap((part) => part.ofBootstrap);
  const dump = {
    // The listeners of a dump’s bootstrap stand in the listeners’ own part again.
    listeners: listeners.length > 0 ? listeners : ofBootstrap,
    ofBootstrap,
    secrets: found.flatMap(({ secrets }) => secrets),
    nodes: found.flatMap(({ nodes }) => nodes),
  };
  return { dump, problems };
};

type Part = { readonly field: Field; readonly read: (field: Field) => Dump };
const partsOf = ({ root }: DataDocument): readonly Part[] => {
  if (root.kind === 'list') return [{ field: root, read: (list) => ({ ...NOTHING, listeners: list.items() }) }];
  const configs = root.get('configs');
  if (configs.kind === 'list') return configs.items().map((field) => ({ field, read: ofConfig }));
  if (at(root, 'static_resources').isThere) return [{ field: root, read: bootstrapOf }];
  if (root.get('bootstrap').isThere) return [{ field: root, read: ofConfig }];
  if (isListener(root)) return [{ field: root, read: (listener) => ({ ...NOTHING, listeners: [listener] }) }];
  return [{ field: root, read: (dump) => ({ ...NOTHING, secrets: secretFields(dump) }) }];
};

const bootstrapOf = (bootstrap: Field): Dump => {
  const resources = at(bootstrap, 'static_resources');
  return {
    ...NOTHING,
    listeners: resources.get('listeners').items(),
    secrets: resources
      .get('secrets')
      .items()
      .map((entry) => ({ entry, isWarming: false })),
    nodes: [bootstrap.get('node')].filter(({ isThere }) => isThere),
  };
};

/** A dump of `?resource=` has the resources themselves, without the part around them. */
const ofConfig = (config: Field): Dump => {
  const type = typeOf(config);
  if (type === 'BootstrapConfigDump' || config.get('bootstrap').isThere) {
    const { listeners, ...bootstrap } = bootstrapOf(config.get('bootstrap'));
    return { ...bootstrap, listeners: [], ofBootstrap: listeners };
  }
  if (type === 'ListenersConfigDump')
    return {
      ...NOTHING,
      listeners: [...at(config, 'static_listeners').items(), ...at(config, 'dynamic_listeners').items()],
    };
  if (type === 'SecretsConfigDump') return { ...NOTHING, secrets: secretFields(config) };
  if (['StaticListener', 'DynamicListener', 'Listener'].includes(type)) return { ...NOTHING, listeners: [config] };
  return ['StaticSecret', 'DynamicSecret', 'Secret'].includes(type)
    ? { ...NOTHING, secrets: [{ entry: config, isWarming: false }] }
    : NOTHING;
};

/** What is at work: a listener that only warms up serves nobody yet. */
export const activeListener = (entry: Field): readonly Field[] => {
  const own = entry.get('listener');
  const state = at(entry, 'active_state');
  if (own.isThere) return [own];
  if (state.isThere) return [state.get('listener')];
  const isWaiting = ['warming_state', 'draining_state', 'error_state'].some((name) => at(entry, name).isThere);
  return isWaiting ? [] : [entry];
};
