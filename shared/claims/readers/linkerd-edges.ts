/** `linkerd viz edges RESOURCE -o json`: who connected to whom, with which identities, and why without TLS (viz/cmd/edges.go of linkerd2). */

import type { Match } from '../../model/admission.ts';
import type { Claim, Unread } from '../../model/claim.ts';
import { claimOf, readEach, said } from '../claim-of.ts';
import type { SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { printable } from '../printable.ts';
import type { ReaderContext, ReaderResult } from '../reader.ts';

type Edge = {
  readonly from: string;
  readonly destination: string;
  readonly workload: string;
  /** `web.emojivoto`: the first two labels of the identity; empty without one. */
  readonly client: string;
  /** Empty where it was mutual TLS. */
  readonly withoutTls: string;
  readonly row: Field;
  readonly unread: readonly Unread[];
};

/** A list whose rows have the fields of an edge. */
export const isEdges = (document: SourceDocument): boolean => {
  if (document.kind !== 'data' || document.root.kind !== 'list') return false;
  return document.root
    .items()
    .some((row) => row.kind === 'map' && row.get('src_namespace').isThere && row.get('dst_namespace').isThere);
};

export const claimsOfEdges = (rows: readonly Field[], context: ReaderContext): ReaderResult => {
  const { found, problems } = readEach(rows, (row) => [edgeIn(row)]);
  // What a pod says to itself crosses no network.
  const edges = found.filter(({ withoutTls }) => withoutTls !== 'Loopback');
  const claims = [...Map.groupBy(edges, ({ destination }) => destination).values()].map((of) =>
    claimOfEdges(of, context),
  );
  return { claims, certificates: [], problems };
};

const edgeIn = (row: Field): Edge => {
  const text = (name: string) => row.get(name).text() ?? '';
  const workload = text('dst');
  text('server_id');
  return {
    from: `${text('src_namespace')}/${text('src')}`,
    destination: `${text('dst_namespace')}/${workload}`,
    workload,
    client: text('client_id'),
    // The API calls it no_identity_msg, and the command no_tls_reason.
    withoutTls: text('no_tls_reason') || text('no_identity_msg'),
    row,
    unread: row.unread(),
  };
};

const claimOfEdges = (edges: readonly Edge[], context: ReaderContext): Claim => {
  const [first] = edges as readonly [Edge, ...Edge[]];
  const bare = edges.filter(({ withoutTls, client }) => withoutTls !== '' || client === '');
  const [one] = bare;
  const any = edges.filter((edge) => !bare.includes(edge)).map(({ client }) => identityOf(client));
  const because = 'Linkerd saw them connect with mutual TLS';
  const rules = [
    { effect: 'admit' as const, all: [{ field: 'san-dns' as const, not: false, any }], unread: [], at: first.row.at() },
  ];
  return claimOf('linkerd', context, {
    at: first.row.at(),
    endpoint: { name: first.destination, workload: printable(first.workload) },
    plaintext: one === undefined ? null : said('allowed', one.row.at(), plaintextWords(bare, edges.length)),
    admission: any.length === 0 ? null : said({ rules, otherwise: 'unsaid' }, first.row.at(), because),
    notes:
      one === undefined
        ? [`Linkerd saw ${edges.length} edge${edges.length === 1 ? '' : 's'} to it, each with mutual TLS.`]
        : [],
    unread: edges.flatMap(({ unread }) => unread),
  });
};

const identityOf = (client: string): Match => ({ how: 'prefix', text: `${printable(client)}.` });

const plaintextWords = (bare: readonly Edge[], all: number): string => {
  const who = bare.slice(0, 3).map(({ from, withoutTls }) => `${from}${withoutTls === '' ? '' : ` (${withoutTls})`}`);
  const more = bare.length > 3 ? ` and ${bare.length - 3} more` : '';
  return printable(`Linkerd saw ${bare.length} of ${all} edges without mutual TLS: from ${who.join(', ')}${more}`);
};
