/**
 * The path from a served chain to a trust bundle (RFC 5280 §6.1): of all that signatures make, the one that is least at fault. Any valid path will do,
 * whatever else is served beside it: an expired twin of an intermediate, a stranger's cross-signature, the same certificate twice.
 */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Instant } from '../../model/time.ts';
import { certificateFacts, isAnchor, shortName } from '../x509/certificate.ts';
import { profileOf } from '../x509/profile.ts';
import { dateFormProblems, type Link, ruleProblems } from './path-rules.ts';
import { findPaths, type Node, nodeOf, type Path } from './paths.ts';
import type { ChainProblem } from './problem.ts';
import { strengthProblems, usageProblems } from './strength.ts';
import { untrusted } from './untrusted.ts';

export type { ChainProblem } from './problem.ts';

/** `now`: the run's start. `seenAt`: no earlier than the handshake. */
export type When = { readonly now: Instant; readonly seenAt: Instant };

/** Whether signatures lead from the leaf to the bundle (dates, names, usage and key strength do not count), and why not. */
export type TrustPath =
  | {
      readonly trusted: true;
      /** Leaf first, up to the one that the bundle holds or signed. */
      readonly path: readonly CertificateFacts[];
      /** Those of the bundle that the path ends at, the chosen one first: itself where the bundle holds it, else each that signed it. */
      readonly anchors: readonly X509Certificate[];
      /** The rules that it breaks: of constraints, critical extensions, contents and usages. */
      readonly faults: readonly ChainProblem[];
    }
  | { readonly trusted: false; readonly problem: ChainProblem };

export const parse = (facts: CertificateFacts): X509Certificate => new X509Certificate(facts.der);

type Known = Node & { readonly facts: CertificateFacts };

/** Twins are tried with the one in date first: a hostile chain may leave no time for the other. */
const isInDate = ({ facts }: Known, when: When | null): boolean =>
  when === null || (facts.notAfter >= when.now && facts.notBefore <= when.seenAt);

const servedOnce = (chain: readonly CertificateFacts[], when: When | null): readonly Known[] => {
  const known = new Map(chain.map((facts) => [facts.sha256, facts]));
  const [leaf, ...others] = [...known.values()].map((facts) => ({
    certificate: parse(facts),
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
  /** What would stop a client, then what it might mind, then how long it lasts. */
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
  // A leaf that the bundle itself holds is trusted as it is; Go and the JDK look at no usage of its key.
  const pinned = held && served.length === 1;
  const faults = [
    ...ruleProblems(links),
    ...dateFormProblems(links),
    ...usageProblems(whole, pinned ? null : (nodes[0]?.profile.keyUsage ?? null)),
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

/** `when` null: dates decide nothing between two paths. */
export const trustPath = (
  chain: readonly CertificateFacts[],
  bundle: readonly X509Certificate[],
  when: When | null = null,
): TrustPath => {
  const served = servedOnce(chain, when);
  const { paths, deadEnd, exhausted } = findPaths(served, bundle.map(nodeOf));
  const known = new Map<Node, CertificateFacts>(served.map((node) => [node, node.facts]));
  const factsOf = (node: Node): CertificateFacts => known.get(node) ?? certificateFacts(node.certificate);
  const [best] = paths.map((path) => judge(path, factsOf, when)).toSorted(better);
  if (best === undefined)
    return {
      trusted: false,
      problem: untrusted({ served: served.map((each) => each.certificate), deadEnd, bundle, exhausted, factsOf }),
    };
  const { path, anchor, held, faults } = best;
  const ends = paths.filter(
    (each) => each.served.length === path.length && each.served.every((node, at) => factsOf(node) === path[at]),
  );
  const others = held ? [] : ends.filter((each) => !each.held).map((each) => each.anchor.certificate);
  return { trusted: true, path, anchors: [...new Set([anchor, ...others])], faults };
};
