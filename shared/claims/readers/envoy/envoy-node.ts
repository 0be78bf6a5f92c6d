/** Whose proxy it is: `node` of the bootstrap, which Istio fills with the workload’s name, labels and addresses. */
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';

export type EnvoyNode = {
  /** Of Istio’s proxies: `sidecar`, `router` (a gateway), `waypoint`, `ztunnel`; null for any other. */
  readonly role: string | null;
  readonly workload: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
};

export const NO_NODE: EnvoyNode = { role: null, workload: null, labels: {}, addresses: [] };

/** `router~10.0.0.7~gateway-1.edge~edge.svc.cluster.local` (`ParseServiceNodeWithMetadata`, pilot/pkg/model/context.go). */
const istioId = (id: string): { readonly role: string; readonly address: string; readonly pod: string } | null => {
  const [role = '', address = '', pod = '', domain] = id.split('~');
  return domain === undefined ? null : { role, address, pod };
};

/** Throws `DamagedField`. */
export const nodeIn = (node: Field): EnvoyNode => {
  const metadata = node.get('metadata');
  const istio = istioId(node.get('id').text() ?? '');
  const name =
    metadata.get('WORKLOAD_NAME').text() ?? istio?.pod ?? node.get('cluster').text() ?? node.get('id').text();
  const addresses = (metadata.get('INSTANCE_IPS').text() ?? istio?.address ?? '').split(',');
  return {
    role: istio?.role ?? null,
    workload: name === null ? null : printable(name),
    labels: Object.fromEntries(
      metadata
        .get('LABELS')
        .entries()
        .map(([label, value]) => [label, printable(value.text() ?? '')]),
    ),
    addresses: addresses.filter((address) => address !== ''),
  };
};
