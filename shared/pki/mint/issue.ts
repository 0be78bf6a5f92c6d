/** Issues certificates: authorities, and the leaves and revocation lists that they sign. */
import { type KeyObject, randomBytes } from 'node:crypto';
import { type Instant, SECOND } from '../../model/time.ts';
import { explicit, integer, pem, sequence, time } from '../asn1/der.ts';
import { putTogether, signed } from './assemble.ts';
import { nameOfText } from './distinguished-name.ts';
import * as build from './extensions.ts';
import { type KeyKind, type KeyPair, keyIdentifier, newKeyPair, spkiOf } from './keys.ts';

export type Validity = { readonly notBefore: Instant; readonly notAfter: Instant };

/** A certificate with its key. The key is a KeyObject: printing or serialising it reveals nothing. */
export type Issued = {
  readonly der: Uint8Array;
  /** The certificates that a TLS peer sends: leaf first, then the intermediates. For an authority, its own certificate alone. */
  readonly certificatePem: string;
  readonly privateKey: KeyObject;
};
export type Authority = Issued & {
  /** The DER of its subject. */
  readonly name: Uint8Array;
  readonly keyIdentifier: Uint8Array;
  /** The CA certificates that its leaves send; empty for a root. */
  readonly chainPem: string;
};

export type CertificateRequest = {
  /** RFC 4514 text, or a DER Name whose bytes are kept. */
  readonly subject: string | Uint8Array;
  readonly validity: Validity;
  /** Default: `ec-prime256v1`. */
  readonly keyKind?: KeyKind;
  /** Default: random, 127 bits (RFC 5280 §4.1.2.2 allows 20 octets). */
  readonly serial?: Uint8Array;
  /** Names, or the whole extension, whose bytes are kept. */
  readonly altNames?: readonly build.AltName[] | Uint8Array;
  /** Default: none, so any use is allowed. */
  readonly extendedKeyUsage?: readonly build.ExtendedUsage[];
  /** Default: `digitalSignature`; for an authority `keyCertSign` and `cRLSign`. */
  readonly keyUsage?: readonly build.MintedKeyUsage[];
  /** Others, each a whole extension in DER. Default: none. */
  readonly extensions?: readonly Uint8Array[];
};

export const randomSerial = (): Uint8Array => {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
};

/** Version 3 is written as 2 (RFC 5280 §4.1.2.1). */
const V3 = explicit(0, integer(2));

const certificateOf = (
  request: CertificateRequest,
  pair: KeyPair,
  issuer: Authority | null,
  ca: boolean,
): Uint8Array => {
  const subject = typeof request.subject === 'string' ? nameOfText(request.subject) : request.subject;
  const { altNames, extendedKeyUsage, validity } = request;
  return putTogether(
    {
      version: V3,
      serial: integer(...(request.serial ?? randomSerial())),
      issuer: issuer?.name ?? subject,
      validity: sequence(time(validity.notBefore), time(validity.notAfter)),
      subject,
      spki: spkiOf(pair.publicKey),
      extensions: [
        build.basicConstraints(ca),
        build.keyUsage(request.keyUsage ?? (ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'])),
        ...(extendedKeyUsage === undefined ? [] : [build.extendedKeyUsage(extendedKeyUsage)]),
        ...(altNames === undefined ? [] : [altNames instanceof Uint8Array ? altNames : build.subjectAltName(altNames)]),
        build.subjectKeyIdentifier(keyIdentifier(pair.publicKey)),
        ...(issuer === null ? [] : [build.authorityKeyIdentifier(issuer.keyIdentifier)]),
        ...(request.extensions ?? []),
      ],
    },
    issuer?.privateKey ?? pair.privateKey,
  );
};

/** A CA: a root where no `parent` is given, else an intermediate. */
export const issueAuthority = async (
  request: CertificateRequest,
  options: { readonly parent?: Authority } = {},
): Promise<Authority> => {
  const pair = await newKeyPair(request.keyKind ?? 'ec-prime256v1');
  const parent = options.parent ?? null;
  const der = certificateOf(request, pair, parent, true);
  const certificatePem = pem('CERTIFICATE', der);
  return {
    der,
    certificatePem,
    privateKey: pair.privateKey,
    name: typeof request.subject === 'string' ? nameOfText(request.subject) : request.subject,
    keyIdentifier: keyIdentifier(pair.publicKey),
    chainPem: parent === null ? '' : certificatePem + parent.chainPem,
  };
};

/** A leaf of `authority`, with a new key. */
export const issue = async (request: CertificateRequest, authority: Authority): Promise<Issued> => {
  const pair = await newKeyPair(request.keyKind ?? 'ec-prime256v1');
  const der = certificateOf(request, pair, authority, false);
  return { der, certificatePem: pem('CERTIFICATE', der) + authority.chainPem, privateKey: pair.privateKey };
};

/** Returns a CRL, PEM. `revoked`: serial numbers as given to `issue`. The validity becomes thisUpdate and nextUpdate (RFC 5280 §5.1). */
export const issueRevocationList = (
  authority: Authority,
  revoked: readonly Uint8Array[],
  { notBefore, notAfter }: Validity,
): string => {
  const entries = revoked.map((serial) => sequence(integer(...serial), time(notBefore)));
  const extensions = sequence(
    build.authorityKeyIdentifier(authority.keyIdentifier),
    build.crlNumber(Math.floor(notBefore / SECOND)),
  );
  const list = signed(
    (algorithm) =>
      sequence(
        // Version 2 is written as 1, bare: a CRL's version has no context tag.
        integer(1),
        algorithm,
        authority.name,
        time(notBefore),
        time(notAfter),
        ...(entries.length === 0 ? [] : [sequence(...entries)]),
        explicit(0, extensions),
      ),
    authority.privateKey,
  );
  return pem('X509 CRL', list);
};
