/** An endpoint that a source names, before a person has decided on it. */
import { printable } from '../claims/printable.ts';
import type { ClientCertificate, ReadingProblem } from '../model/claim.ts';
import type { Place } from '../model/place.ts';

export type Candidate = {
  /** What the source calls it; an entry’s name is made of it. */
  readonly name: string;
  /** Names and addresses that lead to it, without ports; the first becomes the URL. May begin with `*.`. */
  readonly hosts: readonly string[];
  /** Null: the scheme’s own. */
  readonly port: number | null;
  /** A scheme of a registry (`https`, `grpcs`, `tls`, …); null where the source does not say. */
  readonly scheme: string | null;
  /** Path and query; empty for none. */
  readonly path: string;
  readonly serverName: string | null;
  readonly owner: string | null;
  /** What the source says becomes of client certificates there; null where it does not say. */
  readonly clientCertificate: ClientCertificate | null;
  /** Files that the source’s own client presents there, relative to the registry’s folder. */
  readonly identity: { readonly name: string; readonly certificate: string; readonly privateKey: string } | null;
  /** The file with the CAs that the source’s own client trusts there, relative to the registry’s folder. */
  readonly ca: { readonly name: string; readonly file: string } | null;
  /** Names of the registry that the source itself has: a CSV’s columns. */
  readonly admits: readonly string[];
  readonly trustBundle: string | null;
  /** Who is admitted, as SPIFFE IDs and subjects. */
  readonly principals: readonly string[];
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    readonly principals: readonly string[];
  }[];
  /** URLs of other ways in. */
  readonly bypasses: readonly string[];
  /** What else a person should know, each a clause. */
  readonly notes: readonly string[];
  readonly at: Place;
};

/** What a source names and no entry is made of. */
export type LeftOut = { readonly what: string; readonly why: string; readonly at: Place };

export type Candidates = {
  readonly candidates: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
  /** Parts of the sources that could not be read; everything else was. */
  readonly problems: readonly ReadingProblem[];
};

/** Everything that is not given is unsaid. */
export const candidateOf = (given: Partial<Candidate> & Pick<Candidate, 'name' | 'hosts' | 'at'>): Candidate => ({
  ...{ port: null, scheme: null, path: '', serverName: null, owner: null, clientCertificate: null },
  ...{ identity: null, ca: null, admits: [], trustBundle: null, principals: [], routes: [], bypasses: [], notes: [] },
  ...given,
});

/** Labels that name who answers for a thing, the most telling first. */
const OWNER_LABELS = ['owner', 'team', 'squad', 'app.kubernetes.io/part-of'];

export const ownerIn = (labels: Readonly<Record<string, string>>): string | null => {
  const label = OWNER_LABELS.find((each) => (labels[each] ?? '').trim() !== '');
  return label === undefined ? null : (labels[label] ?? null);
};

/** An address for a message: without the user name and password that stand in it. */
export const shownAddress = (text: string): string => printable(text.replace(/(^|\/\/)[^/?#\s]*@/, '$1…@'), 80);

/** A URL, or `host:port`; null for neither, and for one with a user name or password. */
export const addressIn = (
  text: string,
): {
  readonly scheme: string | null;
  readonly host: string;
  readonly port: number | null;
  readonly path: string;
} | null => {
  const written = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? null;
  const rest = written === null ? text : text.slice(text.indexOf('://') + 3);
  if (/[\s\p{Cc}\\]/u.test(rest)) return null;
  // A port that is https’ own would be dropped: it is read from the text.
  const url = URL.parse(`https://${rest}`);
  if (url === null || url.hostname === '' || url.username !== '' || url.password !== '') return null;
  const port = /^(?:\[[^\]]*\]|[^/?#:]*):(\d+)(?=[/?#]|$)/.exec(rest)?.[1];
  const path = /[/?]/.test(rest) ? `${url.pathname}${url.search}` : '';
  return {
    ...{ scheme: written, path, port: port === undefined ? null : Number(port) },
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
  };
};
