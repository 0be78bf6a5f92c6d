/** AuthorizationPolicies that are for a workload, as the admission of a claim (istio.io/latest/docs/reference/config/security/authorization-policy). */

import type { Admission } from '../../../model/admission.ts';
import type { Said, Unread } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { annotationOf, type ObjectDocument, qualifiedName } from '../../kubernetes-objects.ts';
import { isCompatible, isSubset, type Labels, selectorIn } from './istio-labels.ts';
import { type PolicyRule, policyRuleIn, type RuleUse, rulesOf } from './istio-rules.ts';
import type { Dataplane } from './istio-workloads.ts';

type Target = { readonly kind: string; readonly name: string };
export type AdmissionPolicy = {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Labels | null;
  readonly targets: readonly Target[];
  readonly action: 'ALLOW' | 'DENY' | 'CUSTOM' | 'AUDIT';
  readonly provider: string | null;
  readonly isDryRun: boolean;
  readonly rules: readonly PolicyRule[];
  readonly at: Place;
  readonly unread: readonly Unread[];
};

/** `trustDomains`: of the mesh. Throws `DamagedField`. */
export const admissionPolicyIn = (document: ObjectDocument, trustDomains: readonly string[]): AdmissionPolicy => {
  const { root, object } = document;
  const spec = root.get('spec');
  const namespace = object.namespace ?? 'default';
  const targets = [spec.get('targetRef'), ...spec.get('targetRefs').items()].filter(({ isThere }) => isThere);
  const policy = {
    ...{ name: qualifiedName(object), namespace, at: root.at() },
    selector: selectorIn(spec.get('selector')),
    targets: targets.map(targetIn),
    action: spec.get('action').oneOf(['ALLOW', 'DENY', 'CUSTOM', 'AUDIT']) ?? 'ALLOW',
    provider: spec.get('provider', 'name').text(),
    isDryRun: annotationOf(document, 'istio.io/dry-run') === 'true',
    rules: spec
      .get('rules')
      .items()
      .map((rule) => policyRuleIn(rule, { trustDomains, namespace })),
  };
  return { ...policy, unread: spec.isThere ? spec.unread() : [] };
};

const targetIn = (target: Field): Target => {
  target.get('group').text();
  return { kind: target.get('kind').text() ?? '', name: target.get('name').text() ?? '' };
};

/** Whom a policy may be for. `service`: its name, for those that a waypoint enforces. */
export type Admitted = {
  readonly rootNamespace: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Whether the workload has no other labels. */
  readonly isWhole: boolean;
  readonly service: string | null;
  readonly waypoint: string | null;
  readonly dataplane: Dataplane;
  readonly port: number | null;
  readonly isOpaque: boolean;
};

type Scope = 'connections' | 'requests' | 'ztunnel' | null;
/** By whom it is enforced there, and what that one sees; null: by nobody. */
const enforcedBy = (policy: AdmissionPolicy, to: Admitted): Scope => {
  if (policy.namespace !== to.namespace && policy.namespace !== to.rootNamespace) return null;
  if (policy.targets.length > 0) return to.dataplane !== 'sidecar' && isTarget(policy, to) ? 'requests' : null;
  if (policy.selector !== null && !isSelectedBy(policy.selector, to)) return null;
  if (to.dataplane === 'ambient') return 'ztunnel';
  return to.isOpaque ? 'connections' : 'requests';
};

/** Or may be: of labels that are not known. */
const isSelectedBy = (selector: Labels, { labels, isWhole }: Admitted): boolean =>
  isSubset(selector, labels) || (!isWhole && isCompatible(selector, labels));
const isSure = ({ selector, targets }: AdmissionPolicy, { labels }: Admitted): boolean =>
  targets.length > 0 || selector === null || isSubset(selector, labels);

/** Only a waypoint enforces what has a target (`ShouldAttachPolicy`, pilot/pkg/model/policyattachment.go). */
const isTarget = ({ targets, namespace }: AdmissionPolicy, to: Admitted): boolean =>
  targets.some(
    ({ kind, name }) =>
      to.waypoint !== null &&
      ((namespace === to.namespace &&
        ((kind === 'Service' && name === to.service) || (kind === 'Gateway' && name === to.waypoint))) ||
        (kind === 'GatewayClass' && namespace === to.rootNamespace)),
  );

