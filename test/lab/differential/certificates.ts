/** Certificates of any content, right or wrong: DER put together by hand, signed with keys that live as long as the process. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { DAY } from '../../../shared/model/time.ts';
import {
  bitString,
  explicit,
  integer,
  octetString,
  oid,
  pem,
  sequence,
  TAG,
  text,
  time,
  tlv,
} from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import { nameOfText } from '../../../shared/pki/mint/distinguished-name.ts';
import { type AltName, keyUsage, type MintedKeyUsage, subjectAltName } from '../../../shared/pki/mint/extensions.ts';
import { keyIdentifier, spkiOf } from '../../../shared/pki/mint/keys.ts';

export type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
const pairs = new Map<string, Pair>();
/** Curves by the start of a key's name. */
const CURVES = ['secp256k1', 'brainpoolP256r1', 'secp384r1'] as const;
/** One key for each name: `rsa1024…` and `rsa…` are RSA, `explicit…` has its curve written out, others are on the curve of their name, else P-256. */
const pairOf = (name: string): Pair => {
  const made = (): Pair => {
    const namedCurve = CURVES.find((curve) => name.startsWith(curve)) ?? 'prime256v1';
    const paramEncoding = name.startsWith('explicit') ? 'explicit' : 'named';
    if (!name.startsWith('rsa')) return generateKeyPairSync('ec', { namedCurve, paramEncoding });
    return generateKeyPairSync('rsa', { modulusLength: name.startsWith('rsa1024') ? 1024 : 2048 });
  };
  const pair = pairs.get(name) ?? made();
  pairs.set(name, pair);
  return pair;
};

export const publicKeyOf = (name: string): KeyObject => pairOf(name).publicKey;

