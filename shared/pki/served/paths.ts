/**
 * Finds every path of signatures from a leaf to a trust bundle (RFC 4158 §2.4), whatever the order of the served certificates, with duplicates and
 * unrelated ones among them. The search is depth first and bounded, because the peer chooses what it sends.
 */
import type { X509Certificate } from 'node:crypto';
import { isAnchor, isSelfSigned, isVerifiedBy } from '../x509/certificate.ts';
import { keyDigest } from '../x509/digests.ts';
import { type Profile, profileOf } from '../x509/profile.ts';

/** A certificate, parsed and profiled once. */
export type Node = { readonly certificate: X509Certificate; readonly profile: Profile };

export type Path = {
  /** The served certificates of the path, leaf first. */
  readonly served: readonly Node[];
  /** The bundle's certificate at which the path ends; equal to the last of `served` when `held`. */
  readonly anchor: Node;
  readonly held: boolean;
};

export type Found = {
  readonly paths: readonly Path[];
  /** The longest chain that does not reach the bundle, leaf first. */
  readonly deadEnd: readonly Node[];
  /** Whether the search stopped at a bound, so that paths may be missing. */
  readonly exhausted: boolean;
};

/** Bounds of the search. Go's crypto/x509 stops after 100 signatures; a chain of 100 certificates may need some more. */
const MAX_SIGNATURES = 200;
const MAX_STEPS = 2_000;
const MAX_PATHS = 100;

const known = new WeakMap<X509Certificate, Node>();

/** Returns the node of a certificate. Its profile is read at first use: the runtime ships about 150 CAs, and a path uses one. */
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

/** Whether the path would contain the same name and key twice, which is a loop. */
const isAgain = (one: X509Certificate, other: X509Certificate): boolean =>
  isSame(one, other) || (one.subject === other.subject && keyDigest(one.raw) === keyDigest(other.raw));

/**
 * Whether the certificate may sign others (RFC 5280 §6.1.4 (k)); a trust anchor may also be a self-signed root of version 1 without basic
 * constraints.
 */
const mayIssue = ({ certificate, profile }: Node, anchors: boolean): boolean =>
  certificate.ca ? profile.version === 3 : anchors && profile.version === 1 && isSelfSigned(certificate);

/** The signers of a certificate, computed once: cross-signatures make the search visit a certificate many times. */
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
    return !this.exhausted && isVerifiedBy(certificate, issuer.certificate);
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
    // A path that continues behind a CA of the bundle is never better.
    if (held !== undefined && isAnchor(held.certificate)) return;
    const { anchors, served } = this.#signersOf(top);
    this.paths.push(...anchors.map((anchor) => ({ served: path, anchor, held: false })));
    const next = served.filter((each) => !path.some(({ certificate }) => isAgain(certificate, each.certificate)));
    for (const issuer of next) this.walk([...path, issuer]);
    if (next.length === 0 && path.length > this.deadEnd.length) this.deadEnd = path;
  }
}

/** Finds the paths. `served`: the leaf, then the others in the order in which they are tried. */
export const findPaths = (served: readonly Node[], bundle: readonly Node[]): Found => {
  const [leaf] = served;
  const search = new Search(served, bundle);
  if (leaf !== undefined) search.walk([leaf]);
  const { paths, deadEnd, exhausted } = search;
  return { paths, deadEnd, exhausted };
};
