/** Envoy, by itself or beside a workload of Istio: what it was configured with, and what it has now. */
import type { ReadingProblem } from '../../../model/claim.ts';
import { readEach } from '../../claim-of.ts';
import type { DataDocument } from '../../document.ts';
import type { Field } from '../../field.ts';
import type { Reader, ReaderContext } from '../../reader.ts';
import { listenerClaims } from './envoy-claims.ts';
import { activeListener, dumpOf, isDump } from './envoy-dump.ts';
import { type EnvoyNode, NO_NODE, nodeIn } from './envoy-node.ts';
import { certificatesOfSecret, type EnvoySecret, secretIn } from './envoy-secrets.ts';

export const envoy: Reader = {
  name: 'envoy',
  title: 'Envoy',
  exports: [
    'curl http://localhost:9901/config_dump',
    'istioctl proxy-config listener POD -o json',
    'istioctl proxy-config secret POD -o json',
    'envoy.yaml',
  ],
  isText: null,
  recognises: isDump,
  read: (documents, context) => {
    const files = [...Map.groupBy(documents.filter(isDump), ({ file }) => file).values()].map(proxyOf);
    const read = files.map((file) => claimsOf(file, files, context));
    return {
      claims: read.flatMap(({ claims }) => claims),
      certificates: read.flatMap(({ certificates }) => certificates),
      problems: [...files.flatMap(({ problems }) => problems), ...read.flatMap(({ problems }) => problems)],
    };
  },
};

/** One file: of one proxy. */
type Proxy = {
  readonly listeners: readonly Field[];
  readonly secrets: readonly EnvoySecret[];
  readonly node: EnvoyNode | null;
  readonly problems: readonly ReadingProblem[];
};

const proxyOf = (documents: readonly DataDocument[]): Proxy => {
  const { dump, problems } = dumpOf(documents);
  const secrets = readEach(dump.secrets, ({ entry, isWarming }) => [secretIn(entry, isWarming)]);
  const nodes = readEach(dump.nodes, (node) => [nodeIn(node)]);
  return {
    ...{ listeners: dump.listeners, secrets: secrets.found, node: nodes.found[0] ?? null },
    problems: [...problems, ...secrets.problems, ...nodes.problems],
  };
};

/** What only one other file has belongs to the listeners of all; every workload of Istio has a secret `default`, and two are nobody’s. */
const claimsOf = (own: Proxy, all: readonly Proxy[], context: ReaderContext) => {
  const others = all.filter((each) => each !== own);
  const shared = [
    ...Map.groupBy(
      others.flatMap(({ secrets }) => secrets),
      ({ name }) => name,
    ).values(),
  ].filter((each) => each.length === 1);
  const secrets = new Map([...shared.flat(), ...own.secrets].map((secret) => [secret.name, secret]));
  const nodes = others.flatMap(({ node }) => node ?? []);
  const node = own.node ?? (nodes.length === 1 ? nodes[0] : null) ?? NO_NODE;
  const { found, problems } = readEach(own.listeners, (entry) =>
    activeListener(entry).map((listener) => listenerClaims(listener, { secrets, node, context })),
  );
  const used = new Set(found.flatMap((each) => each.secrets));
  return {
    claims: found.flatMap(({ claims }) => claims),
    certificates: own.secrets.filter(({ name }) => !used.has(name)).flatMap(certificatesOfSecret),
    problems,
  };
};
