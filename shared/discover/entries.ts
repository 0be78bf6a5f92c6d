/** Candidates → entries of a registry: what a source says is filled in, what a person must decide is a comment, and every entry is valid. */

import { resolve } from 'node:path';
import { printable } from '../claims/printable.ts';
import type { ClientCertificate } from '../model/claim.ts';
import { parseHost } from '../model/host.ts';
import { parseBypassUrl, parseEndpointUrl } from '../protocol/endpoint-url.ts';
import type { Candidate, LeftOut } from './candidate.ts';
import { admitsOf, type Decided, identityOfPrincipal, trustBundleOf } from './decisions.ts';
import type { Known } from './known.ts';
import { slugOf } from './slug.ts';
import { combined, isName, portOf, watchedBy } from './watched-places.ts';

/** A field with its value; `decide`: what a person has to. */
export type EntryField = Decided & { readonly name: string };
export type Entry = {
  readonly name: string;
  readonly url: string;
  /** Comments above it, each a clause on one line. */
  readonly above: readonly string[];
  readonly fields: readonly EntryField[];
};

export type Entries = {
  readonly added: readonly Entry[];
  /** Candidates that the registry has, with their endpoints’ names. */
  readonly there: readonly { readonly candidate: Candidate; readonly endpoint: string }[];
  readonly leftOut: readonly LeftOut[];
};

export type EntryOptions = {
  /** Also endpoints of which the source says that they ask for no client certificate. */
  readonly all: boolean;
  /** What the source is called in comments. Default: the file of each. */
  readonly source: string | null;
};

export const entriesOf = (candidates: readonly Candidate[], known: Known, options: EntryOptions): Entries => {
  const watching = watchedBy(known.endpoints);
  const names = new Set(known.endpoints.map(({ name }) => name));
  const [added, there, leftOut]: [Entry[], Entries['there'][number][], LeftOut[]] = [[], [], []];
  const fresh = new Set<string>();
  for (const candidate of combined(candidates)) {
    const endpoint = watching(candidate);
    const made = endpoint === null ? entryOf(candidate, known, names, fresh, options) : null;
    if (endpoint !== null) there.push({ candidate, endpoint: endpoint.name });
    else if (made !== null && 'why' in made) leftOut.push(made);
    else if (made !== null) {
      added.push(made);
      fresh.add(made.name);
    }
  }
  return { added, there, leftOut };
};

const entryOf = (
  candidate: Candidate,
  known: Known,
  names: ReadonlySet<string>,
  fresh: ReadonlySet<string>,
  { all, source }: EntryOptions,
): Entry | LeftOut => {
  const leftOut = (why: string): LeftOut => ({ what: printable(candidate.name, 80), why, at: candidate.at });
  if (candidate.clientCertificate === 'none' && !all)
    return leftOut('the source asks for no client certificate there (--all takes it)');
  const url = urlOf(candidate);
  if (!url.ok) return leftOut(url.why);
  const own = slugOf(candidate.name, 'endpoint');
  if (names.has(own)) return leftOut(`the registry has another endpoint of the name ${own}: rename one of them`);
  const admits = admitsOf(candidate, known);
  if (admits === null) return leftOut('the registry has no identity that could be admitted');
  const fields = [
    ...serverNameOf(candidate),
    ...trustBundleOf(candidate, known).map((each) => ({ name: 'trustBundle', ...each })),
    { name: 'admits', ...admits },
    ...routesOf(candidate, known),
    ...bypassesOf(candidate),
    ...ownerOf(candidate),
  ];
  return { name: freeName(own, fresh, names), url: url.url, above: aboveOf(candidate, known, source), fields };
};

const freeName = (own: string, fresh: ReadonlySet<string>, names: ReadonlySet<string>): string => {
  let free = own;
  for (let at = 2; fresh.has(free) || names.has(free); at += 1) free = `${own.slice(0, 58).replace(/-$/, '')}-${at}`;
  return free;
};

const urlOf = (
  candidate: Candidate,
): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly why: string } => {
  const { hosts, scheme, path } = candidate;
  const host = hosts.find(isName);
  if (host === undefined) return { ok: false, why: `no name leads to it, only ${printable(hosts.join(', '), 100)}` };
  if (scheme === null) return { ok: false, why: 'the source does not say its protocol' };
  const port = portOf(candidate);
  const shown = host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host;
  const isOwn = port === portOf({ port: null, scheme });
  const url = `${scheme}://${shown}${isOwn || port === null ? '' : `:${port}`}${path === '' || path.startsWith('/') ? path : `/${path}`}`;
  const read = parseEndpointUrl(url);
  return typeof read === 'string' ? { ok: false, why: printable(read, 200) } : { ok: true, url };
};

const serverNameOf = ({ serverName, hosts }: Candidate): readonly EntryField[] =>
  serverName === null || hosts.includes(serverName) || parseHost(serverName) === null
    ? []
    : [{ name: 'serverName', value: serverName }];

/** Only routes of whom the registry knows everybody: half of them would be another rule. */
const routesOf = ({ routes }: Candidate, known: Known): readonly EntryField[] => {
  const read = routes.map(({ method, path, principals }) => ({
    method,
    path,
    admits: principals.map((each) => identityOfPrincipal(each, known)),
  }));
  const said = read.filter(
    ({ method, path, admits }) =>
      /^[A-Z]{1,20}$/.test(method) && /^\/[\x21-\x7e]*$/.test(path) && !admits.includes(null),
  );
  const value = said.map(({ method, path, admits }) => ({
    method,
    path,
    admits: [...new Set(admits.flatMap((name) => name ?? []))],
  }));
  return value.length === 0 ? [] : [{ name: 'routes', value, decide: 'whether these are all routes' }];
};

const bypassesOf = ({ bypasses, scheme }: Candidate): readonly EntryField[] => {
  const value = bypasses.filter((url) => typeof parseBypassUrl(url) !== 'string');
  return value.length === 0 || scheme !== 'https' ? [] : [{ name: 'bypasses', value }];
};

const ownerOf = ({ owner }: Candidate): readonly EntryField[] => {
  const value = owner === null ? '' : printable(owner, 200).trim();
  return value === '' ? [] : [{ name: 'owner', value }];
};

const SAYS: Readonly<Record<ClientCertificate, string | null>> = {
  required: null,
  optional: 'decide: the source lets clients in without a certificate, too (optional)',
  'passed-through': 'decide: the source itself does not verify client certificates; whoever is behind has to',
  none: 'decide: the source asks for no client certificate',
};

const aboveOf = (
  { at, clientCertificate, notes, identity, routes }: Candidate,
  known: Known,
  source: string | null,
): readonly string[] => {
  const place = [at.file === null ? null : `${at.file}${at.line === null ? '' : `:${at.line}`}`, at.object];
  const says = clientCertificate === null ? null : SAYS[clientCertificate];
  const isKnown = known.identities.some(
    ({ certificate }) => identity !== null && certificate === resolve(known.folder, identity.certificate),
  );
  const lost = routes.filter(({ principals }) => principals.some((each) => identityOfPrincipal(each, known) === null));
  return [
    `from ${[source, ...place].filter((part) => part !== null).join(', ') || 'a source'}`,
    ...(says === null ? [] : [says]),
    ...(identity === null || isKnown
      ? []
      : [`decide: its own client presents ${identity.certificate}; name it under identities`]),
    ...lost
      .slice(0, 10)
      .map(({ method, path, principals }) => `decide: the route ${method} ${path} admits ${principals.join(', ')}`),
    ...notes,
  ].map((line) => printable(line, 300));
};
