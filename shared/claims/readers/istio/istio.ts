/** Istio’s policies, as `kubectl get` has them: who is asked for a certificate, who is admitted, and what the mesh’s clients do. */
import type { ReadingProblem } from '../../../model/claim.ts';
import type { SourceDocument } from '../../document.ts';
import { objectsOf } from '../../kubernetes-objects.ts';
import type { Reader } from '../../reader.ts';
import { gatewayClaims } from './istio-gateway-claims.ts';
import { claimOn } from './istio-service-claims.ts';
import { subjectsOf } from './istio-subjects.ts';
import { isHelp, isInMesh, isPolicy, worldOf } from './istio-world.ts';

export const istio: Reader = {
  name: 'istio',
  title: 'Istio',
  exports: [
    'kubectl get peerauthentication,destinationrule,authorizationpolicy,requestauthentication,service,gateway -A -o json',
    'kubectl get namespace,pod,configmap -A -o json',
  ],
  isText: null,
  recognises: (document) => isPolicy(document) || isHelp(document),
  onlyHelps: (document) => !isPolicy(document) && !(isHelp(document) && isInMesh(document)),
  read: (documents, context) => {
    const { world, problems } = worldOf(documents);
    const places = new Map(
      objectsOf(documents, '', ['Namespace']).map(({ object, root }) => [object.name, root.at()] as const),
    );
    return {
      claims: [
        ...subjectsOf(world, places).map((subjects) => claimOn(world, context, subjects)),
        ...gatewayClaims(world, context),
      ],
      certificates: world.authorities.certificates,
      problems: [...problems, ...ignoredForms(documents)],
    };
  },
};

/** Retired policies beside those that replaced them: people believe they still do something. */
const ignoredForms = (documents: readonly SourceDocument[]): readonly ReadingProblem[] => {
  if (objectsOf(documents, 'security.istio.io', ['PeerAuthentication']).length === 0) return [];
  return objectsOf(documents, 'authentication.istio.io').map(({ root }) => ({
    ...{ at: root.at(), path: '' },
    message: 'Istio reads this form no more since 1.6; the PeerAuthentications beside it decide',
  }));
};
