/**
 * Adds OpenSSL's verification to the monitor's own analysis. The analysis names every fault; OpenSSL may refuse a chain by rules that the analysis
 * does not have. OpenSSL has a veto only: if the analysis names a fault that explains the refusal, the report names that fault; if OpenSSL accepts
 * the chain, the faults of the analysis stay.
 */
import type { Code } from '../../model/names.ts';
import type { ChainVerified } from '../../model/probe.ts';
import { explain } from '../explain/codes.ts';
import type { RankedProblem } from './served-chains.ts';

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
 */
export const withVeto = (
  ours: readonly RankedProblem[],
  verified: ChainVerified | null,
  turned: (at: number) => boolean,
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
  if (weakness === undefined)
    return [
      ...ours,
      problem(
        'SERVED_CHAIN_REFUSED',
        `OpenSSL refuses the served chain: ${reason}${code === 'UNSPECIFIED' ? '' : ` (${code})`}`,
      ),
    ];
  return ours.some((each) => WEAK.includes(each.code))
    ? ours
    : [...ours, problem(weakness, `OpenSSL refuses a certificate of the path: ${reason}`)];
};

const problem = (code: RankedProblem['code'], message: string): RankedProblem => ({
  code,
  message,
  severity: explain(code)?.severity ?? 'warning',
});
