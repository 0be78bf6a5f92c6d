/** Checks the usage, key and signature of certificates, and the order of the chain. */
import { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import { certificateFacts, readableKey, shortName } from '../x509/certificate.ts';
import type { KeyUsage } from '../x509/key-usage.ts';
import { profileOf } from '../x509/profile.ts';
import { isSameName } from '../x509/subtree-name.ts';
import type { ChainProblem } from './problem.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_USAGE = '2.5.29.37.0';
/** NIST SP 800-131A rev. 2 disallows shorter keys, and SHA-1 and MD5 in signatures. */
const MIN_RSA_BITS = 2048;
const WEAK_SIGNATURE = /sha1|md5|md2|md4/i;
const WEAK_CURVES = ['prime192v1', 'secp192k1', 'secp160r1', 'secp160k1', 'secp160r2', 'secp112r1', 'secp128r1'];

export const strengthProblems = (certificate: X509Certificate, facts: CertificateFacts): readonly ChainProblem[] => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = readableKey(certificate) ?? {};
  const bits = details?.modulusLength;
  const problems: ChainProblem[] = [];
  if (bits !== undefined && bits < MIN_RSA_BITS)
    problems.push({ code: 'SERVED_KEY_WEAK', message: `${shortName(facts)} has a key of ${bits} bits` });
  if (type === 'ec' && WEAK_CURVES.includes(details?.namedCurve ?? ''))
    problems.push({ code: 'SERVED_KEY_WEAK', message: `${shortName(facts)} has a key on ${details?.namedCurve}` });
  const algorithm = certificate.signatureAlgorithm ?? '';
  // The bundle, not the signature, makes a self-signed certificate trusted.
  if (WEAK_SIGNATURE.test(algorithm) && certificate.subject !== certificate.issuer)
    problems.push({ code: 'SERVED_SIGNATURE_WEAK', message: `${shortName(facts)} is signed with ${algorithm}` });
  return problems;
};

/** Curves that OpenSSL, Go and Java have; P-224 is missing in Java alone. */
const COMMON_CURVES = ['prime256v1', 'secp384r1', 'secp521r1', 'secp224r1', ...WEAK_CURVES];

/** Go compares the names of issuers byte by byte: a root that was renewed with other string types cuts its clients off. */
const otherBytes = (path: readonly X509Certificate[]): readonly ChainProblem[] =>
  path.slice(0, -1).flatMap((certificate, at): ChainProblem[] => {
    const above = path[at + 1];
    if (above === undefined) return [];
    const [own, its] = [profileOf(certificate.raw).issuer, profileOf(above.raw).subject];
    if (Buffer.compare(own, its) === 0 || !isSameName(own, its)) return [];
    const [who, issuer] = [certificate, above].map((each) => shortName(certificateFacts(each)));
    return [
      {
        code: 'SERVED_CHAIN_UNCOMMON',
        message: `${who} names its issuer ${issuer} in other bytes (case, blanks or string types), which Go’s clients take for another name`,
      },
    ];
  });

/** What OpenSSL before 3.2 refuses in TLS 1.3 too: the key that signs the handshake. */
const isUnsupported = (curve: string | undefined, isLeaf: boolean): boolean =>
  isLeaf && /^brainpool/i.test(curve ?? '');

/**
 * Returns what clients of Go or Java refuse and others do not: the bytes of names, and the keys and signatures that they cannot verify. `path`: with the
 * trust anchor, whose own signature clients do not verify.
 */
