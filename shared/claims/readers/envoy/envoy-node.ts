/** Whose proxy it is: `node` of the bootstrap, which Istio fills with the workload’s name, labels and addresses. */
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';

export type EnvoyNode = {
  readonly workload: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
};

export const NO_NODE: EnvoyNode = { workload: null, labels: {}, addresses: [] };

/** Throws `DamagedField`. */
export const nodeIn = (node: Field): EnvoyNode => {
  const metadata = node.get('metadata');
  const name = metadata.get('WORKLOAD_NAME').text() ?? node.get('cluster').text() ?? node.get('id').text();
  return {
    workload: name === null ? null : printable(name),
    labels: Object.fromEntries(
      metadata
        .get('LABELS')
        .entries()
        .map(([label, value]) => [label, printable(value.text() ?? '')]),
    ),
    addresses: (metadata.get('INSTANCE_IPS').text() ?? '').split(',').filter((address) => address !== ''),
  };
};
