/** SPIRE: entries, bundles, agents and SVIDs, as its commands write them (spiffe.io/docs/latest/deploying; spire-api-sdk’s types). A private key stands beside an SVID in what the agent writes; it is never asked for. */
import type { Authority, CertificateClaim } from '../../model/claim.ts';
import { iso } from '../../model/time.ts';
import { certificateOf, readEach } from '../claim-of.ts';
import type { DataDocument, SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { instantIn } from '../instant-in.ts';
import { printable } from '../printable.ts';
import type { Reader } from '../reader.ts';
import {
  authorityClaims,
  bundlesIn,
  claimsOfPem,
  isSpirePem,
  svidClaims,
  type TrustBundle,
} from './spire-certificates.ts';

export const spire: Reader = {
  name: 'spire',
  title: 'SPIRE',
  exports: [
    'spire-server entry show -output json',
    'spire-server bundle show -format spiffe (or pem, or -output json)',
    'spire-server agent list -output json',
    'spire-agent api fetch x509 -output json',
    'spire-agent api fetch x509 -write DIRECTORY: svid.0.pem and bundle.0.pem',
  ],
  isText: isSpirePem,
  recognises: (document) => (document.kind === 'text' ? isSpirePem(document.text) : rootsIn(document).some(isSpire)),
  read: (documents, context) => {
    const roots = documents.flatMap(rootsIn).filter(isSpire);
    const texts = documents.filter((document) => document.kind === 'text' && isSpirePem(document.text));
    const bundles = readEach(roots, bundlesIn);
    const entries = readEach(
      roots.flatMap((root) => itemsOf(root, 'entries')),
      (entry) => [entryIn(entry, bundles.found, context.readAt)],
    );
    const agents = readEach(roots.flatMap(agentsOf), (agent) => [agentIn(agent, context.readAt)]);
    const svids = readEach(
      roots.flatMap((root) => itemsOf(root, 'svids')),
      svidClaims,
    );
    const files = readEach(texts, (document) => (document.kind === 'text' ? claimsOfPem(document) : []));
    const parts = [entries, agents, svids, files];
    return {
      claims: [],
      certificates: [...parts.flatMap(({ found }) => found), ...bundles.found.flatMap(authorityClaims)],
      problems: [bundles, ...parts].flatMap(({ problems }) => problems),
    };
  },
};

/** A command prints one answer, or a list of answers. */
const rootsIn = (document: SourceDocument): readonly Field[] => {
  if (document.kind !== 'data') return [];
  const { root }: DataDocument = document;
  return (root.kind === 'list' ? root.items() : [root]).filter(({ kind }) => kind === 'map');
};

const isSpire = (root: Field): boolean =>
  itemsOf(root, 'entries').some((entry) => isId(entry, 'spiffe_id')) ||
  agentsOf(root).length > 0 ||
  itemsOf(root, 'svids').some((svid) => svid.kind === 'map' && svid.get('x509_svid').isThere) ||
  root.get('x509_authorities').kind === 'list' ||
  itemsOf(root, 'keys').some(
    (key) => key.kind === 'map' && key.get('use').kind === 'scalar' && key.get('use').text() === 'x509-svid',
  );

const itemsOf = (root: Field, name: string): readonly Field[] =>
  root.get(name).kind === 'list' ? root.get(name).items() : [];

const isId = (item: Field, name: string): boolean =>
  item.kind === 'map' && item.get(name).kind === 'map' && item.get(name).get('trust_domain').isThere;

/** `agent list` has them in a list; `agent show` is one. */
const agentsOf = (root: Field): readonly Field[] =>
  [...itemsOf(root, 'agents'), root].filter((item) => isId(item, 'id') && item.get('attestation_type').isThere);

const idIn = (field: Field): string =>
  printable(`spiffe://${field.get('trust_domain').text() ?? ''}${field.get('path').text() ?? ''}`);

const entryIn = (entry: Field, bundles: readonly TrustBundle[], readAt: number): CertificateClaim => {
  const id = idIn(entry.get('spiffe_id'));
  const seconds = entry.get('x509_svid_ttl').number() ?? 0;
  const ends = instantIn(entry.get('expires_at')) ?? 0;
  const own = bundles.filter(({ domain }) => domain === entry.get('spiffe_id', 'trust_domain').text());
  const authorities: Authority[] = own.flatMap((bundle) => bundle.authorities);
  return certificateOf({
    ...{
      use: 'identity',
      name: id,
      names: [
        id,
        ...entry
          .get('dns_names')
          .texts()
          .map((name) => printable(name)),
      ],
    },
    ...{ at: entry.at(), authorities: own.length === 0 ? null : authorities },
    ...(seconds > 0 && { lifetime: seconds }),
    trouble: ends > 0 && ends < readAt ? `its entry ended at ${iso(ends)}: nobody gets it any more` : null,
  });
};

const agentIn = (agent: Field, readAt: number): CertificateClaim => {
  const id = idIn(agent.get('id'));
  const notAfter = instantIn(agent.get('x509svid_expires_at')) ?? 0;
  const isBanned = agent.get('banned').boolean() === true;
  const hasEnded = notAfter > 0 && notAfter < readAt;
  return certificateOf({
    ...{ use: 'identity', name: id, names: [id], at: agent.at() },
    notAfter: notAfter > 0 ? iso(notAfter) : null,
    trouble: isBanned ? 'the agent is banned' : hasEnded ? 'the agent has not renewed its SVID' : null,
  });
};
