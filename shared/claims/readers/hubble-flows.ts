/** `hubble observe -o json`: one flow of Cilium in each line (api/v1/flow/flow.proto of cilium). */
import type { Claim } from '../../model/claim.ts';
import { claimOf, readEach, said } from '../claim-of.ts';
import type { SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { hostsOf } from '../mesh-services.ts';
import { printable } from '../printable.ts';
import type { ReaderContext, ReaderResult } from '../reader.ts';
import { unlessDamaged } from '../unless-damaged.ts';

type Flow = {
  /** `namespace/workload`. */
  readonly from: string;
  readonly destination: string;
  readonly namespace: string;
  readonly service: string | null;
  readonly port: number;
  readonly verdict: string;
  readonly dropReason: string;
  readonly isHttp: boolean;
  readonly isAuthenticated: boolean;
  readonly at: Field;
};

export const isFlow = (document: SourceDocument): boolean =>
  document.kind === 'data' &&
  document.root.kind === 'map' &&
  unlessDamaged(() => document.root.get('flow').kind === 'map' && document.root.get('flow', 'verdict').isThere);

export const claimsOfFlows = (roots: readonly Field[], context: ReaderContext): ReaderResult => {
  const { found, problems } = readEach(roots, (root) => flowIn(root.get('flow')));
  const groups = Map.groupBy(found, ({ destination, port }) => `${destination}:${port}`);
  return {
    claims: [...groups].flatMap(([name, flows]) => claimOfFlows(name, flows, context)),
    certificates: [],
    problems,
  };
};

/** None for what is no TCP connection to a pod, and for answers. */
const flowIn = (flow: Field): readonly Flow[] => {
  const port = flow.get('l4', 'TCP', 'destination_port').port();
  const to = flow.get('destination');
  if (port === null || flow.get('is_reply').boolean() === true || to.get('namespace').text() === null) return [];
  const service = flow.get('destination_service');
  return [
    {
      from: endpointName(flow.get('source')),
      destination: endpointName(to),
      namespace: service.get('namespace').text() ?? to.get('namespace').text() ?? '',
      service: service.get('name').text(),
      port,
      verdict: flow.get('verdict').text() ?? '',
      dropReason: flow.get('drop_reason_desc').text() ?? '',
      isHttp: flow.get('l7', 'http').isThere,
      isAuthenticated: flow.get('auth_type').text() === 'SPIRE',
      at: flow,
    },
  ];
};

/** The workload where Hubble knows it, else the pod; the world has neither. */
const endpointName = (endpoint: Field): string => {
  const [workload] = endpoint.get('workloads').items();
  const name = workload?.get('name').text() ?? endpoint.get('pod_name').text();
  const namespace = endpoint.get('namespace').text();
  const [label = 'an unknown source'] = endpoint.get('labels').texts();
  return name === null || namespace === null ? label : `${namespace}/${name}`;
};

/** Whether a connection carries TLS is not in a flow of layer 4: only what Cilium’s proxy read as HTTP was surely in plain text. */
const claimOfFlows = (name: string, flows: readonly Flow[], context: ReaderContext): readonly Claim[] => {
  const plain = flows.filter(({ verdict, isHttp }) => verdict === 'FORWARDED' && isHttp);
  const dropped = flows.filter(({ verdict }) => verdict === 'DROPPED');
  const unauthenticated = dropped.filter(({ dropReason }) => dropReason === 'AUTH_REQUIRED');
  const authenticated = flows.filter(({ isAuthenticated, verdict }) => isAuthenticated && verdict === 'FORWARDED');
  const [first] = flows;
  const shown = [...plain, ...unauthenticated][0];
  if (first === undefined || [plain, dropped, authenticated].every(({ length }) => length === 0)) return [];
  const because =
    plain.length > 0
      ? `Hubble saw ${counted(plain, 'HTTP request')} forwarded in plain text, ${sources(plain)}`
      : `Hubble saw ${counted(unauthenticated, 'flow')} dropped with AUTH_REQUIRED, ${sources(unauthenticated)}`;
  const value = plain.length > 0 ? ('allowed' as const) : ('refused' as const);
  const { service, namespace, port, destination } = first;
  const hosts = service === null ? [] : hostsOf(service, namespace);
  return [
    claimOf('cilium', context, {
      at: first.at.at(),
      endpoint: { name, hosts: hosts.map((host) => printable(host)), port, workload: printable(destination) },
      plaintext: shown === undefined ? null : said(value, shown.at.at(), printable(because)),
      notes: [
        ...dropNotes(dropped),
        ...(authenticated.length > 0
          ? [
              printable(
                `Hubble saw ${counted(authenticated, 'flow')} that Cilium had authenticated, ${sources(authenticated)}.`,
              ),
            ]
          : []),
      ],
    }),
  ];
};

const dropNotes = (dropped: readonly Flow[]): string[] =>
  [...Map.groupBy(dropped, ({ dropReason }) => dropReason)].map(([reason, flows]) =>
    printable(`Hubble saw ${counted(flows, 'flow')} dropped with ${reason || 'no reason given'}, ${sources(flows)}.`),
  );

const counted = ({ length }: readonly Flow[], noun: string): string => `${length} ${noun}${length === 1 ? '' : 's'}`;

const sources = (flows: readonly Flow[]): string => {
  const names = [...new Set(flows.map(({ from }) => from))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `from ${names.slice(0, 3).join(', ')}${more}`;
};
