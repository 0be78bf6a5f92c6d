/** Certificates that stand as PEM in a field of a source. Whatever else stands there, a private key too, is neither kept nor named. */

import type { CertificateFacts } from '../model/certificate.ts';
import type { Authority } from '../model/claim.ts';
import { iso } from '../model/time.ts';
import { certificateFacts, certificatesOfPem } from '../pki/x509/certificate.ts';
import type { Field } from './field.ts';
import { printable } from './printable.ts';

/** In their order; none where the field is absent. `encoded`: the PEM is in base64, as Kubernetes has bytes. Throws `DamagedField` for a damaged certificate. */
export const certificatesIn = (field: Field, encoded: 'as-text' | 'in-base64' = 'as-text'): CertificateFacts[] => {
  const text = field.text();
  if (text === null) return [];
  const pem = encoded === 'in-base64' ? Buffer.from(text, 'base64').toString('latin1') : text;
  try {
    return certificatesOfPem(pem).map(certificateFacts);
  } catch {
    throw field.damaged('a certificate in it is damaged');
  }
};

export const authorityOf = ({ subject, sha256, notAfter }: CertificateFacts): Authority => ({
  ...{ subject: printable(subject), sha256, notAfter: iso(notAfter) },
});
