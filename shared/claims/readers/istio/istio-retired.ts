/**
 * `Policy` and `MeshPolicy` of authentication.istio.io, and `authPolicy: MUTUAL_TLS`: what decided until Istio 1.5
 * (archive.istio.io/v1.4/docs/reference/config/security/istio.authentication.v1alpha1). Since 1.6 nothing reads them.
 */
import type { Unread } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import type { Field } from '../../field.ts';
import { type ObjectDocument, qualifiedName } from '../../kubernetes-objects.ts';
import type { MeshConfig } from './istio-mesh-config.ts';
import type { PeerDecision, PeerMode } from './istio-peer-authentication.ts';

type Target = { readonly service: string; readonly ports: readonly (string | number)[] };
export type RetiredPolicy = {
  readonly name: string;
  /** Null: a MeshPolicy. */
  readonly namespace: string | null;
  /** Empty: the namespace’s. */
  readonly targets: readonly Target[];
  readonly mode: PeerMode;
  readonly at: Place;
  readonly unread: readonly Unread[];
};

/** Throws `DamagedField`. */
export const retiredPolicyIn = ({ root, object }: ObjectDocument): RetiredPolicy => {
  const spec = root.get('spec');
  const { mode, at } = modeIn(spec);
  const targets = spec
    .get('targets')
    .items()
    .map((target) => ({ service: target.get('name').text() ?? '', ports: target.get('ports').items().map(portIn) }));
  return {
    name: qualifiedName(object),
    namespace: object.kind === 'MeshPolicy' ? null : (object.namespace ?? 'default'),
    ...{ targets, mode, at },
    unread: spec.unread(),
  };
};

const portIn = (port: Field): string | number => port.get('number').port() ?? port.get('name').text() ?? '';

/** Without `mtls` among its peers a policy asks for no certificate; `mtls: {}` asks for one of everybody. */
const modeIn = (spec: Field): { readonly mode: PeerMode; readonly at: Place } => {
  const isOptional = spec.get('peerIsOptional').boolean() ?? false;
  for (const peer of spec.get('peers').items()) {
    // `- mtls:` with nothing behind it is one, too: it is there, and null.
    if (!peer.entries().some(([name]) => name === 'mtls')) continue;
    const mtls = peer.get('mtls');
    const mode = mtls.isThere ? (mtls.get('mode').oneOf(['STRICT', 'PERMISSIVE']) ?? 'STRICT') : 'STRICT';
    const allowsTls = mtls.isThere && (mtls.get('allowTls').boolean() ?? false);
    return { mode: isOptional || allowsTls ? 'PERMISSIVE' : mode, at: peer.at() };
  }
  return { mode: 'DISABLE', at: spec.at() };
};

export type RetiredScope = {
  readonly namespace: string;
  readonly service: string | null;
  readonly port: number | null;
  readonly portName: string | null;
};

/** The service’s policy overrules the namespace’s, that one the mesh’s; without any, nobody is asked. */
export const retiredDecision = (
  policies: readonly RetiredPolicy[],
  { authPolicy }: MeshConfig,
  { namespace, service, port, portName }: RetiredScope,
): PeerDecision => {
  const own = policies.filter((policy) => policy.namespace === namespace);
  const names = ({ ports, ...target }: Target) =>
    target.service === service &&
    (ports.length === 0 || ports.some((each) => each === port || (portName !== null && each === portName)));
  const policy =
    own.find(({ targets }) => targets.some(names)) ??
    own.find(({ targets }) => targets.length === 0) ??
    policies.find((each) => each.namespace === null);
  if (policy !== undefined) {
    const whose = policy.targets.length > 0 ? 'service' : policy.namespace === null ? 'mesh' : 'namespace';
    const because = `the ${whose}’s policy ${policy.name} decides, in a form that Istio reads no more since 1.6`;
    return { mode: policy.mode, at: policy.at, because, unread: policy.unread, doubt: null };
  }
  return authPolicy?.mutual
    ? {
        mode: 'STRICT',
        at: authPolicy.at,
        because: 'authPolicy is MUTUAL_TLS, which Istio reads no more since 1.5',
        ...{ unread: [], doubt: null },
      }
    : {
        mode: 'DISABLE',
        at: authPolicy?.at ?? null,
        because: 'no policy of authentication.istio.io is for it',
        ...{ unread: [], doubt: null },
      };
};
