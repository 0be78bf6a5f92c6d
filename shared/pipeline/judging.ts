/** What we think of an endpoint's served chains: worked out once for each chain. */
import type { CertificateFacts } from '../model/certificate.ts';
import { parseHost } from '../model/host.ts';
import type { Code } from '../model/names.ts';
import type { Endpoint, ServerIdentity } from '../model/registry.ts';
import type { Instant } from '../model/time.ts';
import { chainProblems } from '../pki/chain.ts';
import { stapleProblems } from '../pki/ocsp-staple.ts';
import type { LoadedBundle } from '../pki/trust-bundle.ts';
import { type ChainProblem as PkiProblem, trustPath } from '../pki/trust-path.ts';
import { explain } from '../verdict/codes.ts';
import type { ChainProblem, ProblemsOf } from '../verdict/served-chains.ts';
import type { TrustOf } from '../verdict/trial.ts';
import type { Clock } from './ports.ts';

const BREAKS_VERIFICATION: readonly Code[] = [
  'SERVED_CHAIN_UNTRUSTED',
  'SERVED_CHAIN_SELF_SIGNED',
  'SERVED_CHAIN_INCOMPLETE',
  'SERVED_NAME_MISMATCH',
  'SERVED_IDENTITY_MISMATCH',
  'SERVED_CERTIFICATE_REVOKED',
  'SERVED_CHAIN_EXPIRED',
  'TRUST_BUNDLE_EXPIRED',
  'SERVED_CHAIN_NOT_YET_VALID',
  'SERVED_CHAIN_WRONG_USAGE',
];

export type ChainJudge = {
  readonly problemsOf: ProblemsOf;
  readonly trustOf: TrustOf;
  /** Whether secrets may be written: path, dates and usage are sound, and it bears the endpoint's name (or `name`, of another way in). */
  readonly verified: (chain: readonly CertificateFacts[], name: string | null) => boolean;
};

const once = <T>(judge: (chain: readonly CertificateFacts[]) => T) => {
  const known = new Map<string, T>();
  return (chain: readonly CertificateFacts[]): T => {
    const key = chain.map(({ sha256 }) => sha256).join();
    const value = known.get(key) ?? judge(chain);
    known.set(key, value);
    return value;
  };
};

/** `now`: the run's start. `clock` is asked when a chain has been seen. */
export const chainJudge = (
  endpoint: Endpoint,
  bundle: LoadedBundle,
  now: Instant,
  clock: Clock = () => now,
): ChainJudge => {
  const { expiry, serverIdentity, trustBundle } = endpoint;
  const unusable = bundle.ok ? null : `the trust bundle ${trustBundle} cannot be used: ${bundle.reason}`;
  const anchors = bundle.ok ? bundle.anchors : [];
  const trust = { name: trustBundle, anchors, crls: bundle.ok ? (bundle.crls ?? []) : [] };
  const pathOf = once((chain) => trustPath(chain, anchors));
  const ranked = (problems: readonly PkiProblem[]): readonly ChainProblem[] =>
    problems.map(({ critical, ...problem }) => ({
      ...problem,
      severity: critical ? 'critical' : (explain(problem.code)?.severity ?? 'warning'),
    }));
  const withoutStaples = once((chain) => ranked(chainProblems(chain, trust, serverIdentity, expiry, now, clock())));
  const problemsOf: ProblemsOf = (chain, staples) => {
    if (unusable !== null) return { unusable };
    const path = pathOf(chain);
    const stapled = path.trusted && staples !== undefined ? stapleProblems(path, staples, now, clock()) : [];
    return [...withoutStaples(chain), ...ranked(stapled)];
  };
  const trustOf: TrustOf = ({ servedChain }) => {
    if (unusable !== null) return { code: 'TRUST_BUNDLE_UNUSABLE', message: unusable };
    const path = pathOf(servedChain);
    return path.trusted ? null : path.problem;
  };
  const verified = (chain: readonly CertificateFacts[], name: string | null): boolean => {
    const problems =
      name === null || !bundle.ok
        ? problemsOf(chain)
        : chainProblems(chain, trust, identityOf(name), expiry, now, clock());
    return (
      !('unusable' in problems) && chain.length > 0 && !problems.some(({ code }) => BREAKS_VERIFICATION.includes(code))
    );
  };
  return { problemsOf, trustOf, verified };
};

const identityOf = (host: string): ServerIdentity =>
  parseHost(host)?.kind === 'ip' ? { kind: 'ip', address: host } : { kind: 'dns', name: host };
