/** A claim that says nothing but what it is given; and reading objects one by one, so that a damaged one loses nothing else. */
import type { CertificateClaim, Claim, ReaderName, ReadingProblem, Said } from '../model/claim.ts';
import type { Place } from '../model/place.ts';
import { iso } from '../model/time.ts';
import { DamagedField } from './field.ts';
import { printable } from './printable.ts';
import type { ReaderContext } from './reader.ts';

type Given = Partial<Omit<Claim, 'endpoint' | 'at' | 'reader'>> & {
  readonly at: Place;
  readonly endpoint: Partial<Claim['endpoint']> & Pick<Claim['endpoint'], 'name'>;
};

/** Everything that is not given is unsaid. */
export const claimOf = (reader: ReaderName, { source, readAt }: ReaderContext, { endpoint, ...given }: Given): Claim =>
  clean({
    ...{ reader, source, readAt: iso(readAt) },
    ...{
      policy: null,
      clientCertificate: null,
      plaintext: null,
      authorities: null,
      revocation: null,
      expiry: null,
      admission: null,
    },
    ...{ clients: null, otherWays: [], certificates: [], headers: [], notes: [], unread: [] },
    ...given,
    endpoint: {
      ...{ hosts: [], port: null, workload: null, protocol: null, path: null, labels: {} },
      ...endpoint,
      name: printable(endpoint.name),
      port: portIn(endpoint.port ?? null),
    },
  });

/** Longest text of a claim that is kept whole, in characters: a SPIFFE ID may have as many (SPIFFE-ID §2.3). */
const MOST_TEXT = 2048;

/** The same with every text printable, however deep it stands: texts of exports reach terminals and pages. */
const clean = <Value>(value: Value): Value => cleaned(value) as Value;

const cleaned = (value: unknown): unknown => {
  if (typeof value === 'string') return printable(value, MOST_TEXT);
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [printable(name), cleaned(inner)]));
};

const portIn = (port: number | null): number | null =>
  port !== null && Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : null;

export const certificateOf = (
  given: Partial<CertificateClaim> & Pick<CertificateClaim, 'use' | 'name' | 'at'>,
): CertificateClaim =>
  clean({
    ...{ names: [], sha256: null, issuer: null, notBefore: null, notAfter: null, renewAt: null, trouble: null },
    authorities: null,
    ...given,
  });

export const said = <Value>(value: Value, at: Place, because?: string): NonNullable<Said<Value>> => ({
  value,
  at,
  ...(because !== undefined && { because }),
});

/** Applies `read` to each; an item that throws `DamagedField` becomes a problem. Rethrows every other error. */
export const readEach = <Item, Result>(
  items: readonly Item[],
  read: (item: Item) => readonly Result[],
): { readonly found: readonly Result[]; readonly problems: readonly ReadingProblem[] } => {
  const problems: ReadingProblem[] = [];
  const found = items.flatMap((item) => {
    try {
      return read(item);
    } catch (error) {
      if (!(error instanceof DamagedField)) throw error;
      problems.push({ at: error.at, path: error.path, message: error.message });
      return [];
    }
  });
  return { found, problems };
};
