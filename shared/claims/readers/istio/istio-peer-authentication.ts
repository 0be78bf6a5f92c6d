/**
 * PeerAuthentication: which one decides about a port of a workload. As istiod does it: `ComposePeerAuthentication` in
 * pilot/pkg/security/authn/policy_applier.go, and istio.io/latest/docs/reference/config/security/peer_authentication.
 */
import type { Unread } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { instantIn } from '../../instant-in.ts';
import { type ObjectDocument, qualifiedName } from '../../kubernetes-objects.ts';
import { isCompatible, isSubset, type Labels, selectorIn } from './istio-labels.ts';

const MODES = ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] as const;
/** UNSET inherits. */
export type StatedMode = { readonly mode: (typeof MODES)[number]; readonly at: Place };
export type PeerMode = Exclude<StatedMode['mode'], 'UNSET'>;

export type PeerPolicy = {
  readonly name: string;
  readonly namespace: string;
  /** Null: of the namespace, or of the mesh. */
  readonly selector: Labels | null;
  /** Milliseconds since 1970; infinite where the source does not say. */
  readonly created: number;
  readonly mode: StatedMode;
  /** By the workload’s port, which is a Service’s `targetPort`. */
  readonly ports: ReadonlyMap<number, StatedMode>;
  readonly unread: readonly Unread[];
};

/** Throws `DamagedField`. */
export const peerPolicyIn = ({ root, object }: ObjectDocument): PeerPolicy => {
  const spec = root.get('spec');
  const stated = (mtls: typeof spec): StatedMode => {
    const mode = mtls.get('mode');
    return { mode: mode.oneOf(MODES) ?? 'UNSET', at: mode.at() };
  };
  const policy = {
    ...{ name: qualifiedName(object), namespace: object.namespace ?? 'default' },
    selector: selectorIn(spec.get('selector')),
    created: instantIn(root.get('metadata', 'creationTimestamp')) ?? Number.POSITIVE_INFINITY,
    mode: stated(spec.get('mtls')),
    ports: new Map(
      spec
        .get('portLevelMtls')
        .entries()
        .map(([port, mtls]) => {
          if (!/^\d{1,5}$/.test(port)) throw mtls.damaged('expected a port number');
          return [Number(port), stated(mtls)] as const;
        }),
    ),
  };
  return { ...policy, unread: spec.unread() };
};

/** Where a decision comes from. `at`: null where no policy speaks. */
export type PeerDecision = {
  readonly mode: PeerMode;
  readonly at: Place | null;
  readonly because: string;
  readonly unread: readonly Unread[];
  /** Why it may be otherwise, as a clause; null where it may not. */
  readonly doubt: string | null;
};

export type PolicyScope = {
  readonly rootNamespace: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Whether the workload has no other labels than these; where it is left out, it may. */
  readonly isWhole?: boolean;
};

/** The oldest wins; of those made at once, the first by name. */
const oldest = (policies: readonly PeerPolicy[]): PeerPolicy | null =>
  policies.toSorted((a, b) => (a.created === b.created ? (a.name < b.name ? -1 : 1) : a.created - b.created))[0] ??
  null;

const chosen = (policies: readonly PeerPolicy[], { rootNamespace, namespace, labels }: PolicyScope) => {
  const within = policies.filter((policy) => policy.namespace === namespace && namespace !== rootNamespace);
  return {
    mesh: oldest(policies.filter((policy) => policy.namespace === rootNamespace && policy.selector === null)),
    ofNamespace: oldest(within.filter(({ selector }) => selector === null)),
    workload: oldest(within.filter(({ selector }) => selector !== null && isSubset(selector, labels))),
  };
};

/** `port`: of the workload; null where it is not known. Mesh, namespace, workload, port: each overrules those before it, unless it is UNSET. */
export const peerDecision = (
  policies: readonly PeerPolicy[],
  scope: PolicyScope,
  port: number | null,
): PeerDecision => {
  const { mesh, ofNamespace, workload } = chosen(policies, scope);
  const ofPort = port === null ? null : (workload?.ports.get(port) ?? null);
  const levels = [
    { stated: ofPort, because: `portLevelMtls of the policy ${workload?.name} decides for port ${port}` },
    { stated: workload?.mode ?? null, because: `the workload’s policy ${workload?.name} decides` },
    { stated: ofNamespace?.mode ?? null, because: `the namespace’s policy ${ofNamespace?.name} decides` },
    {
      stated: mesh?.mode ?? null,
      because: `the mesh’s policy ${mesh?.name} decides; ${ofNamespace === null ? 'the namespace has none of its own' : 'the namespace’s own inherits'}`,
    },
  ];
  const unread = [mesh, ofNamespace, workload].flatMap((policy) => policy?.unread ?? []);
  const rest = { unread, doubt: doubtAbout(workload, port, policies, scope) };
  for (const { stated, because } of levels)
    if (stated !== null && stated.mode !== 'UNSET') return { mode: stated.mode, at: stated.at, because, ...rest };
  const inherited = levels.find(({ stated }) => stated !== null)?.stated ?? null;
  return inherited === null
    ? {
        mode: 'PERMISSIVE',
        at: null,
        because: 'no policy of the namespace or the mesh: PERMISSIVE is the default',
        ...rest,
      }
    : { mode: 'PERMISSIVE', at: inherited.at, because: 'no policy says a mode: PERMISSIVE is the default', ...rest };
};

/** A mode of a port whose number is not known, or a policy of which the labels of the workload decide, could take less than STRICT. */
const doubtAbout = (
  workload: PeerPolicy | null,
  port: number | null,
  policies: readonly PeerPolicy[],
  scope: PolicyScope,
): string | null => {
  const isWeaker = ({ mode }: StatedMode): boolean => mode === 'PERMISSIVE' || mode === 'DISABLE';
  const ports = [...(workload?.ports.values() ?? [])];
  if (port === null && ports.some(isWeaker))
    return `which port of the workload it is is not in the source, and portLevelMtls of ${workload?.name} has ports with less than STRICT`;
  const perhaps = policies.find(
    (policy) =>
      policy.namespace !== scope.rootNamespace &&
      undecidedPolicies([policy], scope).length > 0 &&
      [policy.mode, ...policy.ports.values()].some(isWeaker),
  );
  return perhaps === undefined
    ? null
    : `whether ${perhaps.name}, which has less than STRICT, is for it is not in the source`;
};

/** Names of those that may be for the workload: their selectors ask for labels of which the source says nothing. */
export const undecidedPolicies = (
  policies: readonly { readonly name: string; readonly namespace: string; readonly selector: Labels | null }[],
  { namespace, labels, isWhole = false }: PolicyScope,
): readonly string[] =>
  policies.flatMap(({ name, selector, ...policy }) =>
    !isWhole &&
    policy.namespace === namespace &&
    selector !== null &&
    !isSubset(selector, labels) &&
    isCompatible(selector, labels)
      ? [name]
      : [],
  );
