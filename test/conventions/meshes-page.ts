/** docs/reference/meshes-and-gateways.md: what of meshes and gateways is read, and what each step of three guides is here. */

import type { Reader } from '../../shared/claims/reader.ts';
import { READERS } from '../../shared/claims/readers.ts';
import type { ReaderName } from '../../shared/model/claim.ts';
import type { Guide, GuideRow } from './meshes-guide.ts';
import { ISTIO_GUIDE } from './meshes-istio-guide.ts';
import { MODULE_GUIDE } from './meshes-module-guide.ts';
import { TESTING_GUIDE } from './meshes-testing-guide.ts';

/** What people should know of a reader; one without a text has its exports alone. */
const READS: { readonly [Name in ReaderName]?: { readonly read: string; readonly not: string } } = {
  linkerd: {
    read: 'For each Server, and for each Service of a meshed namespace that no Server selects: who is let in by ServerAuthorizations and AuthorizationPolicies (with MeshTLSAuthentication, ServiceAccount, methods and paths of routes), `accessPolicy` and the annotation `config.linkerd.io/default-inbound-policy`. An authorization that asks for no identity lets plaintext in. Of viz: edges without TLS, and the identities that were seen.',
    not: 'Networks (a claim knows no client’s address: they are named as unread), headers of routes, the cluster’s default policy where no annotation says one (taken as Linkerd installs it: `all-unauthenticated`). That all edges are with TLS does not say that plaintext is refused.',
  },
  consul: {
    read: 'Intentions with their precedence and permissions, `MutualTLSMode` of services and of all proxies, `allowEnablingPermissiveMutualTLS`, the CAs of Connect. Entries may be the API’s answers, HCL written as JSON, or objects of Kubernetes.',
    not: 'HCL itself, headers and tokens in permissions, peers and sameness groups (named as unread), the default policy of the ACLs: what no intention decides is unsaid.',
  },
  cilium: {
    read: 'For each port of a Service that policies select, and each policy without one: `authentication.mode`, whether labels or everybody are let in, methods, paths and hosts, `ingressDeny`. Of Hubble: what was dropped and why, HTTP in plain text, flows that were authenticated.',
    not: 'Who has which labels, addresses, entities (named as unread). Cilium authenticates beside the connection: it promises a drop, and neither a client certificate nor TLS on the connection.',
  },
  kiali: {
    read: 'The share of requests with mutual TLS on each edge; less than 100 % is plaintext that was let in. The identities that were seen.',
    not: 'Edges of which Kiali knows no security. That all requests were with mutual TLS does not say that plaintext is refused.',
  },
  'cert-manager': {
    read: 'Certificates: dates, `renewalTime`, `duration`, `renewBefore` and its percentage, Ready and Issuing, attempts that failed, a renewal that was due and is not under way. CertificateRequests: what was signed, by which CA, refusals. Issuers that are not ready.',
    not: 'Secrets: no key and no certificate is read from them. Windows of renewal are not reckoned: `renewalTime` of the status says it.',
  },
  'trust-manager': {
    read: 'The CAs of each Bundle, in line, in ConfigMaps, and as they were written to the namespaces; a namespace that lacks one; a Bundle that is not synced.',
    not: 'CAs in Secrets and the public CAs that it brings: they are named without a fingerprint.',
  },
  spire: {
    read: 'Entries with names and lifetime, bundles (JWK set, JSON, PEM) with their CAs, agents that are banned or have not renewed, SVIDs with their dates.',
    not: 'Private keys: `fetch x509` writes them beside the SVIDs; the reader does not ask for them and keeps none. Selectors, JWTs, federated bundles.',
  },
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`${text}\``;
const linked = (path: string): string => `[${path.split('/').at(-1)}](../../${path})`;

const rowOf = ({ shows, question, ours, tried, beware }: GuideRow): string => {
  const where = tried.length === 0 ? 'not yet' : tried.map(linked).join(', ');
  return `| ${[shows, question, ours.map(code).join('<br>'), where, beware ?? ''].map(cell).join(' | ')} |`;
};

const guideOf = ({ title, rows }: Guide): string =>
  [
    `### ${title}`,
    '',
    '| the guide | asks | here | tried in | beware |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(rowOf),
  ].join('\n');

const readerOf = ({ name, title, exports }: Reader): string => {
  const said = READS[name];
  const words = said === undefined ? [] : ['', `**Read:** ${said.read}`, '', `**Not read:** ${said.not}`];
  return [
    `### ${title}`,
    '',
    'Export it by one of these, or several in one source:',
    '',
    '```text',
    ...exports,
    '```',
    ...words,
  ].join('\n');
};

const INTRODUCTION = `# Meshes and gateways

A mesh, a gateway or a cloud *says* what is enforced. \`mtls-monitor configuration FILES…\` reads what they say and names what is weak; beside a registry the monitor holds it
against what the wire does. Each thing that is said has its file, line and object. What a reader does not know is named and never guessed; a damaged object is named, and loses nothing else.
Made by \`npm run reference\` from the readers themselves.`;

export const meshesPage = (): string =>
  `${[
    INTRODUCTION,
    '## What is read',
    ...READERS.map(readerOf),
    '## Three guides, step by step',
    'Each manifest and each command of the guides, the question that it answers, and what answers it here. *Tried in* names the tests that show it.',
    ...[TESTING_GUIDE, ISTIO_GUIDE, MODULE_GUIDE].map(guideOf),
  ].join('\n\n')}\n`;