const EFFECTS = { ALLOW: 'admit', DENY: 'refuse', CUSTOM: 'ask' } as const;

export type AdmissionFound = {
  readonly admission: Said<Admission>;
  readonly notes: readonly string[];
  readonly unread: readonly Unread[];
};

/** `at`: where the endpoint is. Unsaid where the source has no AuthorizationPolicy at all: then they may not have been exported. */
export const admissionOf = (policies: readonly AdmissionPolicy[], to: Admitted, at: Place): AdmissionFound => {
  if (policies.length === 0) return { admission: null, notes: [], unread: [] };
  const own = policies.flatMap((policy) => {
    const sees = enforcedBy(policy, to);
    return sees === null ? [] : [{ policy, sees }];
  });
  const live = own.filter(({ policy, sees }) => isEnforced(policy, sees));
  const rules = live.flatMap(({ policy, sees }) =>
    policy.rules
      .flatMap((rule) => rulesOf(rule, useOf(policy, sees, to.port)))
      .map((rule) => (isSure(policy, to) ? rule : { ...rule, unread: [...rule.unread, 'spec.selector'] })),
  );
  const allowing = live.filter(({ policy }) => policy.action === 'ALLOW');
  const allow = allowing.find(({ policy }) => isSure(policy, to))?.policy;
  const otherwise = allow !== undefined ? 'refuse' : allowing.length > 0 ? 'unsaid' : 'admit';
  const because =
    allow === undefined && allowing.length > 0
      ? `whether the policy ${allowing[0]?.policy.name} is for it is not in the source`
      : allow === undefined
        ? 'no policy with the action ALLOW is for it: whom none refuses is admitted'
        : `the policy ${allow.name} has the action ALLOW: whom no such policy admits is refused`;
  return {
    admission: said({ rules, otherwise }, allow?.at ?? own[0]?.policy.at ?? at, because),
    notes: [...own.flatMap(({ policy, sees }) => noteOn(policy, sees)), ...severalAuthorizers(live)],
    unread: own.flatMap(({ policy }) => policy.unread),
  };
};

/** istiod asks one, and refuses what the policies of the others match (pilot/pkg/security/authz/builder). */
const severalAuthorizers = (live: readonly { readonly policy: AdmissionPolicy }[]): readonly string[] => {
  const custom = live.filter(({ policy }) => policy.action === 'CUSTOM');
  return new Set(custom.map(({ policy }) => policy.provider)).size > 1
    ? [
        'Its AuthorizationPolicies ask different authorizers: Istio asks one of them, and refuses what the others’ rules match.',
      ]
    : [];
};

const useOf = ({ action }: AdmissionPolicy, sees: NonNullable<Scope>, port: number | null): RuleUse => ({
  effect: action === 'AUDIT' ? 'admit' : EFFECTS[action],
  ...{ port, sees },
});

/** ztunnel knows ALLOW and DENY only (serviceregistry/ambient/authorization.go). */
const isEnforced = ({ action, isDryRun }: AdmissionPolicy, sees: Scope): boolean =>
  !isDryRun && action !== 'AUDIT' && !(sees === 'ztunnel' && action === 'CUSTOM');

const noteOn = ({ name, action, provider, isDryRun, rules }: AdmissionPolicy, sees: Scope): readonly string[] => {
  if (isDryRun) return [`AuthorizationPolicy ${name} is a dry run: it refuses nobody.`];
  if (action === 'AUDIT') return [`AuthorizationPolicy ${name} only audits: it refuses nobody.`];
  if (action === 'CUSTOM')
    return sees === 'ztunnel'
      ? [`AuthorizationPolicy ${name} has no effect: ztunnel does not know the action CUSTOM.`]
      : [
          `AuthorizationPolicy ${name} asks ${provider ?? 'an external authorizer'}, whose answer the source does not have.`,
        ];
  const looksAtRequests = rules.some(({ sources, operations, when }) =>
    [...sources, ...operations, when].flat().some(({ http }) => http),
  );
  if (sees === 'requests' || !looksAtRequests) return [];
  const who = sees === 'ztunnel' ? 'ztunnel' : 'a port that is not HTTP';
  return action === 'ALLOW'
    ? [`AuthorizationPolicy ${name} admits fewer than it says: its rules about requests have no effect at ${who}.`]
    : [`AuthorizationPolicy ${name} has its conditions on requests left out at ${who}.`];
};