/** The private key (PKCS#8, PEM) to the public one that a certificate (PEM) holds, however odd the rest of it is. Throws for a key of another file. */
export const privateKeyOf = (certificate: string): string => {
  const der = Buffer.from(certificate.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const pair = [...pairs.values()].find(({ publicKey }) => der.includes(Buffer.from(spkiOf(publicKey))));
  if (pair === undefined) throw new Error('a certificate whose key was not made here');
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

export const NOW = Math.floor(Date.now() / 1000) * 1000;
const USUAL = { notBefore: NOW - 100 * DAY, notAfter: NOW + 400 * DAY };

export type Spec = {
  readonly subject: string | Uint8Array;
  /** Name of its key. */
  readonly key: string;
  /** Default: true. */
  readonly ca?: boolean | null;
  readonly pathLength?: number;
  /** Default: keyCertSign and cRLSign, or digitalSignature; null: none. */
  readonly usage?: readonly MintedKeyUsage[] | null;
  /** Dotted; default: none for a CA, serverAuth for a leaf. */
  readonly extended?: readonly string[] | null;
  readonly names?: readonly AltName[] | Uint8Array | null;
  readonly more?: readonly Uint8Array[];
  readonly notBefore?: Uint8Array | number;
  readonly notAfter?: Uint8Array | number;
  /** 0 is version 1. */
  readonly version?: number;
  /** No key identifiers, or one that fits nothing. */
  readonly identifiers?: 'none' | 'wrong';
  readonly algorithm?: 'sha256' | 'sha1' | 'md5' | 'sha3-256';
  /** Of the AlgorithmIdentifier inside the signed part alone. */
  readonly inner?: 'sha1';
  /** In place of the signer's subject. */
  readonly issuer?: Uint8Array;
  /** In place of the SubjectPublicKeyInfo of its key. */
  readonly spki?: Uint8Array;
  readonly damaged?: boolean;
};
export type Signer = { readonly subject: string | Uint8Array; readonly key: string };

const yes = tlv(TAG.boolean, Uint8Array.of(0xff));
export const basic = (ca: boolean, length?: number, critical = true): Uint8Array =>
  extension('2.5.29.19', sequence(...(ca ? [yes] : []), ...(length === undefined ? [] : [integer(length)])), critical);
export const extendedUsage = (ids: readonly string[], critical = false): Uint8Array =>
  extension('2.5.29.37', sequence(...ids.map(oid)), critical);

const ALGORITHMS = {
  ec: { sha256: '1.2.840.10045.4.3.2', sha1: '1.2.840.10045.4.1', md5: '', 'sha3-256': '2.16.840.1.101.3.4.3.10' },
  rsa: {
    sha256: '1.2.840.113549.1.1.11',
    sha1: '1.2.840.113549.1.1.5',
    md5: '1.2.840.113549.1.1.4',
    'sha3-256': '2.16.840.1.101.3.4.3.14',
  },
} as const;

const dn = (name: string | Uint8Array): Uint8Array => (typeof name === 'string' ? nameOfText(name) : name);
const moment = (value: Uint8Array | number): Uint8Array => (typeof value === 'number' ? time(value) : value);
const identifierOf = (key: string): Uint8Array => keyIdentifier(pairOf(key).publicKey);

let serial = 1;

const extensionsOf = (spec: Spec, issuer: Signer): readonly Uint8Array[] => {
  const { ca = true, names = null, more = [], identifiers } = spec;
  const usage =
    spec.usage === undefined
      ? ca
        ? (['keyCertSign', 'cRLSign'] as const)
        : (['digitalSignature'] as const)
      : spec.usage;
  const extended = spec.extended === undefined ? (ca ? null : ['1.3.6.1.5.5.7.3.1']) : spec.extended;
  const authority = identifiers === 'wrong' ? Uint8Array.of(1, 2, 3) : identifierOf(issuer.key);
  return [
    ...(ca === null ? [] : [basic(ca, spec.pathLength)]),
    ...(usage === null ? [] : [keyUsage(usage)]),
    ...(extended === null ? [] : [extendedUsage(extended)]),
    ...(names === null ? [] : [names instanceof Uint8Array ? names : subjectAltName(names)]),
    ...(identifiers === 'none'
      ? []
      : [
          extension('2.5.29.14', octetString(identifierOf(spec.key))),
          extension('2.5.29.35', sequence(tlv(0x80, authority))),
        ]),
    ...more,
  ];
};

/** PEM. */
export const mint = (spec: Spec, issuer: Signer = spec): string => {
  const { version = 2, algorithm = 'sha256' } = spec;
  const { privateKey } = pairOf(issuer.key);
  const kind = privateKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec';
  const named = (hash: keyof (typeof ALGORITHMS)['ec']) =>
    sequence(oid(ALGORITHMS[kind][hash]), ...(kind === 'rsa' ? [tlv(TAG.null)] : []));
  const signature = named(algorithm);
  const extensions = extensionsOf(spec, issuer);
  serial += 1;
  const body = sequence(
    ...(version === 0 ? [] : [explicit(0, integer(version))]),
    integer(0x40, serial >> 16, (serial >> 8) & 0xff, serial & 0xff),
    named(spec.inner ?? algorithm),
    spec.issuer ?? dn(issuer.subject),
    sequence(moment(spec.notBefore ?? USUAL.notBefore), moment(spec.notAfter ?? USUAL.notAfter)),
    dn(spec.subject),
    spec.spki ?? spkiOf(pairOf(spec.key).publicKey),
    ...(extensions.length === 0 ? [] : [explicit(3, sequence(...extensions))]),
  );
  const signed = new Uint8Array(sign(algorithm, body, privateKey));
  if (spec.damaged === true) signed[signed.length - 1] = (signed.at(-1) ?? 0) ^ 1;
  return pem('CERTIFICATE', sequence(body, signature, bitString(signed)));
};

export const written = (tag: number, date: string): Uint8Array => text(tag, date);

/** GeneralName of each kind. */
export const general = {
  dns: (value: string) => text(0x82, value),
  email: (value: string) => text(0x81, value),
  uri: (value: string) => text(0x86, value),
  ip: (...octets: readonly number[]) => tlv(0x87, Uint8Array.from(octets)),
  directory: (name: string) => tlv(0xa4, nameOfText(name)),
  other: (id: string) => tlv(0xa0, oid(id), explicit(0, text(TAG.utf8String, 'x'))),
  registered: (id: string) => tlv(0x88, oid(id).subarray(2)),
} as const;

/** GeneralNames of any kind, as subjectAltName. */
export const altNames = (names: readonly Uint8Array[], critical = false): Uint8Array =>
  extension('2.5.29.17', sequence(...names), critical);

type Subtrees = { readonly permitted?: readonly Uint8Array[]; readonly excluded?: readonly Uint8Array[] };
export const nameConstraints = ({ permitted, excluded }: Subtrees, critical = true): Uint8Array =>
  extension(
    '2.5.29.30',
    sequence(
      ...(permitted === undefined ? [] : [tlv(0xa0, ...permitted.map((each) => sequence(each)))]),
      ...(excluded === undefined ? [] : [tlv(0xa1, ...excluded.map((each) => sequence(each)))]),
    ),
    critical,
  );

export const policies = (ids: readonly string[], critical = false): Uint8Array =>
  extension('2.5.29.32', sequence(...ids.map((id) => sequence(oid(id)))), critical);
export const policyConstraints = (explicitAfter: number | null, mappingAfter: number | null = null): Uint8Array =>
  extension(
    '2.5.29.36',
    sequence(
      ...(explicitAfter === null ? [] : [tlv(0x80, Uint8Array.of(explicitAfter))]),
      ...(mappingAfter === null ? [] : [tlv(0x81, Uint8Array.of(mappingAfter))]),
    ),
    true,
  );
export const policyMappings = (...pairs: readonly (readonly [string, string])[]): Uint8Array =>
  extension('2.5.29.33', sequence(...pairs.map(([from, to]) => sequence(oid(from), oid(to)))), true);
export const inhibitAny = (after: number): Uint8Array => extension('2.5.29.54', integer(after), true);