export const uncommonProblems = (path: readonly X509Certificate[]): readonly ChainProblem[] => [
  ...otherBytes(path),
  ...path.flatMap((certificate, at): ChainProblem[] => {
    const curve = readableKey(certificate)?.asymmetricKeyDetails?.namedCurve;
    const who = shortName(certificateFacts(certificate));
    const algorithm = certificate.signatureAlgorithm ?? '';
    const isSigned = certificate.subject !== certificate.issuer;
    const problems: ChainProblem[] = [];
    if (curve !== undefined && !COMMON_CURVES.includes(curve))
      problems.push({
        code: isUnsupported(curve, at === 0) ? 'SERVED_ALGORITHM_UNSUPPORTED' : 'SERVED_CHAIN_UNCOMMON',
        message: `${who} has a key on ${curve}, which Go’s and Java’s clients cannot verify`,
      });
    if (/sha3-/i.test(algorithm) && isSigned)
      problems.push({
        code: 'SERVED_ALGORITHM_UNSUPPORTED',
        message: `${who} is signed with ${algorithm}, which most clients cannot verify`,
      });
    return problems;
  }),
];

const wrong = (message: string): ChainProblem => ({ code: 'SERVED_CHAIN_WRONG_USAGE', message });

/**
 * Returns violations of the usages. `path`: leaf first, with the trust anchor. Extended key usages of a CA, also of a root, restrict the
 * certificates below it, as OpenSSL, Go and Windows read RFC 5280 §4.2.1.12. The leaf's key signs the handshake (RFC 8446 §4.4.2.2): `keyUsage`, if
 * not null, must contain `digitalSignature`. `netscapeServer`, if not null: whether the leaf's Netscape certificate type allows servers.
 */
export const usageProblems = (
  path: readonly CertificateFacts[],
  keyUsage: readonly KeyUsage[] | null,
  netscapeServer: boolean | null = null,
): readonly ChainProblem[] => {
  const [leaf] = path;
  const typed =
    leaf !== undefined && netscapeServer === false
      ? [wrong(`${shortName(leaf)} may not be used by a server: its Netscape certificate type lacks SSL server`)]
      : [];
  const unsigned =
    leaf !== undefined && keyUsage !== null && !keyUsage.includes('digitalSignature')
      ? [wrong(`${shortName(leaf)} may not sign a handshake: its key usage lacks digitalSignature`)]
      : [];
  return [
    ...unsigned,
    ...typed,
    ...path.flatMap((facts, index): ChainProblem[] => {
      const usages = facts.extendedKeyUsage;
      if (usages === null || usages.includes(SERVER_AUTH)) return [];
      const what = index === 0 ? 'may not be used by a server' : 'may not issue for servers';
      // RFC 5280 §4.2.1.12 allows clients to reject it; OpenSSL does, Go and the JDK do not.
      const any = usages.includes(ANY_USAGE) ? ', and OpenSSL does not take anyExtendedKeyUsage for it' : '';
      return [wrong(`${shortName(facts)} ${what}: its extended key usage lacks serverAuth${any}`)];
    }),
  ];
};

/** Whether both certificates have the same subject and key, as before and after a renewal: clients accept either as the issuer. */
export const isTwin = (one: CertificateFacts, other: CertificateFacts): boolean =>
  one.subject === other.subject && one.keySha256 === other.keySha256;

/**
 * Returns the first certificate out of order: each must certify the one before it (RFC 5246 §7.4.2; RFC 8446 §4.4.2 recommends it). Duplicates and
 * twins of a certificate are ignored.
 */
export const orderProblems = (
  served: readonly CertificateFacts[],
  path: readonly CertificateFacts[],
): readonly ChainProblem[] => {
  const chain = served.filter(
    (facts, index) =>
      !served.slice(0, index).some(({ sha256 }) => sha256 === facts.sha256) &&
      !path.some((due) => due.sha256 !== facts.sha256 && isTwin(due, facts)),
  );
  const at = path.findIndex((facts, index) => chain[index]?.sha256 !== facts.sha256);
  const [found, due] = [chain[at], path[at]];
  if (found === undefined || due === undefined) return [];
  return [
    {
      code: 'SERVED_CHAIN_OUT_OF_ORDER',
      message: `certificate ${served.indexOf(found) + 1} of the served chain is ${shortName(found)}, where ${shortName(due)} belongs: it signed the one before`,
    },
  ];
};
