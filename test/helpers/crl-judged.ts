/** What a served chain deserves by CRLs, at one moment. */
import { X509Certificate } from 'node:crypto';
import { DAY, type Instant } from '../../shared/model/time.ts';
import type { Authority } from '../../shared/pki/mint/issue.ts';
import { chainProblems } from '../../shared/pki/served/chain.ts';
import { certificateFacts, certificatesOfPem } from '../../shared/pki/x509/certificate.ts';
import type { Crl } from '../../shared/pki/x509/crl.ts';
import { crlsOf } from '../../shared/pki/x509/crl-file.ts';
import { anEndpoint } from './endpoint.ts';

export const NOW: Instant = Date.parse('2026-06-01T12:00:00Z');
export const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
export const week = { notBefore: NOW - DAY, notAfter: NOW + 6 * DAY };
const { expiry } = anEndpoint();

/** The only one of a PEM text. */
export const readList = (text: string): Crl => {
  const loaded = crlsOf('corp.crl', Buffer.from(text));
  if (!loaded.ok || loaded.crls[0] === undefined) throw new Error('no CRL');
  return loaded.crls[0];
};

/** The problems of `chain`, a leaf for `payments.test`, under a trust bundle of one CA with the lists `0.crl`, `1.crl`, and so on. */
export const judgedBy = (
  chain: string,
  { certificatePem }: Pick<Authority, 'certificatePem'>,
  seenAt: Instant,
  ...lists: readonly string[]
) =>
  chainProblems(
    certificatesOfPem(chain).map(certificateFacts),
    {
      name: 'corp',
      anchors: [new X509Certificate(certificatePem)],
      crls: lists.map((text, index) => crlsOf(`${index}.crl`, Buffer.from(text))),
    },
    { kind: 'dns', name: 'payments.test' },
    expiry,
    NOW,
    seenAt,
  );
