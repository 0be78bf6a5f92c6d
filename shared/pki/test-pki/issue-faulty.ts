/** Issues identities that relying parties must refuse, each for exactly one fault. */
import type { Fault } from '../../model/names.ts';
import type { Authority, CertificateRequest, Issued, Validity } from '../mint/issue.ts';
import { issue } from '../mint/issue.ts';

export type Periods = { readonly current: Validity; readonly past: Validity; readonly future: Validity };

/** A certificate request without the fields that faults change. */
export type IdentityRequest = Pick<CertificateRequest, 'subject' | 'altNames' | 'keyKind' | 'extensions'>;

/** Issues an identity without a fault. */
export const issueIdentity = (like: IdentityRequest, validity: Validity, authority: Authority): Promise<Issued> =>
  issue({ ...like, validity, extendedKeyUsage: ['clientAuth'] }, authority);

/** Issues one identity per fault, all with the names and attributes of `like`: a server that decides by one would else refuse for it. `serial`: the serial number of `revoked`, for the authority's revocation list. */
export const issueFaulty = async (
  like: IdentityRequest,
  periods: Periods,
  authority: Authority,
  serial: Uint8Array,
): Promise<Readonly<Record<Fault, Issued>>> => {
  const good = { ...like, validity: periods.current, extendedKeyUsage: ['clientAuth'] } as const;
  return {
    expired: await issueIdentity(like, periods.past, authority),
    'not-yet-valid': await issueIdentity(like, periods.future, authority),
    revoked: await issue({ ...good, serial }, authority),
    'wrong-usage': await issue({ ...good, extendedKeyUsage: ['serverAuth'] }, authority),
  };
};
