/**
 * Adds OpenSSL's verification to the monitor's own analysis. The analysis names every fault; OpenSSL may refuse a chain by rules that the analysis
 * does not have. OpenSSL has a veto only: if the analysis names a fault that explains the refusal, the report names that fault; if OpenSSL accepts
 * the chain, the faults of the analysis stay.
 */
import type { Code } from '../../model/names.ts';
import type { ChainVerified } from '../../model/probe.ts';
import { explain } from '../explain/codes.ts';
import type { RankedProblem } from './served-chains.ts';

/** A certificate that OpenSSL takes for an issuer in place of one that leads to the bundle. `words`: it and its place. */
type Rival = { readonly words: string; readonly cure: string };

/** The monitor sends no secret to a server with such a problem in its chain, whatever OpenSSL says. */
export const breaksVerification = (code: Code): boolean => explain(code)?.verification !== undefined;

const WEAK: readonly Code[] = ['SERVED_KEY_WEAK', 'SERVED_SIGNATURE_WEAK'];
/** X509_verify_cert_error_string(3), for which Node has no codes: X509_V_ERR_EE_KEY_TOO_SMALL, _CA_KEY_TOO_SMALL, _CA_MD_TOO_WEAK. */
const WEAKNESS: Readonly<Record<string, 'SERVED_KEY_WEAK' | 'SERVED_SIGNATURE_WEAK'>> = {
  'EE certificate key too weak': 'SERVED_KEY_WEAK',
  'CA certificate key too weak': 'SERVED_KEY_WEAK',
  'CA signature digest algorithm too weak': 'SERVED_SIGNATURE_WEAK',
};
const OF_DATES = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

export const explainsRefusal = (problems: readonly RankedProblem[]): boolean =>
  problems.some(({ code }) => explain(code)?.verification === 'refused');

/**
 * `ours`: the problems that the monitor's own analysis found. `verified`: OpenSSL's verdict; null where no handshake gave one on this chain.
 * `turned`: whether a certificate's date passed between the run's clock and the moment of OpenSSL's verdict (`at`, milliseconds since 1970).
 * `rivalOf`: the certificate that OpenSSL took for an issuer at that moment, in place of one that leads to the bundle; default: none.
 */
export const withVeto = (
  ours: readonly RankedProblem[],
  verified: ChainVerified | null,
  turned: (at: number) => boolean,
  rivalOf: (at: number) => Rival | null = () => null,
): readonly RankedProblem[] => {
  if (verified === true || explainsRefusal(ours)) return ours;
  if (verified === null)
    return [
      ...ours,
      problem(
        'SERVED_CHAIN_UNCONFIRMED',
        'the monitor’s own analysis finds nothing that breaks verification, but no handshake with this chain was verified by OpenSSL',
      ),
    ];
  const { code, reason, at } = verified;
  if (OF_DATES.includes(code) && turned(at)) return ours;
  const weakness = WEAKNESS[reason];
  if (weakness === undefined) return [...ours, refusal(verified, rivalOf(at))];
  return ours.some((each) => WEAK.includes(each.code))
    ? ours
    : [...ours, problem(weakness, `OpenSSL refuses a certificate of the path: ${reason}`)];
};

/** What OpenSSL says, and for which clients it holds. */
const refusal = ({ code, reason }: Exclude<ChainVerified, true>, rival: Rival | null): RankedProblem => {
  const words = `OpenSSL refuses the served chain: ${reason}${code === 'UNSPECIFIED' ? '' : ` (${code})`}`;
  if (rival === null)
    return problem('SERVED_CHAIN_REFUSED', `${words}; so do clients built on it (curl, Node.js, Python)`);
  const why = `It takes ${rival.words} for an issuer and tries no other certificate of that name, though one leads to the trust bundle`;
  const who =
    'Clients built on OpenSSL (curl, Node.js, Python) refuse the chain for that; Go and Java, which try every path, do not';
  return { ...problem('SERVED_CHAIN_REFUSED', `${words}. ${why}. ${who}`), cure: rival.cure };
};

const problem = (code: RankedProblem['code'], message: string): RankedProblem => ({
  code,
  message,
  severity: explain(code)?.severity ?? 'warning',
});
