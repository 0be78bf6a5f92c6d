/** Trust bundles of which nothing can be read, and those of which something cannot: where, and what is there. */
import type { Made, Maker } from '../identities/making.ts';
import type { Row, Value } from './readable.ts';

const json = (fields: unknown): string => JSON.stringify(fields);
const base64 = (bytes: Value): string => Buffer.from(bytes).toString('base64');
const SEALED =
  '; of a truststore, no passphrase and `changeit` are tried: convert it (`openssl pkcs12 -nokeys -in FILE -out ca.pem`), or keep it as JSON with its password beside it ({"truststore": BASE64, "password": …})';
const EXPECTED = 'CA certificates were expected';
const DAMAGED = 'is damaged: its PEM block does not decode to a certificate';
const KEYTOOL = 'convert it with keytool -importkeystore -deststoretype pkcs12';
const holed = (pem: string): string => pem.replace(/\n.{40}/, '\n');
const bytesOf =
  (name: string) =>
  ({ bytes }: Made): Value =>
    bytes(name);

// biome-ignore format: a table
export const UNREADABLE: readonly Row[] = [
  ['openssl', 'nothing', 'it is empty', () => ' \n'],
  ['openssl', 'a word', `it holds text that is neither PEM nor base64; ${EXPECTED}`, () => 'changeit'],
  ['openssl', 'a file’s name', `it holds a file name, not what is in the file; ${EXPECTED}`, () => '/etc/pki/ca.pem'],
  ['openssl', 'an ARN', `it holds an ARN, not what it stands for; ${EXPECTED}`, () => 'arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/abc'],
  ['openssl', 'a key', `it holds a private key; ${EXPECTED}`, ({ text }) => text('rsa.key')],
  ['openssl', 'a key, DER', `it holds a private key; ${EXPECTED}`, bytesOf('rsa.pkcs1.der')],
  ['openssl', 'a request', `it holds a certificate request; ${EXPECTED}`, ({ text }) => text('rsa.csr')],
  ['openssl', 'a damaged certificate', `the certificate (line 1) ${DAMAGED}`, ({ text }) => holed(text('root.pem'))],
  ['openssl', 'half a certificate', 'the PEM block (line 1) is damaged or cut off', ({ text }) => text('root.pem').slice(0, 300)],
  ['openssl', 'half a certificate, DER', `it holds bytes that are no DER; ${EXPECTED}`, ({ bytes }) => bytes('root.der').subarray(0, 200)],
  ['openssl', 'half a PKCS#7', `it holds bytes that are no DER; ${EXPECTED}`, ({ bytes }) => bytes('both.p7b.der').subarray(0, 200)],
  ['openssl', 'a CMS with open lengths, cut off', 'the PKCS#7 bundle is damaged or cut off', ({ bytes }) => bytes('indefinite.p7m').subarray(0, 2000)],
  ['openssl', 'a PKCS#12 with another password', `the PKCS#12 file is protected by a passphrase and none is given, or it is damaged${SEALED}`, bytesOf('trust-sesame.p12')],
  ['openssl', 'a PKCS#12 with the wrong password beside it', 'the PKCS#12 file in the field "truststore" cannot be opened: wrong passphrase, or damaged', ({ bytes }) => json({ truststore: base64(bytes('trust-sesame.p12')), password: 'guess' })],
  ['openssl', 'a PKCS#12 without a certificate', `the PKCS#12 file is protected by a passphrase and none is given, or it is damaged${SEALED}`, bytesOf('certless.p12')],
  ['openssl', 'a database’s secret', 'it has no certificate in its fields (username, password); a SPIFFE bundle has `keys`', () => json({ username: 'a', password: 'b' })],
  ['openssl', 'a Kubernetes Secret of another type', 'it has no certificate in its fields (token); a SPIFFE bundle has `keys`', () => json({ apiVersion: 'v1', kind: 'Secret', data: { token: 'YWJj' } })],
  ['openssl', 'ca.crt is damaged: tls.crt takes its place nowhere', `the certificate (line 1) in the field "ca.crt" ${DAMAGED}`, ({ text }) => json({ apiVersion: 'v1', kind: 'Secret', data: { 'ca.crt': base64(holed(text('root.pem'))), 'tls.crt': base64(text('rsa.pem')) } })],
  ['openssl', 'CAs in two objects', 'it has certificates in 2 places (here, there); one was expected', ({ text }) => json({ here: { ca: text('root.pem') }, there: { ca: text('other.pem') } })],
  ['openssl', 'half a JSON', 'it begins like JSON but is none, or it is cut off', ({ text }) => json({ ca: text('root.pem') }).slice(0, 200)],
  ['openssl', 'gzip', `it holds gzip data; ${EXPECTED}`, () => new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])],
  ['java', 'a JCEKS', `it holds a Java keystore (JCEKS): ${KEYTOOL}; ${EXPECTED}`, bytesOf('java-trust.JCEKS')],
  ['java', 'a JKS with a key only', 'the Java keystore (JKS) holds no trusted certificate, only keys with theirs', bytesOf('java-jks.p12')],
  ['java', 'half a JKS', 'the Java keystore (JKS) is damaged or cut off at entry 1 of 2', ({ bytes }) => bytes('java-trust.JKS').subarray(0, 100)],
];

/** The CAs that are read, and what is not. */
export type Partly = readonly [
  by: Maker,
  what: string,
  anchors: string,
  unread: readonly string[],
  value: (made: Made) => Value,
];

const line = (text: string): number => text.split('\n').length;

// biome-ignore format: a table
export const PARTLY: readonly Partly[] = [
  ['openssl', 'the second of three', 'CN=OpenSSL Root, CN=Other Root', [`certificate 2 of 3 (line LINE) ${DAMAGED}`], ({ text }) => text('root.pem') + holed(text('intermediate.pem')) + text('other.pem')],
  ['openssl', 'one after empty lines and a comment', 'CN=OpenSSL Root', [`certificate 2 of 2 (line LINE) ${DAMAGED}`], ({ text }) => `\n\n# ours\n${text('root.pem')}-----BEGIN CERTIFICATE-----\nMIIBbroken\n-----END CERTIFICATE-----\n`],
  ['openssl', 'the last is cut off', 'CN=OpenSSL Root', ['the PEM block (line LINE) is damaged or cut off'], ({ text }) => text('root.pem') + text('other.pem').slice(0, 200)],
  ['openssl', 'a text that follows DER', 'CN=OpenSSL Root', ['what follows certificate 1 is no DER (3 bytes)'], ({ bytes }) => new Uint8Array([...bytes('root.der'), 0x30, 0x82, 0x7f])],
  ['openssl', 'one key of a JWK set', 'CN=OpenSSL Root', ['key 2 of 2 has no `x5c` with one certificate in it'], ({ bytes }) => json({ keys: [{ use: 'x509-svid', x5c: [base64(bytes('root.der'))] }, { use: 'x509-svid' }] })],
  ['java', 'a JKS that is cut off', 'CN=java-ec', ['the Java keystore (JKS) is damaged or cut off at entry 2 of 2'], ({ bytes }) => bytes('java-trust.JKS').subarray(0, -100)],
];

/** Where the damaged block begins. */
export const lineOf = (what: string, { text }: Made): number =>
  what === 'one after empty lines and a comment' ? 3 + line(text('root.pem')) : line(text('root.pem'));
