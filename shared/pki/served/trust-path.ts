/**
 * Finds the path from a served chain to a trust bundle (RFC 5280 §6.1): of all paths of signatures, the one with the fewest problems. Other served
 * certificates do not matter: an expired twin of an intermediate, a foreign cross-signature, a duplicate.
 */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Instant } from '../../model/time.ts';
import { certificateFacts, certificateOf, isAnchor, shortName } from '../x509/certificate.ts';
import { profileOf } from '../x509/profile.ts';
import { dateFormProblems, type Link, ruleProblems } from './path-rules.ts';
import { findPaths, type Node, nodeOf, type Path } from './paths.ts';
import type { ChainProblem } from './problem.ts';
import { strengthProblems, usageProblems } from './strength.ts';
import { untrusted } from './untrusted.ts';

export type { ChainProblem } from './problem.ts';

/** `now`: the start of the run. `seenAt`: a time at or after the handshake. */
export type When = { readonly now: Instant; readonly seenAt: Instant };

export type Trusted = {
  readonly trusted: true;
  /** The served certificates, leaf first, up to the one that the bundle contains or signed. */
  readonly path: readonly CertificateFacts[];
  /**
   * The bundle's certificates at which the path ends, the chosen one first: the last one of the path if the bundle contains it, else each that
   * signed it.
   */
  readonly anchors: readonly X509Certificate[];
  /** The broken rules of constraints, critical extensions, fields and usages. */
  readonly faults: readonly ChainProblem[];
};

/** Whether signatures lead from the leaf to the bundle, and if not, why. Dates, names, usage and key strength do not affect `trusted`. */
export type TrustPath = Trusted | { readonly trusted: false; readonly problem: ChainProblem };

type Known = Node & { readonly facts: CertificateFacts };

/** Whether the certificate is in date. Such twins are tried first, because a hostile chain may exhaust the search before the other. */
const isInDate = ({ facts }: Known, when: When | null): boolean =>
  when === null || (facts.notAfter >= when.now && facts.notBefore <= when.seenAt);

const servedOnce = (chain: readonly CertificateFacts[], when: When | null): readonly Known[] => {
  const known = new Map(chain.map((facts) => [facts.sha256, facts]));
  const [leaf, ...others] = [...known.values()].map((facts) => ({
    certificate: certificateOf(facts),
    profile: profileOf(facts.der),
    facts,
  }));
  if (leaf === undefined) return [];
  return [leaf, ...others.toSorted((one, other) => Number(isInDate(other, when)) - Number(isInDate(one, when)))];
};

type Judged = {
  readonly path: readonly CertificateFacts[];
  readonly anchor: X509Certificate;
  readonly held: boolean;
  readonly faults: readonly ChainProblem[];
  /** Number of faults that stop a client, number of weaknesses, and the end of the path's validity. */
  readonly cost: readonly [breaks: number, minds: number, lasts: number];
};

const judge = (
  { served, anchor, held }: Path,
  factsOf: (node: Node) => CertificateFacts,
  when: When | null,
): Judged => {
  const path = served.map(factsOf);
  const whole = held ? path : [...path, certificateFacts(anchor.certificate)];
  const nodes = held ? served : [...served, anchor];
  const links = nodes.map(({ profile }, at): Link => {
    const facts = whole[at];
    return { name: facts === undefined ? '' : shortName(facts), profile };
  });
  const [leaf] = nodes;
  // A leaf in the bundle is trusted as it is; Go and the JDK do not check its key usage.
  const pinned = held && served.length === 1;
  const faults = [
    ...ruleProblems(links),
    ...dateFormProblems(links),
    ...(pinned || leaf === undefined
      ? usageProblems(whole, null)
      : usageProblems(whole, leaf.profile.keyUsage, leaf.profile.netscapeServer)),
  ];
  const late =
    when === null ? [] : whole.filter(({ notBefore, notAfter }) => notAfter < when.now || notBefore > when.seenAt);
  const weak = served.flatMap((each) => strengthProblems(each.certificate, factsOf(each)));
  const lasts = Math.min(...whole.map(({ notAfter }) => notAfter));
  const leafHeld = pinned && !isAnchor(anchor.certificate);
  const cost = [faults.length + late.length, weak.length + Number(leafHeld), lasts] as const;
  return { path, anchor: anchor.certificate, held, faults, cost };
};

const better = ({ cost: one }: Judged, { cost: other }: Judged): number =>
  one[0] - other[0] || one[1] - other[1] || other[2] - one[2];

/** Adds the other certificates of the bundle that signed the end of the same path: several may share one key. */
const asFound = (
  { path, anchor, held, faults }: Judged,
  paths: readonly Path[],
  factsOf: (node: Node) => CertificateFacts,
): Trusted => {
  const ends = paths.filter(
    (each) => each.served.length === path.length && each.served.every((node, at) => factsOf(node) === path[at]),
  );
  const others = held ? [] : ends.filter((each) => !each.held).map((each) => each.anchor.certificate);
  return { trusted: true, path, anchors: [...new Set([anchor, ...others])], faults };
};

/**
 * Returns the best path. `when`: null (the default) ignores dates in the choice between paths. `isRevoked` (default: never true): whether a
 * certificate of the path is revoked; such a path is chosen only where no other is free of faults.
 */
export const trustPath = (
  chain: readonly CertificateFacts[],
  bundle: readonly X509Certificate[],
  when: When | null = null,
  isRevoked: (path: Trusted) => boolean = () => false,
): TrustPath => {
  const served = servedOnce(chain, when);
  const { paths, deadEnd, exhausted } = findPaths(served, bundle.map(nodeOf));
  const known = new Map<Node, CertificateFacts>(served.map((node) => [node, node.facts]));
  const factsOf = (node: Node): CertificateFacts => known.get(node) ?? certificateFacts(node.certificate);
  const ranked = paths
    .map((path) => judge(path, factsOf, when))
    .toSorted(better)
    .map((each) => ({ faultless: each.cost[0] === 0, found: asFound(each, paths, factsOf) }));
  const best = ranked.find(({ faultless, found }) => faultless && !isRevoked(found)) ?? ranked[0];
  if (best === undefined)
    return {
      trusted: false,
      problem: untrusted({ served: served.map((each) => each.certificate), deadEnd, bundle, exhausted, factsOf }),
    };
  return best.found;
};
