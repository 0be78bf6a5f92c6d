/** The mesh’s own configuration: `mesh` in the ConfigMap `istio`, and `meshConfig` of an IstioOperator (istio.io/latest/docs/reference/config/istio.mesh.v1alpha1). */
import type { Place } from '../../../model/place.ts';
import { treesOf } from '../../document-tree.ts';
import { Field } from '../../field.ts';
import type { ObjectDocument } from '../../kubernetes-objects.ts';

export type MeshConfig = {
  /** Its policies are for the whole mesh. */
  readonly rootNamespace: string;
  /** The trust domain first, then its aliases; empty where the source does not say. */
  readonly trustDomains: readonly string[];
  /** Whether sidecars use mutual TLS by themselves wherever the server can; the default since 1.5. */
  readonly autoMtls: boolean;
  /** `authPolicy: MUTUAL_TLS`, until 1.4. */
  readonly authPolicy: { readonly mutual: boolean; readonly at: Place } | null;
};

export const DEFAULT_MESH: MeshConfig = {
  ...{ rootNamespace: 'istio-system', trustDomains: [], autoMtls: true, authPolicy: null },
};

/** `istio`, or `istio-canary` of a revision. */
export const isMeshConfig = ({ object, root }: ObjectDocument): boolean =>
  (object.kind === 'ConfigMap' &&
    /^istio(-|$)/.test(object.name) &&
    root.kind === 'map' &&
    root.get('data').kind === 'map' &&
    root.get('data').get('mesh').isThere) ||
  object.kind === 'IstioOperator';

/** Throws `DamagedField`. */
export const meshConfigIn = ({ root, object }: ObjectDocument): MeshConfig => {
  const text = root.get('data', 'mesh');
  const config =
    object.kind === 'IstioOperator' ? root.get('spec', 'meshConfig') : parsed(text, `${object.kind} ${object.name}`);
  const at = config.get('authPolicy').isThere ? text.at() : root.at();
  const authPolicy = config.get('authPolicy').text();
  const trustDomain = config.get('trustDomain').text();
  const aliases = config.get('trustDomainAliases').texts();
  return {
    rootNamespace: config.get('rootNamespace').text() ?? DEFAULT_MESH.rootNamespace,
    trustDomains: trustDomain === null ? aliases : [trustDomain, ...aliases],
    autoMtls: config.get('enableAutoMtls').boolean() ?? true,
    authPolicy: authPolicy === null ? null : { mutual: authPolicy === 'MUTUAL_TLS', at },
  };
};

/** The YAML that stands as one text in a ConfigMap. Its lines are not the file’s. */
const parsed = (text: Field, object: string): Field => {
  const { trees, damage } = treesOf(text.text() ?? '');
  const [broken] = damage;
  if (broken !== undefined) throw text.damaged(`its line ${broken.line}: ${broken.message}`);
  return new Field(trees[0] ?? null, { file: text.at().file, lineAt: null, object }, text.path);
};
