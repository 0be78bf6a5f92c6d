/** Manifests as texts, read as one export. The CRDs of istio/api (b8f8791, July 2026) accept them, the retired and the damaged ones aside. */

import { readSource } from '../../../shared/claims/read-source.ts';
import type { Claim, Reading } from '../../../shared/model/claim.ts';

export const read = (...documents: readonly string[]): Reading =>
  readSource([{ name: 'cluster.yaml', text: documents.join('\n---\n') }], {
    ...{ source: 'cluster', readAt: Date.parse('2026-12-01T00:00:00Z'), now: Date.parse('2026-12-01T00:00:00Z') },
  });

/** The only claim with that name. */
export const claimNamed = (reading: Reading, name: string, port?: number): Claim => {
  const found = reading.claims.filter(
    ({ endpoint }) => endpoint.name === name && (port === undefined || endpoint.port === port),
  );
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} claims ${name} among ${reading.claims.map(({ endpoint }) => endpoint.name)}`);
  return found[0];
};

const metadata = (name: string, namespace: string, created: string | null): string =>
  `metadata:\n  name: ${name}\n  namespace: ${namespace}${created === null ? '' : `\n  creationTimestamp: "${created}"`}`;

/** `spec`: YAML, indented by two. */
export const peerAuthentication = (name: string, namespace: string, spec: string, created: string | null = null) =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n${metadata(name, namespace, created)}\nspec:\n${spec}`;

export const authorizationPolicy = (name: string, namespace: string, spec: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n${metadata(name, namespace, null)}\nspec:${spec.startsWith(' {') ? spec : `\n${spec}`}`;

export const destinationRule = (name: string, namespace: string, spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\n${metadata(name, namespace, null)}\nspec:\n${spec}`;

export const gateway = (name: string, namespace: string, spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\n${metadata(name, namespace, null)}\nspec:\n${spec}`;

/** Port 443 leads to 8443 and is HTTP inside mutual TLS; 9090 is TCP. */
export const CHECKOUT = `apiVersion: v1
kind: Service
metadata:
  name: checkout
  namespace: payments
  labels: { team: payments }
spec:
  clusterIP: 10.0.0.7
  selector: { app: checkout }
  ports:
    - { name: http-web, port: 443, targetPort: 8443 }
    - { name: tcp-admin, port: 9090 }
status:
  loadBalancer:
    ingress: [{ hostname: lb.example.com }]`;
