/** Cilium: its network policies with mutual authentication, and the flows that Hubble saw. */

import type { Claim } from '../../model/claim.ts';
import { claimOf, readEach, said } from '../claim-of.ts';
import type { DataDocument, SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { isObjectOf, type ObjectDocument, objectsOf, qualifiedName } from '../kubernetes-objects.ts';
import { checkSelector, isSelected, portsOf, type ServicePort, selectorText } from '../mesh-services.ts';
import { portOfText } from '../port-text.ts';
import { printable } from '../printable.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { checkRule, type IngressRule, ingressRule, isForPort, portsNamed, rulesFor } from './cilium-rules.ts';
import { claimsOfFlows, isFlow } from './hubble-flows.ts';

const GROUP = 'cilium.io';
const KINDS = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'];
const NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';

export const cilium: Reader = {
  name: 'cilium',
  title: 'Cilium',
  exports: [
    'kubectl get ciliumnetworkpolicies,ciliumclusterwidenetworkpolicies,services -A -o json',
    'hubble observe --last 1000 -o json',
  ],
  isText: null,
  recognises: (document) => isObjectOf(document, GROUP, KINDS) || isFlow(document) || isService(document),
  onlyHelps: (document) => isService(document),
  read: (documents, context) => {
    const flows = claimsOfFlows(
      documents.filter((each): each is DataDocument => isFlow(each)).map(({ root }) => root),
      context,
    );
    const policies = readEach(objectsOf(documents, GROUP, KINDS), policiesIn);
    const ports = readEach(objectsOf(documents, '', ['Service']), portsOf);
    const claims = readEach(targetsOf(policies.found, ports.found), (target) => [claimOfTarget(target, context)]);
    return {
      claims: [...claims.found, ...flows.claims],
      certificates: [],
      problems: [policies, ports, claims, flows].flatMap(({ problems }) => problems),
    };
  },
};

const isService = (document: SourceDocument): boolean => isObjectOf(document, '', ['Service']);

/** One of a policy’s specifications that says something of ingress. */
type Policy = {
  readonly document: ObjectDocument;
  readonly spec: Field;
  readonly rules: readonly IngressRule[];
  /** What no rule admits: refused, unless the policy says that it denies nothing by default. */
  readonly otherwise: 'admit' | 'refuse';
};

const policiesIn = (document: ObjectDocument): readonly Policy[] =>
  [document.root.get('spec'), ...document.root.get('specs').items()].flatMap((spec) => {
    // What is damaged is this policy’s fault, and not each Service’s that it is held against.
    selectorText(spec.get('endpointSelector'));
    isSelected(spec.get('endpointSelector'), {});
    const allow = spec.get('ingress');
    const deny = spec.get('ingressDeny');
    spec.get('egress').plain();
    spec.get('egressDeny').plain();
    spec.get('description').text();
    if (!(allow.isThere || deny.isThere)) return [];
    const rules = [
      ...allow.items().flatMap((rule) => ingressRule(rule, 'admit')),
      ...deny.items().flatMap((rule) => ingressRule(rule, 'refuse')),
    ];
    for (const rule of rules) checkRule(rule);
    checkSelector(spec.get('endpointSelector'));
    const otherwise = spec.get('enableDefaultDeny', 'ingress').boolean() === false ? 'admit' : 'refuse';
    rules.flatMap((rule) => [portsNamed(rule), rulesFor(rule, '0')]);
    return [{ document, spec, rules, otherwise }];
  });

type Target = {
  readonly endpoint: Claim['endpoint'];
  /** As the policies name it. */
  readonly port: string;
  readonly policies: readonly Policy[];
};

/** Each port of a Service with all policies of its pods; then the ports of policies that no Service leads to. */
const targetsOf = (policies: readonly Policy[], ports: readonly ServicePort[]): readonly Target[] => {
  const led = ports.flatMap((port) => {
    const own = policies.filter((policy) => selects(policy, port));
    return own.length === 0 ? [] : [{ endpoint: endpointOf(port, own), port: port.target, policies: own }];
  });
  const alone = policies.filter((policy) => !led.some((target) => target.policies.includes(policy)));
  return [...led, ...alone.flatMap(targetsAlone)];
};

const endpointOf = ({ service, hosts, port, labels }: ServicePort, [policy]: readonly Policy[]): Claim['endpoint'] => ({
  name: `${service}:${port}`,
  ...{ hosts, port, protocol: null, path: null, labels: { ...labels } },
  workload: policy === undefined ? null : printable(selectorText(policy.spec.get('endpointSelector'))),
});

const targetsAlone = (policy: Policy): readonly Target[] => {
  const named = [...new Set(policy.rules.flatMap(portsNamed))];
  const workload = printable(selectorText(policy.spec.get('endpointSelector')));
  return (named.length === 0 ? ['0'] : named).map((port) => ({
    endpoint: {
      name: qualifiedName(policy.document.object),
      ...{ hosts: [], port: portOfText(port) || null, workload, protocol: null, path: null, labels: {} },
    },
    ...{ port, policies: [policy] },
  }));
};

/** Whether every pod of the Service is selected. Labels may have their source before them: `k8s:app`. */
const selects = ({ document, spec }: Policy, { namespace, selector }: ServicePort): boolean => {
  const isHere = document.object.namespace === null || document.object.namespace === namespace;
  if (!isHere || selector === null || !spec.get('endpointSelector').isThere) return false;
  const labels = { ...selector, [NAMESPACE_LABEL]: namespace };
  const prefixed = Object.entries(labels).flatMap(([name, value]) => [
    [name, value],
    [`k8s:${name}`, value],
    [`any:${name}`, value],
  ]);
  return isSelected(spec.get('endpointSelector'), Object.fromEntries(prefixed));
};

const claimOfTarget = ({ endpoint, port, policies }: Target, context: ReaderContext): Claim => {
  const own = policies.flatMap(({ rules }) => rules).filter((rule) => isForPort(rule, port) !== false);
  const [first] = policies as readonly [Policy, ...Policy[]];
  const at = first.spec.at();
  const names = policies.map(({ document }) => `${document.object.kind} ${qualifiedName(document.object)}`);
  const otherwise = policies.every((policy) => policy.otherwise === 'admit') ? 'admit' : 'refuse';
  return claimOf('cilium', context, {
    ...{ at, endpoint },
    plaintext: plaintextOf(own),
    admission: said(
      { rules: own.flatMap((rule) => rulesFor(rule, port)), otherwise },
      at,
      printable(`as ${names.join(' and ')} say`),
    ),
    notes: notesOf(own),
    unread: policies.flatMap(({ spec }) => spec.unread()),
  });
};

/** What is let in without being authenticated decides; where no rule says a mode, Cilium says nothing of it. */
const plaintextOf = (own: readonly IngressRule[]): Claim['plaintext'] => {
  const admitting = own.filter(({ effect }) => effect === 'admit');
  const open = admitting.find(({ mode }) => mode === 'disabled');
  if (open !== undefined)
    return said('allowed', open.rule.get('authentication').at(), 'authentication.mode is disabled');
  const [first] = admitting;
  if (first === undefined || admitting.some(({ mode }) => mode === null)) return null;
  const because = `authentication.mode is ${first.mode}, and Cilium drops what its agents have not authenticated`;
  return said('refused', first.rule.get('authentication').at(), because);
};

const BESIDE =
  'Cilium authenticates pods beside the connection, by their agents: the connection itself asks for no client certificate and carries no TLS.';

const notesOf = (own: readonly IngressRule[]): string[] => {
  const required = own.some(({ mode }) => mode === 'required');
  const unsaid = own.some(({ mode, effect }) => mode === null && effect === 'admit');
  const some = required && unsaid ? ['Some of its rules ask for authentication, and others do not.'] : [];
  return [...(required ? [BESIDE] : []), ...some];
};
