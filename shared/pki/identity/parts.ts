/** The certificates and the key that a text, a field or a file holds, or what is there instead. */
import { X509Certificate } from 'node:crypto';
import type { Parsed } from '../../model/parsed.ts';
import { pem, readAll, readTlv, TAG } from '../asn1/der.ts';
import { kindOf } from './found.ts';
import { isCertificate, isPrivateKey, pemOf, pemText } from './pem-blocks.ts';
import type { Field } from './secret-fields.ts';

const wrong = ({ label, content }: Field, expected: string): { readonly ok: false; readonly reason: string } => ({
  ok: false,
  reason: `${label} holds ${kindOf(content)}; ${expected} was expected`,
});

/** PEM, in the order in which they are there. */
export const certificatesIn = (field: Field): Parsed<string> => {
  const { content, label } = field;
  if (content.kind === 'der' && content.as === 'certificate')
    return { ok: true, value: pem('CERTIFICATE', content.bytes) };
  if (content.kind !== 'text') return wrong(field, 'a certificate');
  const { blocks, unfinished } = pemText(content.text);
  const certificates = blocks.filter(isCertificate).map(pemOf);
  if (unfinished) return { ok: false, reason: `${label} holds a PEM block that is damaged or cut off` };
  if (certificates.length === 0) return wrong(field, 'a certificate');
  const damaged = certificates.findIndex((each) => !decodes(each));
  if (damaged === -1) return { ok: true, value: certificates.join('') };
  const which = certificates.length === 1 ? 'the certificate' : `certificate ${damaged + 1} of ${certificates.length}`;
  return { ok: false, reason: `${which} in ${label} is damaged: its PEM block does not decode to a certificate` };
};

const decodes = (certificate: string): boolean => {
  try {
    return new X509Certificate(certificate).raw.length > 0;
  } catch {
    return false;
  }
};

/** One key, PEM. */
export const privateKeyIn = (field: Field): Parsed<string> => {
  const { content, label } = field;
  if (content.kind === 'der') {
    const labelled = keyLabel(content.as, content.bytes);
    return labelled === null ? wrong(field, 'a private key') : { ok: true, value: pem(labelled, content.bytes) };
  }
  if (content.kind !== 'text') return wrong(field, 'a private key');
  const { blocks, unfinished } = pemText(content.text);
  const keys = [...new Set(blocks.filter(isPrivateKey).map(pemOf))];
  const [key] = keys;
  if (key === undefined && unfinished)
    return { ok: false, reason: `${label} holds a PEM block that is damaged or cut off` };
  if (key === undefined) return wrong(field, 'a private key');
  return keys.length === 1
    ? { ok: true, value: key }
    : { ok: false, reason: `${label} holds ${keys.length} private keys; one was expected` };
};

export const holdsKey = ({ content }: Field): boolean =>
  content.kind === 'text' && pemText(content.text).blocks.some(isPrivateKey);

/** PKCS#8, PKCS#1 and SEC1 differ in what follows the version (RFC 5958 §2, RFC 8017 A.1.2, RFC 5915 §3). */
const keyLabel = (as: string, bytes: Uint8Array): string | null => {
  if (as === 'encrypted private key') return 'ENCRYPTED PRIVATE KEY';
  if (as !== 'private key') return null;
  const after = readAll(readTlv(bytes).content)[1]?.tag;
  if (after === TAG.integer) return 'RSA PRIVATE KEY';
  return after === TAG.octetString ? 'EC PRIVATE KEY' : 'PRIVATE KEY';
};
