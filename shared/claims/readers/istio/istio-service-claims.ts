/** A claim for each port of each Service; where the export has no Services, for each namespace and workload that a policy names. */
import type { Claim } from '../../../model/claim.ts';
import { claimOf, said } from '../../claim-of.ts';
import type { ReaderContext } from '../../reader.ts';
import { type AdmissionFound, admissionOf } from './istio-admission.ts';
import { type ClientsFound, clientsOf } from './istio-clients.ts';
import { type PeerDecision, peerDecision, undecidedPolicies } from './istio-peer-authentication.ts';
import { notesOnRequests } from './istio-requests.ts';
import { retiredDecision } from './istio-retired.ts';
import type { Subject } from './istio-subjects.ts';
import type { World } from './istio-world.ts';

const WEAKEST = ['DISABLE', 'PERMISSIVE', 'STRICT'] as const;

type Decided = { readonly decision: PeerDecision; readonly subject: Subject };

/** `subjects`: one port of one Service, once for each kind of workload behind it. The weakest of them is what the Service says. */
export const claimOn = (world: World, context: ReaderContext, subjects: readonly [Subject, ...Subject[]]): Claim => {
  const [first] = subjects;
  const decided = subjects.map((subject) => ({ subject, decision: decisionOn(world, subject) }));
  const inMesh = decided.filter(({ subject }) => subject.workload.dataplane !== 'none');
  const weakest = inMesh.toSorted((a, b) => WEAKEST.indexOf(a.decision.mode) - WEAKEST.indexOf(b.decision.mode))[0];
  const endpoint = {
    ...{ name: first.name, hosts: [...first.hosts], port: first.port.port, workload: first.workloadName },
    ...{ protocol: first.port.scheme, labels: { ...first.labels } },
  };
  if (weakest === undefined) return claimOf('istio', context, { at: first.at, endpoint, notes: [outside(first)] });
  return claimOf('istio', context, {
    at: first.at,
    endpoint: { ...endpoint, workload: weakest.subject.workloadName },
    ...sayingOf(world, weakest, inMesh, differing(decided, weakest)),
    ...(inMesh.length < decided.length && weakest.decision.mode === 'STRICT' && UNSAID),
  });
};

/** Where something beside it may let in what its mode refuses. */
const UNSAID = { clientCertificate: null, plaintext: null };

const outside = ({ isSelected }: Subject): string =>
  isSelected
    ? 'Nothing that stands behind it has a sidecar that takes the port, or is in ambient mode: Istio enforces no policy there.'
    : 'The Service selects no workload: what stands behind it is not in the source.';

const scopeOf = ({ mesh }: World, { namespace, workload }: Subject) => ({
  rootNamespace: mesh.rootNamespace,
  ...{ namespace, labels: workload.labels, isWhole: workload.isWhole },
});

const admissionOn = (world: World, subject: Subject): AdmissionFound =>
  admissionOf(
    world.admissions,
    {
      ...scopeOf(world, subject),
      ...{ service: subject.service, waypoint: subject.waypoint, dataplane: subject.workload.dataplane },
      ...{ port: subject.port.target, isOpaque: subject.port.kind === 'opaque' },
    },
    subject.at,
  );

/** Of several kinds of workload, what is true of each; else nothing is said. */
const admissionOnAll = (world: World, weakest: Subject, all: readonly Decided[]): AdmissionFound => {
  const found = admissionOn(world, weakest);
  const isSame = all.every(
    ({ subject }) =>
      JSON.stringify(admissionOn(world, subject).admission?.value) === JSON.stringify(found.admission?.value),
  );
  return isSame
    ? found
    : {
        ...found,
        admission: null,
        notes: [
          ...found.notes,
          'Its workloads have different AuthorizationPolicies: whom it admits depends on which of them answers.',
        ],
      };
};

