/** trust-manager’s Bundles, and the ConfigMaps that it writes (cert-manager.io/docs/trust/trust-manager/api-reference): which CAs are trusted, and whether every namespace has them. */
import type { Authority, CertificateClaim } from '../../model/claim.ts';
import { certificateOf, readEach } from '../claim-of.ts';
import type { SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { isObjectOf, type ObjectDocument, objectsOf } from '../kubernetes-objects.ts';
import { authorityOf, certificatesIn } from '../pem-field.ts';
import { printable } from '../printable.ts';
import type { Reader } from '../reader.ts';

const GROUP = 'trust.cert-manager.io';
/** Of the ConfigMaps that a Bundle is written to. */
const LABEL = 'trust.cert-manager.io/bundle';

const isTarget = (document: SourceDocument): boolean =>
  isObjectOf(document, '', ['ConfigMap']) && document.object.labels[LABEL] !== undefined;

export const trustManager: Reader = {
  name: 'trust-manager',
  title: 'trust-manager',
  exports: ['kubectl get bundles.trust.cert-manager.io,configmaps -A -o json'],
  isText: null,
  recognises: (document) =>
    isObjectOf(document, GROUP, ['Bundle', 'ClusterBundle']) || isObjectOf(document, '', ['ConfigMap']),
  onlyHelps: (document) => !(isObjectOf(document, GROUP) || isTarget(document)),
  read: (documents) => {
    const maps = objectsOf(documents, '', ['ConfigMap']);
    const bundles = objectsOf(documents, GROUP, ['Bundle', 'ClusterBundle']);
    const found = readEach(bundles, (bundle) => [bundleIn(bundle, maps)]);
    const named = new Set(bundles.map(({ object }) => object.name));
    const alone = readEach(
      maps.filter((map) => isTarget(map) && !named.has(map.object.labels[LABEL] ?? '')),
      targetAlone,
    );
    return {
      claims: [],
      certificates: [...found.found, ...alone.found],
      problems: [...found.problems, ...alone.problems],
    };
  },
};

const bundleIn = ({ root, object }: ObjectDocument, maps: readonly ObjectDocument[]): CertificateClaim => {
  const spec = root.get('spec');
  const sources = spec
    .get('sources')
    .items()
    .flatMap((source) => authoritiesOf(source, maps));
  const key = spec.get('target', 'configMap', 'key').text();
  const targets = maps.filter((map) => map.object.labels[LABEL] === object.name);
  const written = targets.map((map) => ({
    map,
    authorities: key === null ? [] : authoritiesIn(map.root.get('data').get(key)),
  }));
  const authorities = unique(
    written.length === 0 ? sources : [...sources, ...written.flatMap((each) => each.authorities)],
  );
  const troubles = [...notSynced(root.get('status')), ...missing(sources, written)];
  const [first] = authorities.flatMap(({ notAfter }) => notAfter ?? []).toSorted();
  return certificateOf({
    ...{ use: 'authority', name: object.name, authorities, notAfter: first ?? null, at: root.at() },
    trouble: troubles.length === 0 ? null : printable(troubles.join('; ')),
  });
};

/** A ConfigMap whose Bundle is not in the source. */
const targetAlone = ({ root, object }: ObjectDocument): readonly CertificateClaim[] => {
  const authorities = unique(
    root
      .get('data')
      .entries()
      .flatMap(([, value]) => authoritiesIn(value)),
  );
  const name = `${object.namespace ?? ''}/${object.name}`;
  return [certificateOf({ use: 'authority', name, authorities, at: root.at() })];
};

/** The CAs of one source. Of a Secret only its name is known: what stands in it is not asked for. */
const authoritiesOf = (source: Field, maps: readonly ObjectDocument[]): readonly Authority[] => {
  if (source.get('useDefaultCAs').boolean() === true)
    return [{ subject: 'the public CAs that trust-manager brings (useDefaultCAs)', sha256: null, notAfter: null }];
  const name = source.get('configMap', 'name').text();
  const key = source.get('configMap', 'key').text();
  const map = maps.find(({ object }) => object.name === name && object.labels[LABEL] === undefined);
  const secret = source.get('secret', 'name').text();
  const inSecret =
    secret === null ? [] : [{ subject: printable(`what the Secret ${secret} holds`), sha256: null, notAfter: null }];
  return [
    ...authoritiesIn(source.get('inLine')),
    ...(map === undefined || key === null ? [] : authoritiesIn(map.root.get('data').get(key))),
    ...inSecret,
  ];
};

const authoritiesIn = (field: Field): readonly Authority[] => certificatesIn(field).map(authorityOf);

const unique = (authorities: readonly Authority[]): Authority[] => [
  ...new Map(authorities.map((each) => [each.sha256 ?? each.subject, each])).values(),
];

const notSynced = (status: Field): readonly string[] => {
  const synced = status
    .get('conditions')
    .items()
    .find((condition) => condition.get('type').text() === 'Synced');
  if (synced === undefined || synced.get('status').text() === 'True') return [];
  return [
    `it is not synced: ${synced.get('reason').text() ?? 'no reason given'}: ${synced.get('message').text() ?? ''}`.replace(
      /[:\s]+$/,
      '',
    ),
  ];
};

type Written = { readonly map: ObjectDocument; readonly authorities: readonly Authority[] };

/** Where a ConfigMap lacks a CA of the sources. */
const missing = (sources: readonly Authority[], written: readonly Written[]): readonly string[] =>
  sources
    .filter(({ sha256 }) => sha256 !== null)
    .flatMap(({ subject, sha256 }) => {
      const lacking = written.filter(({ authorities }) => !authorities.some((each) => each.sha256 === sha256));
      const [first] = lacking;
      const more = lacking.length > 1 ? ` and ${lacking.length - 1} more` : '';
      return first === undefined
        ? []
        : [`the namespace ${first.map.object.namespace ?? ''}${more} does not have ${subject}`];
    });
