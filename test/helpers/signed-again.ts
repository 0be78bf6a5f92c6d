/** Certificates that our own minting does not make: taken apart, changed, and signed again. */

import { integer, pem, sequence, TAG, text, time, tlv } from '../../shared/pki/asn1/der.ts';
import { extension, putTogether } from '../../shared/pki/mint/assemble.ts';
import type { Authority, Issued } from '../../shared/pki/mint/issue.ts';
import { type CertificateParts, isOf, takeApart } from '../../shared/pki/x509/certificate-parts.ts';

type Change = (parts: CertificateParts) => CertificateParts;

const again = (der: Uint8Array, change: Change, signer: Authority): string =>
  pem('CERTIFICATE', putTogether(change(takeApart(der)), signer.privateKey));

/** An intermediate of `parent`. */
export const authorityAgain = (authority: Authority, change: Change, parent: Authority): Authority => {
  const certificatePem = again(authority.der, change, parent);
  return { ...authority, certificatePem, chainPem: certificatePem + parent.chainPem };
};

export const leafAgain = (leaf: Issued, change: Change, signer: Authority): Issued => ({
  ...leaf,
  certificatePem: again(leaf.der, change, signer) + signer.chainPem,
});

const withExtension =
  (added: Uint8Array, replaced?: string): Change =>
  (parts) => ({
    ...parts,
    extensions: [...parts.extensions.filter((each) => replaced === undefined || !isOf(each, replaced)), added],
  });

/** RFC 5280 §4.2.1.10. */
export const namesWithin = (domain: string): Change =>
  withExtension(extension('2.5.29.30', sequence(tlv(0xa0, sequence(text(0x82, domain)))), true));

/** RFC 5280 §4.2.1.9. */
export const leavesOnly: Change = withExtension(
  extension('2.5.29.19', sequence(tlv(TAG.boolean, Uint8Array.of(0xff)), integer(0)), true),
  '2.5.29.19',
);

export const unknownCritical: Change = withExtension(extension('1.3.6.1.4.1.99999.7', Uint8Array.of(5, 0), true));

export const version1: Change = (parts) => ({ ...parts, version: new Uint8Array(), extensions: [] });

export const validBetween =
  (from: number, to: number): Change =>
  (parts) => ({ ...parts, validity: sequence(time(from), time(to)) });
