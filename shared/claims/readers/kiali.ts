/** Kiali’s traffic graph, `/api/namespaces/graph`: on each edge the share of requests with mutual TLS (graph/config/cytoscape, and the security policy appender of kiali). */
import type { Claim, ReadingProblem } from '../../model/claim.ts';
import { iso } from '../../model/time.ts';
import { claimOf, readEach, said } from '../claim-of.ts';
import type { DataDocument, SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { instantIn } from '../instant-in.ts';
import { hostsOf } from '../mesh-services.ts';
import { printable } from '../printable.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { unlessDamaged } from '../unless-damaged.ts';

export const kiali: Reader = {
  name: 'kiali',
  title: 'Kiali',
  exports: [
    'curl "$KIALI/api/namespaces/graph?namespaces=NAMESPACE&graphType=workload&duration=10m&appenders=securityPolicy"',
  ],
  isText: null,
  recognises: (document) => isGraph(document),
  read: (documents, context) => {
    const graphs = readEach(documents.filter(isGraph), ({ root }) => [graphIn(root)]);
    const claims = graphs.found.map((graph) =>
      readEach(edgesByTarget(graph), (edges) => [claimOfTarget(edges, graph, context)]),
    );
    return {
      claims: claims.flatMap(({ found }) => found),
      certificates: [],
      problems: [graphs, ...graphs.found, ...claims].flatMap(({ problems }) => problems),
    };
  },
};

const isGraph = (document: SourceDocument): document is DataDocument =>
  document.kind === 'data' &&
  document.root.kind === 'map' &&
  document.root.get('graphType').isThere &&
  unlessDamaged(() => document.root.get('elements', 'edges').isThere);

type Node = { readonly name: string; readonly hosts: string[]; readonly workload: string | null };
type Edge = {
  readonly from: string;
  readonly to: string;
  /** Percent of the requests. */
  readonly share: number;
  readonly principal: string | null;
  readonly data: Field;
};
type Graph = {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly edges: readonly Edge[];
  readonly readAt: string | null;
  /** Of nodes and edges that are damaged; the others are there. */
  readonly problems: readonly ReadingProblem[];
};

const graphIn = (root: Field): Graph => {
  const at = instantIn(root.get('timestamp'));
  const nodes = readEach(root.get('elements', 'nodes').items(), (node) => [nodeIn(node.get('data'))]);
  const edges = readEach(root.get('elements', 'edges').items(), (edge) => edgeIn(edge.get('data')));
  return {
    ...{ nodes: new Map(nodes.found), edges: edges.found, readAt: at === null ? null : iso(at) },
    problems: [...nodes.problems, ...edges.problems],
  };
};

const nodeIn = (data: Field): readonly [string, Node] => {
  const text = (name: string) => data.get(name).text();
  const own = text('workload') ?? text('app') ?? text('service') ?? 'unknown';
  const services = data.get('destServices').items();
  const hosts = services.flatMap((service) => {
    const name = service.get('name').text();
    const namespace = service.get('namespace').text();
    return name === null || namespace === null || namespace === 'unknown' ? [] : hostsOf(name, namespace);
  });
  const name = printable(`${text('namespace') ?? 'unknown'}/${own}`);
  return [text('id') ?? '', { name, hosts: hosts.map((host) => printable(host)), workload: text('workload') }];
};

/**
 * None where Kiali knows nothing of the edge’s security. It leaves `isMTLS` out where no request was with mutual TLS, but then still names the
 * principals.
 */
const edgeIn = (data: Field): readonly Edge[] => {
  const share = data.get('isMTLS').number();
  const principal = data.get('sourcePrincipal').text();
  if (share === null && principal === null && !data.get('destPrincipal').isThere) return [];
  const [from, to] = [data.get('source').text() ?? '', data.get('target').text() ?? ''];
  return [{ from, to, share: share ?? 0, principal: principal === 'unknown' ? null : principal, data }];
};

const edgesByTarget = ({ edges }: Graph): readonly (readonly Edge[])[] => [
  ...Map.groupBy(edges, ({ to }) => to).values(),
];

const UNKNOWN: Node = { name: 'unknown', hosts: [], workload: null };

const claimOfTarget = (edges: readonly Edge[], { nodes, readAt }: Graph, context: ReaderContext): Claim => {
  const [first] = edges as readonly [Edge, ...Edge[]];
  const { name, hosts, workload } = nodes.get(first.to) ?? UNKNOWN;
  const [open, ...more] = edges.filter(({ share }) => share < 100).toSorted((a, b) => a.share - b.share);
  const text = open === undefined ? '' : because(open, nodes, more.length);
  const any = [...new Set(edges.flatMap(({ principal }) => principal ?? []))].map((id) => ({
    how: 'exact' as const,
    text: printable(id),
  }));
  const rules = [
    {
      effect: 'admit' as const,
      all: [{ field: 'spiffe-id' as const, not: false, any }],
      unread: [],
      at: first.data.at(),
    },
  ];
  return claimOf('kiali', context, {
    ...(readAt !== null && { readAt }),
    at: first.data.at(),
    endpoint: { name, hosts, workload: workload === null ? null : printable(workload) },
    plaintext: open === undefined ? null : said('allowed', open.data.get('isMTLS').at(), text),
    admission:
      any.length === 0
        ? null
        : said({ rules, otherwise: 'unsaid' }, first.data.at(), 'Kiali saw requests of these identities'),
    notes: open === undefined ? ['Kiali saw mutual TLS on all requests to it.'] : [],
  });
};

const because = ({ share, from }: Edge, nodes: Graph['nodes'], more: number): string => {
  const others = more === 0 ? '' : `, and on less than all from ${more} more`;
  return printable(
    `Kiali saw mutual TLS on ${share} % of the requests from ${(nodes.get(from) ?? UNKNOWN).name}${others}`,
  );
};
