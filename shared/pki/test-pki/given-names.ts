/** The names of a certificate that somebody has, to be borne by others: as the bytes they are. */

import type { Parsed } from '../../model/parsed.ts';
import { OID } from '../asn1/oids.ts';
import { certificateFacts, certificatesOfPem } from '../x509/certificate.ts';
import { isOf, takeApart } from '../x509/certificate-parts.ts';

export type GivenNames = {
  /** A Name and a whole extension, DER. */
  readonly subject: Uint8Array;
  readonly altNames: Uint8Array | null;
  /** Its SPIFFE ID, where it has one. */
  readonly principal: string | null;
};

/** Of the first certificate of the text, which is the leaf in what TLS peers send. */
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
        principal: uris.find((uri) => uri.startsWith('spiffe://')) ?? null,
      },
    };
  } catch {
    return { ok: false, reason: 'it is damaged: its PEM block does not decode to a certificate' };
  }
};
