/** Reads the names and attributes of an existing certificate so that test identities can carry the same bytes. */

import type { Parsed } from '../../model/parsed.ts';
import { OID } from '../asn1/oids.ts';
import { attributesOf } from '../x509/attributes.ts';
import { certificateFacts, certificatesOfPem } from '../x509/certificate.ts';
import { isOf, takeApart } from '../x509/certificate-parts.ts';

export type GivenNames = {
  /** A Name and a whole extension, DER. */
  readonly subject: Uint8Array;
  readonly altNames: Uint8Array | null;
  /** Extensions by which a server may decide, DER. */
  readonly extensions: readonly Uint8Array[];
  /** The certificate's SPIFFE ID, if it has one. */
  readonly principal: string | null;
};

/** Returns the names of the first certificate in the text; TLS peers send the leaf first. */
export const namesOfPem = (text: string): Parsed<GivenNames> => {
  try {
    const [leaf] = certificatesOfPem(text);
    if (leaf === undefined) return { ok: false, reason: 'it is not a PEM certificate' };
    const { uris, ca } = certificateFacts(leaf);
    if (ca) return { ok: false, reason: 'it is a CA certificate, not an identity' };
    const { subject, extensions } = takeApart(new Uint8Array(leaf.raw));
    return {
      ok: true,
      value: {
        subject,
        altNames: extensions.find((each) => isOf(each, OID.subjectAltName)) ?? null,
        extensions: attributesOf(new Uint8Array(leaf.raw)),
        principal: uris.find((uri) => uri.startsWith('spiffe://')) ?? null,
      },
    };
  } catch {
    return { ok: false, reason: 'it is damaged: its PEM block does not decode to a certificate' };
  }
};
