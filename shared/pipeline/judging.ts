/** What we think of an endpoint's served chains: worked out once for each chain. */
import type { CertificateFacts } from '../model/certificate.ts';
import { parseHost } from '../model/endpoint-url.ts';
import type { Endpoint, ServerIdentity } from '../model/registry.ts';
import type { Instant } from '../model/time.ts';
import { chainProblems, isWithin } from '../pki/chain.ts';
import type { LoadedBundle } from '../pki/trust-bundle.ts';
import { trustPath } from '../pki/trust-path.ts';
import { explain } from '../verdict/codes.ts';
import type { ProblemsOf } from '../verdict/served.ts';
import type { TrustOf } from '../verdict/trial.ts';

const BREAKS_VERIFICATION = [
  'SERVED_CHAIN_UNTRUSTED',
  'SERVED_CHAIN_INCOMPLETE',
  'SERVED_NAME_MISMATCH',
  'SERVED_CHAIN_EXPIRED',
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

export const chainJudge = (endpoint: Endpoint, bundle: LoadedBundle, now: Instant): ChainJudge => {
  const { expiry, serverIdentity, trustBundle } = endpoint;
  const unusable = bundle.ok ? null : `the trust bundle ${trustBundle} cannot be used: ${bundle.reason}`;
  const anchors = bundle.ok ? bundle.anchors : [];
  const pathOf = once((chain) => trustPath(chain, anchors));
  const critical = (chain: readonly CertificateFacts[]) => {
    const path = pathOf(chain);
    return (path.trusted ? path.path : chain).some((each) => isWithin(each, expiry.critical, now));
  };
  const problemsOf: ProblemsOf = once((chain) =>
    unusable !== null
      ? { unusable }
      : chainProblems(chain, anchors, serverIdentity, expiry, now).map(({ code, message }) => ({
          code,
          message,
          severity:
            code === 'SERVED_CHAIN_EXPIRES_SOON' && critical(chain)
              ? 'critical'
              : (explain(code)?.severity ?? 'warning'),
        })),
  );
  const trustOf: TrustOf = ({ servedChain }) => {
    if (unusable !== null) return { code: 'TRUST_BUNDLE_UNUSABLE', message: unusable };
    const path = pathOf(servedChain);
    return path.trusted ? null : path.problem;
  };
  const verified = (chain: readonly CertificateFacts[], name: string | null): boolean => {
    const problems =
      name === null || !bundle.ok ? problemsOf(chain) : chainProblems(chain, anchors, identityOf(name), expiry, now);
    return (
      !('unusable' in problems) && chain.length > 0 && !problems.some(({ code }) => BREAKS_VERIFICATION.includes(code))
    );
  };
  return { problemsOf, trustOf, verified };
};

const identityOf = (host: string): ServerIdentity =>
  parseHost(host)?.kind === 'ip' ? { kind: 'ip', address: host } : { kind: 'dns', name: host };
