/**
 * Reads an existing CA from PEM and prepares it to issue. Problems that would make its certificates useless are reported before the first one is
 * issued.
 */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Parsed } from '../../model/parsed.ts';
import type { Instant } from '../../model/time.ts';
import { pem, readAll, readTlv } from '../asn1/der.ts';
import { OID } from '../asn1/oids.ts';
import type { Authority } from '../mint/issue.ts';
import { keyIdentifier } from '../mint/keys.ts';
import { certificateFacts, certificatesOfPem, isIssuedBy, isSelfSigned, shortName } from '../x509/certificate.ts';
import { isOf, takeApart } from '../x509/certificate-parts.ts';
import { isMintable } from '../x509/key-types.ts';

export type GivenAuthority = {
  readonly authority: Authority;
  /** The root if the file contains it, else the highest certificate in the file; PEM. */
  readonly anchorsPem: string;
  /** Why relying parties that check key usage refuse the CA's revocation list (RFC 5280 §4.2.1.3, cRLSign); null when they accept it. */
  readonly listProblem: string | null;
  /** The CA's expiry: certificates that it issued are useless afterwards. */
  readonly notAfter: Instant;
};

/**
 * Returns the authority, or the reason why it cannot issue. `certificates`: the issuing CA and the CAs above it, PEM, in any order. Reasons never
 * quote the input.
 */
export const givenAuthority = (
  certificates: string,
  key: { readonly pem: string; readonly passphrase: string | null },
  now: Instant,
): Parsed<GivenAuthority> => {
  const read = readCertificates(certificates);
  if (!read.ok) return read;
  const privateKey = readKey(key.pem, key.passphrase);
  if (!privateKey.ok) return privateKey;
  const own = read.value.find((each) => each.checkPrivateKey(privateKey.value));
  if (own === undefined) return { ok: false, reason: 'the private key belongs to no certificate of the file' };
  const reason = unable(own, now);
  if (reason !== null) return { ok: false, reason };
  const above = pathAbove(own, read.value);
  const top = above.at(-1) ?? own;
  // Leaves send the intermediates and never a root: the relying party must have its own copy.
  const sent = [own, ...above].filter((each) => !isSelfSigned(each));
  return {
    ok: true,
    value: {
      authority: {
        der: new Uint8Array(own.raw),
        certificatePem: String(own),
        privateKey: privateKey.value,
        name: takeApart(new Uint8Array(own.raw)).subject,
        keyIdentifier: subjectKeyOf(own),
        chainPem: sent.map((each) => pem('CERTIFICATE', each.raw)).join(''),
      },
      anchorsPem: pem('CERTIFICATE', top.raw),
      notAfter: own.validToDate.getTime(),
      listProblem: maySignLists(own) ? null : 'the key usage of the CA has no cRLSign: its list will be refused',
    },
  };
};

const readCertificates = (text: string): Parsed<readonly X509Certificate[]> => {
  try {
    const found = certificatesOfPem(text);
    return found.length > 0 ? { ok: true, value: found } : { ok: false, reason: 'the certificate is not PEM' };
  } catch {
    return { ok: false, reason: 'the certificate is damaged: its PEM block does not decode to a certificate' };
  }
};

const readKey = (text: string, passphrase: string | null): Parsed<KeyObject> => {
  const encrypted = text.includes('ENCRYPTED');
  if (encrypted && passphrase === null) return { ok: false, reason: 'the private key is encrypted' };
  try {
    return { ok: true, value: createPrivateKey({ key: text, ...(passphrase === null ? {} : { passphrase }) }) };
  } catch {
    // OpenSSL's message may quote the content.
    const why = encrypted
      ? 'cannot be decrypted: wrong passphrase, or damaged'
      : 'is damaged, or not a PEM private key';
    return { ok: false, reason: `the private key ${why}` };
  }
};

/** Without a key usage every use is allowed; else cRLSign is its seventh bit (RFC 5280 §4.2.1.3). */
const maySignLists = ({ raw }: X509Certificate): boolean => {
  const value = extensionOf(raw, OID.keyUsage);
  return value === null || ((readTlv(value).content[1] ?? 0) & 0x02) !== 0;
};

/** The content of an extension's OCTET STRING. */
const extensionOf = (der: Uint8Array, identifier: string): Uint8Array | null => {
  const found = takeApart(der).extensions.find((each) => isOf(each, identifier));
  return found === undefined ? null : (readAll(readTlv(found).content).at(-1)?.content ?? null);
};

/** The identifier in the CA's certificate, which leaves must repeat (RFC 5280 §4.2.1.1): a CA may compute it by any method. */
const subjectKeyOf = (ca: X509Certificate): Uint8Array => {
  const value = extensionOf(ca.raw, OID.subjectKeyIdentifier);
  return value === null ? keyIdentifier(ca.publicKey) : readTlv(value).content;
};

const unable = (ca: X509Certificate, now: Instant): string | null => {
  const facts = certificateFacts(ca);
  const who = shortName(facts);
  if (!facts.ca) return `${who} is not a CA: its basic constraints or its key usage do not let it sign certificates`;
  if (!isMintable(ca.publicKey))
    return `${who} has a key of type ${ca.publicKey.asymmetricKeyType}, with which nothing is signed here`;
  if (facts.notAfter < now) return `${who} expired on ${new Date(facts.notAfter).toISOString().slice(0, 10)}`;
  if (facts.notBefore > now)
    return `${who} is not valid before ${new Date(facts.notBefore).toISOString().slice(0, 10)}`;
  return null;
};

const pathAbove = (own: X509Certificate, all: readonly X509Certificate[]): readonly X509Certificate[] => {
  const path: X509Certificate[] = [];
  for (let top = own; !isSelfSigned(top); ) {
    const issuer = all.find((each) => each !== own && !path.includes(each) && isIssuedBy(top, each));
    if (issuer === undefined) break;
    path.push(issuer);
    top = issuer;
  }
  return path;
};
