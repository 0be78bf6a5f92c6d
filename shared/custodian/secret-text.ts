/** The secret of an identity that the custodian keeps: the fields that every reader of identities knows, and one for itself. */
import type { KeyObject } from 'node:crypto';
import type { Version } from './decide.ts';

type Issued = NonNullable<Version['issued']>;

export const secretText = (certificatePem: string, privateKey: KeyObject, custodian: Issued): string =>
  JSON.stringify({
    certificate: certificatePem,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    custodian,
  });

/** What the custodian wrote beside the certificate; null where it did not put this value. */
export const issuedIn = (value: string | Uint8Array): Issued | null => {
  try {
    const { custodian } = JSON.parse(String(value));
    const { certificateArn, revoked } = custodian;
    return typeof certificateArn === 'string' ? { certificateArn, revoked: revoked === true } : null;
  } catch {
    return null;
  }
};
