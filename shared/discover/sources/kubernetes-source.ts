/** What a cluster publishes: Ingresses, Services, and Gateways with their routes. */
import { readEach } from '../../claims/claim-of.ts';
import type { DataDocument, SourceDocument } from '../../claims/document.ts';
import type { CandidateSource } from '../candidate-source.ts';
import { gatewayCandidates, isRoute, routesIn } from './gateway-listeners.ts';
import { ingressCandidates } from './kubernetes-ingress.ts';
import { serviceCandidates } from './kubernetes-services.ts';

/** By group and kind. */
const KINDS = ['networking.k8s.io/Ingress', 'extensions/Ingress', '/Service', 'gateway.networking.k8s.io/Gateway'];
const ROUTE_GROUP = 'gateway.networking.k8s.io';

const isOurs = (document: SourceDocument): document is DataDocument => {
  if (document.kind !== 'data' || document.object === null) return false;
  const { group, kind } = document.object;
  return KINDS.includes(`${group}/${kind}`) || (group === ROUTE_GROUP && isRoute(document));
};

export const kubernetesSource: CandidateSource = {
  title: 'Kubernetes',
  exports: ['kubectl get ingress,svc,gateway,httproute,grpcroute,tlsroute -A -o json'],
  recognises: isOurs,
  read: (all) => {
    const documents = all.filter(isOurs);
    const routes = readEach(documents.filter(isRoute), routesIn);
    const { found, problems } = readEach(
      documents.filter((document) => !isRoute(document)),
      (document) => {
        const kind = document.object?.kind;
        if (kind === 'Ingress') return ingressCandidates(document);
        return kind === 'Service' ? serviceCandidates(document) : gatewayCandidates(document, routes.found);
      },
    );
    return {
      candidates: found.flatMap((each) => ('hosts' in each ? [each] : [])),
      leftOut: found.flatMap((each) => ('why' in each ? [each] : [])),
      problems: [...routes.problems, ...problems],
    };
  },
};
