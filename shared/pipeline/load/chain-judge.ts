/** Judges an endpoint's served chains, each distinct chain once. */
import type { CertificateFacts } from '../../model/certificate.ts';
import { parseHost } from '../../model/host.ts';
import type { Code } from '../../model/names.ts';
import type { ChainVerified, Observation } from '../../model/probe.ts';
import type { Endpoint, ServerIdentity } from '../../model/registry.ts';
import type { Instant } from '../../model/time.ts';
import { chainProblems } from '../../pki/served/chain.ts';
import { stapleProblems } from '../../pki/served/ocsp-staple.ts';
import { rivalIssuer } from '../../pki/served/rival-issuer.ts';
import type { LoadedBundle } from '../../pki/served/trust-bundle.ts';
import { type ChainProblem, trustPath } from '../../pki/served/trust-path.ts';
import { explain } from '../../verdict/explain/codes.ts';
import type { ProblemsOf, RankedProblem, UnusableBundle } from '../../verdict/judge/served-chains.ts';
import type { TrustOf } from '../../verdict/judge/trial.ts';
import { breaksVerification, explainsRefusal, withVeto } from '../../verdict/judge/veto.ts';
import type { Clock } from '../ports.ts';

export type ChainJudge = {
  readonly problemsOf: ProblemsOf;
  readonly trustOf: TrustOf;
  /**
   * Whether secrets may be sent over this connection: the chain's path, dates and usage are sound, the leaf has the endpoint's name (or `name`, the
   * name of a bypass), and OpenSSL verified the chain: in this handshake (`heard`), else in an earlier one with the same chain.
   */
  readonly verified: (chain: readonly CertificateFacts[], name: string | null, heard?: ChainVerified) => boolean;
  /** Whether clients that verify the endpoint by its bundle go on: no fault of its path, dates, usage or name. True where no chain was shown. */
  readonly isSound: (chain: readonly CertificateFacts[]) => boolean;
  /** Remembers OpenSSL's result for a chain. Once OpenSSL has refused it, a later success changes nothing. */
  readonly learn: (observation: Pick<Observation, 'servedChain' | 'chainVerified'>) => void;
  /** Whether the monitor's own analysis finds no fault and no OpenSSL result is known yet. */
  readonly awaits: (chain: readonly CertificateFacts[]) => boolean;
};

const keyOf = (chain: readonly CertificateFacts[]): string => chain.map(({ sha256 }) => sha256).join();

const once = <T>(judge: (chain: readonly CertificateFacts[]) => T) => {
  const known = new Map<string, T>();
  return (chain: readonly CertificateFacts[]): T => {
    const key = keyOf(chain);
    const value = known.get(key) ?? judge(chain);
    known.set(key, value);
    return value;
  };
};

/** `now`: the run's start. `clock` is read when a chain is judged. Default: always `now`. */
export const chainJudge = (
  endpoint: Endpoint,
  bundle: LoadedBundle,
  now: Instant,
  clock: Clock = () => now,
): ChainJudge => {
  const { expiry, serverIdentity, trustBundle } = endpoint;
  const anchors = bundle.ok ? bundle.anchors : [];
  const trust = { name: trustBundle, anchors, crls: bundle.ok ? (bundle.crls ?? []) : [] };
  const pathOf = once((chain) => trustPath(chain, anchors, { now, seenAt: clock() }));
  const unusable = unusableFor(bundle, trustBundle, (chain) => pathOf(chain).trusted);
  const damaged = damagedProblems(bundle, trustBundle);
  const ranked = (problems: readonly ChainProblem[]): readonly RankedProblem[] =>
    problems.map(({ critical, ...problem }) => ({
      ...problem,
      severity: critical ? 'critical' : (explain(problem.code)?.severity ?? 'warning'),
    }));
  const withoutStaples = once((chain) => ranked(chainProblems(chain, trust, serverIdentity, expiry, now, clock())));
  const said = new Map<string, ChainVerified>();
  const learn: ChainJudge['learn'] = ({ servedChain, chainVerified }) => {
    const key = keyOf(servedChain);
    if (key !== '' && chainVerified !== undefined && (said.get(key) ?? true) === true) said.set(key, chainVerified);
  };
  const awaits: ChainJudge['awaits'] = (chain) =>
    unusable(chain) === null && chain.length > 0 && !said.has(keyOf(chain)) && !explainsRefusal(withoutStaples(chain));
  const problemsOf: ProblemsOf = (chain, staples) => {
    const why = unusable(chain);
    if (why !== null) return { unusable: why };
    const path = pathOf(chain);
    const stapled = path.trusted && staples !== undefined ? stapleProblems(path, staples, now, clock()) : [];
    const verdict = said.get(keyOf(chain)) ?? null;
    return withVeto(
      [...withoutStaples(chain), ...ranked([...stapled, ...damaged])],
      verdict,
      (at) => turned(chain, anchors, now, at),
      (at) => (path.trusted ? rivalIssuer(path, { chain, bundle: anchors, bundleName: trustBundle, at }) : null),
    );
  };
  const trustOf: TrustOf = ({ servedChain }) => {
    const why = unusable(servedChain);
    if (why !== null) return why;
    const path = pathOf(servedChain);
    return path.trusted ? null : path.problem;
  };
  const verified: ChainJudge['verified'] = (chain, name, heard) => {
    if (unusable(chain) !== null || chain.length === 0 || (heard ?? said.get(keyOf(chain))) !== true) return false;
    const problems =
      name === null ? withoutStaples(chain) : chainProblems(chain, trust, identityOf(name), expiry, now, clock());
    return !problems.some(({ code }) => breaksVerification(code));
  };
  return { problemsOf, trustOf, verified, isSound: soundBy(unusable, withoutStaples), learn, awaits };
};