const sayingOf = (
  world: World,
  { decision, subject }: Decided,
  all: readonly Decided[],
  notes: readonly string[],
): Partial<Claim> => {
  const scope = scopeOf(world, subject);
  // Without Services each port that a policy names is a claim of its own.
  const doubt = subject.service === null || decision.mode !== 'STRICT' ? null : decision.doubt;
  const admission = admissionOnAll(world, subject, all);
  const clients = clientsOn(world, subject, decision);
  const list = world.authorities.crlOf(subject.namespace);
  const undecided = undecidedPolicies([...world.peers, ...world.admissions], scope);
  return {
    ...modeOf(decision, subject),
    ...(doubt !== null && UNSAID),
    policy: decision.at === null ? 'absent' : 'present',
    authorities: decision.mode === 'DISABLE' ? null : world.authorities.of(subject.namespace),
    revocation: list === null ? null : said('crl', list),
    ...{ admission: admission.admission, clients: clients.clients },
    notes: [
      ...notes,
      ...(doubt === null ? [] : [`Its policies say STRICT, but ${doubt}.`]),
      ...undecided.map((name) => `Whether ${name} is for it is not in the source: it asks for labels of the workload.`),
      ...admission.notes,
      ...clients.notes,
      ...notesOnRequests(world.requests, scope),
    ],
    unread: [...decision.unread, ...admission.unread, ...clients.unread],
  };
};

const clientsOn = ({ clientRules, mesh }: World, subject: Subject, { mode }: PeerDecision): ClientsFound =>
  subject.service === null
    ? { clients: null, notes: [], unread: [] }
    : clientsOf(clientRules, {
        host: `${subject.service}.${subject.namespace}.svc.cluster.local`,
        ...{ namespace: subject.namespace, rootNamespace: mesh.rootNamespace, port: subject.port.port },
        ...{ server: mode, autoMtls: mesh.autoMtls, at: subject.at },
      });

/** The retired forms decide where no PeerAuthentication is in the source. */
const decisionOn = ({ peers, retired, mesh }: World, subject: Subject): PeerDecision => {
  const { rootNamespace } = mesh;
  const { namespace, port } = subject;
  const { labels, dataplane } = subject.workload;
  if (peers.length === 0 && (retired.length > 0 || mesh.authPolicy !== null))
    return retiredDecision(retired, mesh, {
      namespace,
      service: subject.service,
      port: port.port,
      portName: port.name,
    });
  const decision = peerDecision(peers, { rootNamespace, namespace, labels }, port.target);
  // ztunnel takes mutual TLS always, and only STRICT refuses what comes without (serviceregistry/ambient/authorization.go).
  return dataplane === 'ambient' && decision.mode === 'DISABLE'
    ? { ...decision, mode: 'PERMISSIVE', because: `${decision.because}, and ambient mode takes DISABLE for PERMISSIVE` }
    : decision;
};

/** PERMISSIVE asks whoever comes with TLS for a certificate, and takes plaintext beside it (`BuildInboundTLS`, pilot/pkg/security/authn/utils/utils.go). */
const CLIENTS = { STRICT: 'required', PERMISSIVE: 'required', DISABLE: 'none' } as const;
const BESIDE = { STRICT: '', PERMISSIVE: '; PERMISSIVE takes plaintext beside mutual TLS', DISABLE: '' } as const;
const modeOf = ({ mode, at, because }: PeerDecision, subject: Subject) => {
  const place = at ?? subject.at;
  const why = `${because}${BESIDE[mode]}`;
  return {
    clientCertificate: said(CLIENTS[mode], place, why),
    plaintext: said(mode === 'STRICT' ? ('refused' as const) : ('allowed' as const), place, why),
  };
};

/** What another kind of workload behind the same Service does. */
const differing = (decided: readonly Decided[], weakest: Decided): readonly string[] =>
  decided.flatMap(({ decision, subject }) => {
    if (subject.workload.dataplane === 'none')
      return [
        `Its workload ${subject.workload.name} has no sidecar and is not in ambient mode, or its sidecar leaves the port out: Istio enforces nothing there.`,
      ];
    return decision.mode === weakest.decision.mode
      ? []
      : [`Its workload ${subject.workload.name} is ${decision.mode}: ${decision.because}.`];
  });
