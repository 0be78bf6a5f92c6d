/**
 * Every path by which signatures lead from a leaf to a trust bundle, whatever order, duplicates and strangers it was served with (RFC 4158 §2.4): depth
 * first, and bounded, since a peer chooses what is served.
 */
import type { X509Certificate } from 'node:crypto';
import { isAnchor, isSelfSigned } from '../x509/certificate.ts';
import { type Profile, profileOf } from '../x509/profile.ts';

/** A certificate, parsed and profiled once. */
export type Node = { readonly certificate: X509Certificate; readonly profile: Profile };

export type Path = {
  /** Of what was served, leaf first. */
  readonly served: readonly Node[];
  /** The certificate of the bundle that it ends at; the last of `served` where `held`. */
  readonly anchor: Node;
  readonly held: boolean;
};

export type Found = {
  readonly paths: readonly Path[];
  /** The longest way that led nowhere, leaf first. */
  readonly deadEnd: readonly Node[];
  /** A bound was reached: there may be paths that were not found. */
  readonly exhausted: boolean;
};

/** Go's crypto/x509 gives up after 100 signatures; chains of 100 certificates may want a few more. */
const MAX_SIGNATURES = 200;
const MAX_STEPS = 2_000;
const MAX_PATHS = 100;

const known = new WeakMap<X509Certificate, Node>();

/** Profiled when it is looked at: the runtime ships some 150 CAs, and a path ends at one. */
export const nodeOf = (certificate: X509Certificate): Node => {
  let profile: Profile | undefined;
  const node = known.get(certificate) ?? {
    certificate,
    get profile() {
      profile ??= profileOf(certificate.raw);
      return profile;
    },
  };
  known.set(certificate, node);
  return node;
};

const isSame = (one: X509Certificate, other: X509Certificate): boolean => one.fingerprint256 === other.fingerprint256;

/** A path that meets a name with its key again runs in a circle. */
const isAgain = (one: X509Certificate, other: X509Certificate): boolean =>
  isSame(one, other) || (one.subject === other.subject && one.publicKey.equals(other.publicKey));

/** RFC 5280 §6.1.4 (k); a trust anchor may be older than basic constraints, and is then of version 1 and signed itself. */
const mayIssue = ({ certificate, profile }: Node, anchors: boolean): boolean =>
  certificate.ca ? profile.version === 3 : anchors && profile.version === 1 && isSelfSigned(certificate);

/** What signed a certificate: worked out once, since a knot of cross-signatures is walked over and over. */
type Signers = { readonly anchors: readonly Node[]; readonly served: readonly Node[] };

class Search {
  readonly paths: Path[] = [];
  deadEnd: readonly Node[] = [];
  exhausted = false;
  #signatures = 0;
  #steps = 0;
  readonly #signers = new Map<Node, Signers>();
  readonly #served: readonly Node[];
  readonly #bundle: readonly Node[];

  constructor(served: readonly Node[], bundle: readonly Node[]) {
    this.#served = served;
    this.#bundle = bundle;
  }

  #isSignedBy({ certificate }: Node, issuer: Node, anchors: boolean): boolean {
    if (!certificate.checkIssued(issuer.certificate) || !mayIssue(issuer, anchors)) return false;
    this.#signatures += 1;
    if (this.#signatures > MAX_SIGNATURES) this.exhausted = true;
    return !this.exhausted && certificate.verify(issuer.certificate.publicKey);
  }

  #signersOf(top: Node): Signers {
    const found = this.#signers.get(top) ?? {
      anchors: this.#bundle.filter((anchor) => this.#isSignedBy(top, anchor, true)),
      served: this.#served.filter((each) => each !== top && this.#isSignedBy(top, each, false)),
    };
    this.#signers.set(top, found);
    return found;
  }

  walk(path: readonly Node[]): void {
    const top = path.at(-1);
    this.#steps += 1;
    if (top === undefined) return;
    if (this.#steps > MAX_STEPS || this.paths.length >= MAX_PATHS) {
      this.exhausted = true;
      return;
    }
    const held = this.#bundle.find(({ certificate }) => isSame(certificate, top.certificate));
    if (held !== undefined) this.paths.push({ served: path, anchor: held, held: true });
    // What comes behind a CA that the bundle holds makes no path better.
    if (held !== undefined && isAnchor(held.certificate)) return;
    const { anchors, served } = this.#signersOf(top);
    this.paths.push(...anchors.map((anchor) => ({ served: path, anchor, held: false })));
    const next = served.filter((each) => !path.some(({ certificate }) => isAgain(certificate, each.certificate)));
    for (const issuer of next) this.walk([...path, issuer]);
    if (next.length === 0 && path.length > this.deadEnd.length) this.deadEnd = path;
  }
}

/** `served`: the leaf, then the others, those that should be tried first in front. */
export const findPaths = (served: readonly Node[], bundle: readonly Node[]): Found => {
  const [leaf] = served;
  const search = new Search(served, bundle);
  if (leaf !== undefined) search.walk([leaf]);
  const { paths, deadEnd, exhausted } = search;
  return { paths, deadEnd, exhausted };
};