const soundBy =
  (
    unusable: (chain: readonly CertificateFacts[]) => UnusableBundle | null,
    problemsOf: (chain: readonly CertificateFacts[]) => readonly { readonly code: Code }[],
  ): ChainJudge['isSound'] =>
  (chain) =>
    chain.length === 0 || (unusable(chain) === null && !problemsOf(chain).some(({ code }) => breaksVerification(code)));

/** Why a chain cannot be judged by the bundle; null where it can. A chain that leads nowhere may lead to what could not be read. */
const unusableFor =
  (bundle: LoadedBundle, name: string, isTrusted: (chain: readonly CertificateFacts[]) => boolean) =>
  (chain: readonly CertificateFacts[]): UnusableBundle | null => {
    if (!bundle.ok && bundle.transient)
      return { code: 'TRUST_BUNDLE_NOT_READ', message: `the trust bundle ${name} could not be read: ${bundle.reason}` };
    if (!bundle.ok)
      return { code: 'TRUST_BUNDLE_UNUSABLE', message: `the trust bundle ${name} cannot be used: ${bundle.reason}` };
    const [first] = bundle.unread ?? [];
    if (first === undefined || chain.length === 0 || isTrusted(chain)) return null;
    const message = `it leads to no certificate of the trust bundle ${name} that can be read, and ${first}`;
    return { code: 'TRUST_BUNDLE_UNUSABLE', message };
  };

const damagedProblems = (bundle: LoadedBundle, name: string): readonly ChainProblem[] => {
  const [first, ...others] = bundle.ok ? (bundle.unread ?? []) : [];
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.length} more of it)`;
  const message = `of the trust bundle ${name}, ${first}${more}; the rest of it is used`;
  return [
    { code: 'TRUST_BUNDLE_DAMAGED', message, about: `the trust bundle ${name}`, thing: { kind: 'trust-bundle', name } },
  ];
};

/** Whether a date of the chain or an anchor lies between `now` and OpenSSL's clock `at`: then the two results may differ. */
const turned = (
  chain: readonly CertificateFacts[],
  anchors: Extract<LoadedBundle, { ok: true }>['anchors'],
  now: Instant,
  at: Instant,
): boolean => {
  const [from, to] = [Math.min(now, at), Math.max(now, at)];
  const dates = [
    ...chain.flatMap(({ notBefore, notAfter }) => [notBefore, notAfter]),
    ...anchors.flatMap(({ validFromDate, validToDate }) => [validFromDate.getTime(), validToDate.getTime()]),
  ];
  return dates.some((date) => date >= from && date <= to);
};

const identityOf = (host: string): ServerIdentity =>
  parseHost(host)?.kind === 'ip' ? { kind: 'ip', address: host } : { kind: 'dns', name: host };
