/**
 * Mints certificates that resemble the control's and that every relying party must refuse: the signature differs, the other fields are copied as
 * bytes.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { MintedScenario } from '../../model/probe.ts';
import { integer, pem, readAll, readTlv } from '../asn1/der.ts';
import { ML_DSA, OID } from '../asn1/oids.ts';
import { type CertificateParts, isOf, takeApart } from '../x509/certificate-parts.ts';
import { putTogether } from './assemble.ts';
import { nameOfText } from './distinguished-name.ts';
import { authorityKeyIdentifier, subjectKeyIdentifier } from './extensions.ts';
import { randomSerial } from './issue.ts';
import { type KeyKind, keyIdentifier, keyPairFor, kindOf, spkiOf } from './keys.ts';

export type MintControl = {
  readonly leafDer: Uint8Array;
  /** The other certificates that the control sends, nearest issuer first: usually intermediates, often none. */
  readonly issuersDer: readonly Uint8Array[];
};

/** An identity whose leaf key signs other certificates, as if the leaf were a CA. */
export type MintSigner = MintControl & { readonly privateKey: KeyObject };

/** A minted certificate and this process's key: it is never written, and serialising it reveals nothing. */
export type Minted = { readonly certificatePem: string; readonly privateKey: KeyObject };

/**
 * Extensions that are not copied: pointers to the real issuer's services (RFC 5280 §4.2.1.13, §4.2.1.15, §4.2.2), which a relying party would
 * query, and signatures of its logs (RFC 6962 §3.3).
 */
const LEFT_OUT = [
  '2.5.29.31',
  '2.5.29.46',
  '1.3.6.1.5.5.7.1.1',
  '1.3.6.1.5.5.7.1.11',
  '1.3.6.1.5.5.7.1.24',
  '1.3.6.1.4.1.11129.2.4.2',
];
/** Scenarios that need no private key of the registry. */
export type CopiedScenario = Exclude<MintedScenario, 'leaf-as-issuer'>;

const AUTHORITY_NAME = nameOfText('CN=mtls-monitor untrusted CA, O=made for one process');

/** Returns the control's extensions in their order, without those of `LEFT_OUT` and with new key identifiers where the control has them. */
const extensionsLike = (like: CertificateParts, own: Uint8Array, authority: Uint8Array | null): Uint8Array[] =>
  like.extensions
    .filter((extension) => !LEFT_OUT.some((identifier) => isOf(extension, identifier)))
    .map((extension) => {
      if (isOf(extension, OID.subjectKeyIdentifier)) return subjectKeyIdentifier(own);
      return authority !== null && isOf(extension, OID.authorityKeyIdentifier)
        ? authorityKeyIdentifier(authority)
        : extension;
    });

const publicKeyOf = (spki: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });

/**
 * The kind of key that signed the control: OpenSSL does not take a CA for the issuer where the signature is of another kind than its key makes,
 * and a look-alike must be refused for a false signature, not for a missing issuer.
 */
const issuerKind = (signatureAlgorithm: Uint8Array): KeyKind => {
  const of = (...identifiers: readonly string[]) => identifiers.some((each) => isOf(signatureAlgorithm, each));
  if (of('1.2.840.10045.4.3.1', '1.2.840.10045.4.3.2')) return 'ec-prime256v1';
  if (of('1.2.840.10045.4.3.3')) return 'ec-secp384r1';
  if (of('1.2.840.10045.4.3.4')) return 'ec-secp521r1';
  if (of('1.3.101.112')) return 'ed25519';
  if (of('1.3.101.113')) return 'ed448';
  for (const kind of ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const) if (of(ML_DSA[kind])) return kind;
  return of('1.2.840.113549.1.1.10') ? 'rsa-pss-2048' : 'rsa-2048';
};

