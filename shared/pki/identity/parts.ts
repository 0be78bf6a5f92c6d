/** Reads the certificates and the key of a text, field or file, or names the kind of content found instead. */
import type { Parsed } from '../../model/parsed.ts';
import { pem, readAll, readTlv, TAG } from '../asn1/der.ts';
import type { DerKind } from '../asn1/der-kind.ts';
import { certificatesOf, type OpenPkcs12, unreadWords } from '../content/certificates.ts';
import { kindOf } from '../content/found.ts';
import { isJks } from '../content/jks.ts';
import { isPrivateKey, pemOf, pemText } from '../content/pem-blocks.ts';
import type { Field } from '../content/secret-fields.ts';

const wrong = ({ label, content }: Field, expected: string): { readonly ok: false; readonly reason: string } => ({
  ok: false,
  reason: `${label} holds ${kindOf(content)}; ${expected} was expected`,
});

/** Returns the certificates as PEM in their stored order, from PEM, DER (also several in a row) or PKCS#7. A damaged certificate is an error. */
export const certificatesIn = (field: Field): Parsed<string> => {
  const { content, label } = field;
  if (content.kind !== 'text' && !(content.kind === 'der' && HOLDS_CERTIFICATES.includes(content.as)))
    return wrong(field, 'a certificate');
  const { found, unread } = certificatesOf(content, noPkcs12);
  const [first] = unread;
  if (first?.which === 'the PEM block')
    return { ok: false, reason: `${label} holds a PEM block that is damaged or cut off` };
  if (first !== undefined) return { ok: false, reason: unreadWords({ ...first, line: null }, label) };
  return found.length === 0 ? wrong(field, 'a certificate') : { ok: true, value: found.map(String).join('') };
};

const HOLDS_CERTIFICATES: readonly string[] = ['certificate', 'PKCS#7 bundle'] satisfies readonly DerKind[];
/** PKCS#12 files contain the key too and are read before this. */
const noPkcs12: OpenPkcs12 = () => ({ ok: false, reason: 'the PKCS#12 file is not read here' });

/** Returns the only private key as PEM; none or several are an error. */
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

/** Returns a PKCS#12 file or a Java keystore (JKS). */
export const keystoreIn = ({ content }: Field): Uint8Array | null => {
  if (content.kind === 'der' && content.as === 'PKCS#12 file') return content.bytes;
  return content.kind === 'bytes' && isJks(content.bytes) ? content.bytes : null;
};

export const holdsKey = ({ content }: Field): boolean =>
  content.kind === 'text' && pemText(content.text).blocks.some(isPrivateKey);

/** PKCS#8, PKCS#1 and SEC1 differ in the element after the version (RFC 5958 §2, RFC 8017 A.1.2, RFC 5915 §3). */
const keyLabel = (as: string, bytes: Uint8Array): string | null => {
  if (as === 'encrypted private key') return 'ENCRYPTED PRIVATE KEY';
  if (as !== 'private key') return null;
  const after = readAll(readTlv(bytes).content)[1]?.tag;
  if (after === TAG.integer) return 'RSA PRIVATE KEY';
  return after === TAG.octetString ? 'EC PRIVATE KEY' : 'PRIVATE KEY';
};
