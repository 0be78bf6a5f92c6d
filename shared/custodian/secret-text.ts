/** The secret of a kept identity: the fields that every reader of identities knows, and the custodian's own field. */
import type { KeyObject } from 'node:crypto';
import type { Version } from './decide.ts';

type Issued = NonNullable<Version['issued']>;

export const secretText = (certificatePem: string, privateKey: KeyObject, custodian: Issued): string =>
  JSON.stringify({
    certificate: certificatePem,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    custodian,
  });

/** Returns the custodian's own field; null if the custodian did not put this value. */
export const issuedIn = (value: string | Uint8Array): Issued | null => {
  try {
    const { custodian } = JSON.parse(String(value));
    const { certificateArn, revoked } = custodian;
    return typeof certificateArn === 'string' ? { certificateArn, revoked: revoked === true } : null;
  } catch {
    return null;
  }
};