/**
 * A leaf like the control's (subject, alternative names, usages, validity, kind of key, and what else it carries), with another key and signature:
 * - `untrusted-issuer`: from a CA of this process. Sent alone: with its CA and a CRL configured, nginx's `optional_no_ca` refuses it for
 *   the CRL that the CA lacks, and would look right.
 * - `self-signed`: issued by itself.
 * - `lookalike-issuer`: the control's issuer, authority key identifier and serial number byte for byte, signed by another key. The control's real
 *   intermediates are sent along, so that the relying party finds the real issuer and has to look at the signature (RFC 5280 §6.1.3 (a)(1)).
 *
 * Keys are made once a process for each kind of key. Rejects where the control's certificate cannot be read.
 */
export const mintLike = async (control: MintControl, scenario: CopiedScenario): Promise<Minted> => {
  const like = takeApart(control.leafDer);
  const leaf = await keyPairFor('leaf', kindOf(publicKeyOf(like.spki)));
  const own = keyIdentifier(leaf.publicKey);
  const parts = { ...like, spki: spkiOf(leaf.publicKey), serial: integer(...randomSerial()) };
  const extensions = (authority: Uint8Array | null) => extensionsLike(like, own, authority);
  const minted = (changed: Pick<CertificateParts, 'extensions'> & Partial<CertificateParts>, key: KeyObject) => ({
    certificatePem: pem('CERTIFICATE', putTogether({ ...parts, ...changed }, key)),
    privateKey: leaf.privateKey,
  });
  if (scenario === 'self-signed') return minted({ issuer: like.subject, extensions: extensions(own) }, leaf.privateKey);
  const authority = await keyPairFor('authority', issuerKind(like.signatureAlgorithm));
  switch (scenario) {
    case 'untrusted-issuer': {
      const named = extensions(keyIdentifier(authority.publicKey));
      return minted({ issuer: AUTHORITY_NAME, extensions: named }, authority.privateKey);
    }
    case 'lookalike-issuer': {
      const { certificatePem, privateKey } = minted(
        { serial: like.serial, extensions: extensions(null) },
        authority.privateKey,
      );
      const intermediates = control.issuersDer.map((der) => pem('CERTIFICATE', der));
      return { certificatePem: certificatePem + intermediates.join(''), privateKey };
    }
    default:
      return scenario satisfies never;
  }
};

/**
 * `leaf-as-issuer`: a leaf like the control's, issued by `signer`'s leaf, which is no CA, and signed with its key (RFC 5280 §6.1.4 (k)). The signer's
 * certificates are sent along: every signature up to the trust anchor is true. It has both key identifiers even where the control has none:
 * a signer that bears the control's own name would look like the leaf itself without them.
 *
 * Rejects where a certificate cannot be read, or where the signer's key makes no certificate signatures.
 */
export const mintIssuedBy = async (control: MintControl, signer: MintSigner): Promise<Minted> => {
  const like = takeApart(control.leafDer);
  const issuer = takeApart(signer.leafDer);
  const leaf = await keyPairFor('leaf', kindOf(publicKeyOf(like.spki)));
  const own = subjectKeyIdentifier(keyIdentifier(leaf.publicKey));
  const isIdentifier = (each: Uint8Array) =>
    isOf(each, OID.subjectKeyIdentifier) || isOf(each, OID.authorityKeyIdentifier);
  const extensions = extensionsLike(like, new Uint8Array(), null).filter((each) => !isIdentifier(each));
  const changed = {
    serial: integer(...randomSerial()),
    issuer: issuer.subject,
    spki: spkiOf(leaf.publicKey),
    extensions: [...extensions, own, authorityKeyIdentifier(identifierOf(issuer))],
  };
  const path = [putTogether({ ...like, ...changed }, signer.privateKey), signer.leafDer, ...signer.issuersDer];
  return { certificatePem: path.map((der) => pem('CERTIFICATE', der)).join(''), privateKey: leaf.privateKey };
};

/** Returns the subject key identifier in the certificate, else a computed one. */
const identifierOf = ({ extensions, spki }: CertificateParts): Uint8Array => {
  const stated = extensions.find((each) => isOf(each, OID.subjectKeyIdentifier));
  const value = stated === undefined ? undefined : readAll(readTlv(stated).content).at(-1);
  return value === undefined ? keyIdentifier(publicKeyOf(spki)) : readTlv(value.content).content;
};
