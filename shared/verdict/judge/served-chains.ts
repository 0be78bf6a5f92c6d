/** The distinct chains that a lane's handshakes showed, accepted or not, and what the report says of each. */
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Thing } from '../../model/incident.ts';
import type { Code, Severity } from '../../model/names.ts';
import type { Observation, Staples } from '../../model/probe.ts';
import type { ServedChain } from '../../model/report.ts';
import { DAY, type Instant, iso } from '../../model/time.ts';
import type { AcceptableCasOf, Attempt, Lane } from './trial.ts';

export type RankedProblem = {
  readonly code: Code;
  readonly message: string;
  readonly severity: Severity;
  /** The part to repair, if it does not belong to the endpoint: a CA of a trust bundle, a CRL. */
  readonly about?: string;
  /** A more specific cure than those of its code. */
  readonly cure?: string;
  /** What is to be mended, where that is a trust bundle, a CA of one, or a CRL. */
  readonly thing?: Thing;
  /** When it ends or ended; `certificate`: the SHA-256 of a served certificate that does. */
  readonly ends?: { readonly at: Instant; readonly certificate?: string };
};
/** Every problem of a chain; or why the trust bundle itself cannot be used. */
/** Why no chain can be judged by the trust bundle: it cannot be used, or could not be read now. */
export type UnusableBundle = {
  readonly code: 'TRUST_BUNDLE_UNUSABLE' | 'TRUST_BUNDLE_NOT_READ';
  readonly message: string;
};

export type ProblemsOf = (
  chain: readonly CertificateFacts[],
  staples?: Staples,
) => readonly RankedProblem[] | { readonly unusable: UnusableBundle };

export const attemptsOf = (lane: Lane): readonly Attempt[] => [
  ...(lane.control === null ? [] : [lane.control]),
  ...lane.controls.flatMap(({ attempts }) => attempts),
  ...lane.others.filter(({ check }) => check.presented?.kind !== 'plaintext').flatMap(({ attempts }) => attempts),
];

/**
 * One observation per distinct chain: several backends may serve several, and one of them the same leaf without its intermediate. A resumed
 * session shows none: what it keeps is the leaf of the handshake before.
 */
export const distinctChains = (lane: Lane): readonly Observation[] => {
  const seen = new Map<string, Observation>();
  for (const { observation } of attemptsOf(lane)) {
    const chain = observation.servedChain.map(({ sha256 }) => sha256).join();
    if (chain !== '' && observation.resumed !== true && !seen.has(chain)) seen.set(chain, observation);
  }
  return [...seen.values()];
};

/** The distinct OCSP responses (DER) that were stapled to a leaf, and the number of handshakes without one. A fleet's caches may differ. */
export const staplesOf = (lane: Lane, [leaf]: readonly CertificateFacts[]): Staples => {
  const asked = attemptsOf(lane).flatMap(({ observation: { ocspStaple, servedChain } }) =>
    ocspStaple !== undefined && leaf !== undefined && servedChain[0]?.sha256 === leaf.sha256 ? [ocspStaple] : [],
  );
  const responses = asked.flatMap((each) => each ?? []);
  return {
    responses: [...new Map(responses.map((each) => [each.join(), each])).values()],
    missed: asked.length - responses.length,
  };
};

export const servedChains = (
  lane: Lane,
  problemsOf: ProblemsOf,
  endpoint: string,
  now: Instant,
  acceptableCasOf: AcceptableCasOf = () => null,
): readonly ServedChain[] =>
  distinctChains(lane).flatMap((observation) => {
    const { servedChain, address } = observation;
    const acceptable = acceptableCasOf(observation, controlOf(lane));
    const [leaf] = servedChain;
    if (leaf === undefined || address === null) return [];
    const first = servedChain.reduce((soonest, each) => (each.notAfter < soonest.notAfter ? each : soonest), leaf);
    const problems = problemsOf(servedChain, staplesOf(lane, servedChain));
    return [
      {
        endpoint,
        address,
        daysToExpiry: Math.round(((first.notAfter - now) / DAY) * 10) / 10,
        expiresFirst: first.subject,
        expiresAt: iso(first.notAfter),
        sha256: leaf.sha256,
        leaf: leafOf(leaf),
        problems: 'unusable' in problems ? [] : problems.map(({ code, message }) => ({ code, message })),
        ...(acceptable !== null && { acceptableCas: acceptable }),
      },
    ];
  });

/** The identity that was accepted as the control, else the first that was tried. */
const controlOf = ({ control, controls }: Lane): string | null =>
  control?.observation.presented ?? controls[0]?.check.subject ?? null;

const leafOf = ({ issuer, keySha256, issuerSha256, notBefore, notAfter }: CertificateFacts): ServedChain['leaf'] => ({
  issuer,
  keySha256,
  issuerSha256,
  lifetimeDays: Math.round(((notAfter - notBefore) / DAY) * 1000) / 1000,
});

/** Chains that differ in what is not the leaf have the same fingerprint: each with its own problems is listed once. */
export const distinct = (chains: readonly ServedChain[]): readonly ServedChain[] => [
  ...new Map(
    chains.map((chain) => [`${chain.address} ${chain.sha256} ${chain.problems.map(({ code }) => code)}`, chain]),
  ).values(),
];
