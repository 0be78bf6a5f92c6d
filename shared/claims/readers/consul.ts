/** Consul’s service mesh: intentions, whether plaintext is let in, and the CAs of its identities `spiffe://DOMAIN/ns/NAMESPACE/dc/DATACENTRE/svc/SERVICE` (developer.hashicorp.com/consul). */
import type { Authority, CertificateClaim, Claim } from '../../model/claim.ts';
import type { Place } from '../../model/place.ts';
import { iso } from '../../model/time.ts';
import { certificateOf, claimOf, readEach, said } from '../claim-of.ts';
import type { Field } from '../field.ts';
import { authorityOf, certificatesIn } from '../pem-field.ts';
import { printable } from '../printable.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { type Entry, entriesIn, intentionsIn, isConsul, rootsIn, spelt } from './consul-entries.ts';
import { type Intention, intentionsOf, legacyIntention, rulesOf } from './consul-intentions.ts';

export const consul: Reader = {
  name: 'consul',
  title: 'Consul',
  exports: [
    'curl $CONSUL_HTTP_ADDR/v1/config/service-intentions (and /service-defaults, /proxy-defaults, /mesh)',
    'consul config read -kind service-intentions -name SERVICE',
    'kubectl get serviceintentions,servicedefaults,proxydefaults,meshes.consul.hashicorp.com -A -o json',
    'curl $CONSUL_HTTP_ADDR/v1/connect/ca/roots',
  ],
  isText: null,
  recognises: isConsul,
  read: (documents, context) => {
    const all = entriesIn(documents);
    const entries = all.found;
    const ofKind = (kind: Entry['kind']) => entries.filter((entry) => entry.kind === kind);
    const intentions = readEach(ofKind('service-intentions'), ({ name, body }) => intentionsOf(name, body));
    const legacy = readEach(documents.flatMap(intentionsIn), (field) => [legacyIntention(field)]);
    const modes = readEach([...ofKind('service-defaults'), ...ofKind('proxy-defaults')], (entry) => [modeOf(entry)]);
    const roots = readEach(documents.flatMap(rootsIn), authoritiesIn);
    const notes = readEach(ofKind('mesh'), notesOfMesh);
    const found = { entries, intentions: [...intentions.found, ...legacy.found], modes: modes.found };
    const claims = readEach(destinationsOf(found), (name) => [
      claimOfService(name, found, roots.found, notes.found, context),
    ]);
    return {
      claims: claims.found,
      certificates: roots.found.map(({ claim }) => claim),
      problems: [all, intentions, legacy, modes, roots, notes, claims].flatMap(({ problems }) => problems),
    };
  },
};

type Mode = {
  readonly kind: Entry['kind'];
  readonly name: string;
  readonly mode: 'strict' | 'permissive' | null;
  readonly at: Place;
};
type Found = {
  readonly entries: readonly Entry[];
  readonly intentions: readonly Intention[];
  readonly modes: readonly Mode[];
};

const modeOf = ({ kind, name, body }: Entry): Mode => {
  const field = spelt(body, 'mutualtlsmode');
  const mode = field.text() === '' ? null : field.oneOf(['strict', 'permissive']);
  return { kind, name, mode, at: field.at() };
};

const destinationsOf = ({ intentions, modes }: Found): readonly string[] => [
  ...new Set([
    ...modes.filter(({ kind }) => kind === 'service-defaults').map(({ name }) => name),
    ...intentions.map(({ destination }) => destination),
  ]),
];

type Root = { readonly authority: Authority; readonly claim: CertificateClaim; readonly at: Place };

const authoritiesIn = (answer: Field): readonly Root[] =>
  spelt(answer, 'roots')
    .items()
    .flatMap((root) =>
      certificatesIn(spelt(root, 'rootcert')).map((facts) => ({
        authority: authorityOf(facts),
        at: root.at(),
        claim: certificateOf({
          ...{
            use: 'authority',
            name: printable(spelt(root, 'name').text() ?? facts.subject),
            sha256: facts.sha256,
            at: root.at(),
          },
          ...{ issuer: printable(facts.issuer), notBefore: iso(facts.notBefore), notAfter: iso(facts.notAfter) },
          names: facts.uris.map((uri) => printable(uri)),
        }),
      })),
    );

const claimOfService = (
  name: string,
  { entries, intentions, modes }: Found,
  roots: readonly Root[],
  notes: readonly string[],
  context: ReaderContext,
): Claim => {
  const own = intentions.filter(({ destination }) => destination === name || destination === '*');
  const bodies = entries.filter((entry) => entry.name === name && entry.kind.startsWith('service-'));
  const at = bodies[0]?.body.at() ?? own[0]?.at ?? { file: null, line: null, object: null };
  const [first] = roots;
  const host = printable(name);
  return claimOf('consul', context, {
    ...{ at, ...plaintextOf(name, modes) },
    endpoint: {
      name: name === '*' ? 'every other service' : name,
      hosts: [`${host}.virtual.consul`, `${host}.service.consul`],
      workload: host,
    },
    authorities:
      first === undefined
        ? null
        : said(
            roots.map(({ authority }) => authority),
            first.at,
          ),
    admission:
      own.length === 0
        ? null
        : said(
            { rules: [...rulesOf(name, intentions)], otherwise: 'unsaid' },
            own[0]?.at ?? at,
            'what no intention is for, the default policy of Consul’s ACLs decides',
          ),
    notes: [...notes],
    unread: bodies.filter(({ kind }) => kind === 'service-intentions').flatMap(({ body }) => unreadOf(body)),
  });
};

const unreadOf = (body: Field) => {
  const known = [
    'kind',
    'name',
    'namespace',
    'partition',
    'meta',
    'hash',
    'createindex',
    'modifyindex',
    'destination',
  ] as const;
  for (const name of known) spelt(body, name).plain();
  return body.unread();
};

/** The service’s own mode, else that of all proxies; nothing where neither entry is in the source. */
const plaintextOf = (name: string, modes: readonly Mode[]): Pick<Claim, 'plaintext' | 'clientCertificate'> => {
  const own = modes.find((mode) => mode.kind === 'service-defaults' && mode.name === name);
  const all = modes.find(({ kind }) => kind === 'proxy-defaults');
  const deciding = [own, all].find((mode) => mode !== undefined && mode.mode !== null);
  const at = (deciding ?? own ?? all)?.at;
  if (at === undefined) return { plaintext: null, clientCertificate: null };
  const because =
    deciding === undefined
      ? 'no MutualTLSMode is set, and Consul’s default is strict'
      : `MutualTLSMode of ${deciding.kind} ${deciding.name} is ${deciding.mode}`;
  const isOpen = deciding?.mode === 'permissive';
  return {
    plaintext: said(isOpen ? 'allowed' : 'refused', at, printable(because)),
    clientCertificate: said(isOpen ? 'optional' : 'required', at, printable(because)),
  };
};

const notesOfMesh = ({ body }: Entry): readonly string[] =>
  spelt(body, 'allowenablingpermissivemutualtls').boolean() === true
    ? ['Consul lets each service turn permissive mutual TLS on: allowEnablingPermissiveMutualTLS of the mesh is true.']
    : [];
