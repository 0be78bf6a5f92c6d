/** Trust bundles that people have: each must be read, and hold the CAs that are named. */
import type { Made, Maker } from '../identities/making.ts';

export type Value = string | Uint8Array;
export type Row = readonly [by: Maker, what: string, anchors: string, value: (made: Made) => Value];

const ROOT = 'CN=OpenSSL Root';
const BOTH = `${ROOT}, CN=Other Root`;
const PY = 'CN=Python Root, CN=Mesh CA';
const json = (fields: unknown): string => JSON.stringify(fields);
const base64 = (bytes: Value): string => Buffer.from(bytes).toString('base64');
const kubernetes = (kind: string, data: object): object => ({ apiVersion: 'v1', kind, metadata: { name: 'ca' }, data });
const root = ({ text }: Made): string => text('root.pem');
const both = ({ text }: Made): string => text('both.pem');
const bytesOf =
  (name: string) =>
  ({ bytes }: Made): Value =>
    bytes(name);
const textOf =
  (name: string) =>
  ({ text }: Made): Value =>
    text(name);
const utf16 = (text: string, mark: boolean): Buffer => Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
const joined = (...parts: readonly Value[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((each) => Buffer.from(each))));
const yaml = (kind: string, value: string): string => `apiVersion: v1
kind: ${kind}
metadata: { name: ca }
data:
  ca.crt: ${value}
`;
const block = (pem: string): string => `|\n${pem.trim().replaceAll(/^/gm, '    ')}`;

// biome-ignore format: a table
export const READABLE: readonly Row[] = [
  ['openssl', 'PEM', BOTH, both],
  ['openssl', 'PEM, TRUSTED CERTIFICATE', ROOT, textOf('trusted.pem')],
  ['openssl', 'PEM with -text before it', ROOT, textOf('root.text')],
  ['openssl', 'PEM, CRLF', BOTH, (made) => both(made).replaceAll('\n', '\r\n')],
  ['openssl', 'PEM, byte order mark', ROOT, (made) => `\uFEFF${root(made)}`],
  ['openssl', 'PEM, UTF-16 little endian', BOTH, (made) => utf16(both(made), true)],
  ['openssl', 'PEM, UTF-16 big endian', BOTH, (made) => utf16(both(made), true).swap16()],
  ['openssl', 'PEM, UTF-16 without a mark', BOTH, (made) => utf16(both(made), false)],
  ['openssl', 'PEM, indented', BOTH, (made) => both(made).replaceAll(/^/gm, '\t  ')],
  ['openssl', 'PEM, newlines turned into spaces', BOTH, (made) => both(made).replaceAll('\n', ' ')],
  ['openssl', 'PEM, newlines as two characters', BOTH, (made) => both(made).replaceAll('\n', '\\n')],
  ['openssl', 'PEM, carriage returns as two characters too', BOTH, (made) => both(made).replaceAll('\n', '\\r\\n')],
  ['openssl', 'PEM in quotes', BOTH, (made) => `"${both(made).replaceAll('\n', '\\n')}"`],
  ['openssl', 'PEM, one long line', ROOT, (made) => root(made).replaceAll(/(?<=[A-Za-z0-9+/=])\n(?!-)/g, '')],
  ['openssl', 'PEM with the same certificate twice', ROOT, (made) => root(made) + root(made)],
  ['openssl', 'PEM with a CRL’s and parameters’ blocks around', ROOT, (made) => `-----BEGIN DH PARAMETERS-----\nMAYCAQsCAQI=\n-----END DH PARAMETERS-----\n${root(made)}`],
  ['openssl', 'base64 of PEM', BOTH, (made) => base64(both(made))],
  ['openssl', 'base64 of PEM, wrapped', BOTH, (made) => base64(both(made)).replaceAll(/.{76}/g, '$&\n')],
  ['openssl', 'base64 of base64 of PEM', ROOT, (made) => base64(base64(root(made)))],
  ['openssl', 'DER', ROOT, bytesOf('root.der')],
  ['openssl', 'DER after DER', BOTH, ({ bytes }) => joined(bytes('root.der'), bytes('other.der'))],
  ['openssl', 'DER and a newline', ROOT, ({ bytes }) => joined(bytes('root.der'), '\n')],
  ['openssl', 'base64 of DER', ROOT, ({ bytes }) => base64(bytes('root.der'))],
  ['openssl', 'base64 of DER after DER', BOTH, ({ bytes }) => base64(joined(bytes('root.der'), bytes('other.der')))],
  ['openssl', 'PKCS#7, PEM', BOTH, textOf('both.p7b')],
  ['openssl', 'PKCS#7, DER', BOTH, bytesOf('both.p7b.der')],
  ['openssl', 'PKCS#7, base64', BOTH, ({ bytes }) => base64(bytes('both.p7b.der'))],
  ['openssl', 'PKCS#7 beside PEM', BOTH, ({ text }) => text('root.pem') + text('both.p7b')],
  ['openssl', 'CMS with open lengths', `CN=rsa, ${BOTH}`, bytesOf('indefinite.p7m')],
  ['openssl', 'CMS with open lengths, PEM', `CN=rsa, ${BOTH}`, ({ bytes }) => `-----BEGIN CMS-----\n${base64(bytes('indefinite.p7m'))}\n-----END CMS-----\n`],
  ['openssl', 'PKCS#12, an empty password', BOTH, bytesOf('trust-empty.p12')],
  ['openssl', 'PKCS#12, no password', BOTH, bytesOf('trust-none.p12')],
  ['openssl', 'PKCS#12, RC2 and `changeit`', BOTH, bytesOf('trust-legacy.p12')],
  ['openssl', 'PKCS#12 with its password beside it', BOTH, ({ bytes }) => json({ truststore: base64(bytes('trust-sesame.p12')), password: 'sesame' })],
  ['openssl', 'Kubernetes: a PKCS#12 and its password', BOTH, ({ bytes }) => json(kubernetes('Secret', { 'ca.p12': base64(bytes('trust-sesame.p12')), 'ca.password': base64('x'), password: base64('sesame') }))],
  ['openssl', 'Kubernetes Secret, JSON, ca.crt', BOTH, (made) => json(kubernetes('Secret', { 'ca.crt': base64(both(made)) }))],
  ['openssl', 'Kubernetes Secret, JSON, stringData', BOTH, (made) => json({ apiVersion: 'v1', kind: 'Secret', stringData: { 'ca.crt': both(made) } })],
  ['openssl', 'Kubernetes Secret, YAML', BOTH, (made) => yaml('Secret', base64(both(made)))],
  ['openssl', 'Kubernetes Secret, tls.crt alone', ROOT, (made) => json(kubernetes('Secret', { 'tls.crt': base64(root(made)) }))],
  ['openssl', 'cert-manager’s Secret: ca.crt, not tls.crt', ROOT, (made) => json(kubernetes('Secret', { 'tls.crt': base64(made.text('rsa.pem')), 'tls.key': base64(made.text('rsa.key')), 'ca.crt': base64(root(made)) }))],
  ['openssl', 'Kubernetes ConfigMap, JSON', BOTH, (made) => json(kubernetes('ConfigMap', { 'ca.crt': both(made) }))],
  ['openssl', 'Kubernetes ConfigMap, YAML', BOTH, (made) => yaml('ConfigMap', block(both(made)))],
  ['openssl', 'Kubernetes ConfigMap, a name of its own', BOTH, (made) => json(kubernetes('ConfigMap', { 'service-roots.txt': both(made), note: 'ours' }))],
  ['openssl', 'Kubernetes ConfigMap, binaryData', ROOT, ({ bytes }) => json({ apiVersion: 'v1', kind: 'ConfigMap', binaryData: { 'ca.der': base64(bytes('root.der')) } })],
  ['openssl', 'Kubernetes List, JSON', BOTH, ({ text }) => json({ apiVersion: 'v1', kind: 'List', items: [kubernetes('ConfigMap', { 'ca.crt': text('root.pem') }), kubernetes('Secret', { 'ca.crt': base64(text('other.pem')) })] })],
  ['openssl', 'Kubernetes, several YAML documents', BOTH, (made) => `${yaml('ConfigMap', block(root(made)))}---\n${yaml('Secret', base64(made.text('other.pem')))}`],
  ['openssl', 'Kubernetes ClusterTrustBundle', BOTH, (made) => json({ apiVersion: 'certificates.k8s.io/v1beta1', kind: 'ClusterTrustBundle', metadata: { name: 'x' }, spec: { trustBundle: both(made) } })],
  ['openssl', 'kubeconfig', ROOT, (made) => `apiVersion: v1\nkind: Config\nclusters:\n- name: here\n  cluster:\n    server: https://here.example\n    certificate-authority-data: ${base64(root(made))}\n`],
  ['openssl', 'Vault: pki/issue (the CA, not the leaf)', BOTH, (made) => json({ request_id: 'x', data: { certificate: made.text('rsa.pem'), issuing_ca: root(made), ca_chain: [root(made), made.text('other.pem')], private_key: made.text('rsa.key') } })],
  ['openssl', 'Vault: pki/cert/ca', ROOT, (made) => json({ data: { certificate: root(made), revocation_time: 0 } })],
  ['openssl', 'Vault: a KV secret, version 2', ROOT, (made) => json({ data: { data: { ca: root(made) }, metadata: { version: 3 } } })],
  ['openssl', 'AWS Private CA: get-certificate-authority-certificate', ROOT, (made) => json({ Certificate: root(made) })],
  ['openssl', 'JSON: a list of PEM', BOTH, (made) => json([root(made), made.text('other.pem')])],
  ['openssl', 'JSON: a list of base64 of DER', BOTH, ({ bytes }) => json({ ca_chain: [base64(bytes('root.der')), base64(bytes('other.der'))] })],
  ['openssl', 'JSON: one object in it', ROOT, (made) => json({ tls: { ca: root(made) } })],
  ['openssl', 'YAML: base64 under a name', ROOT, (made) => `caBundle: ${base64(root(made))}\n`],
  ['openssl', 'YAML: PEM under a name', BOTH, (made) => `ca: ${block(both(made)).replaceAll('    ', '  ')}\n`],
  ['openssl', 'an environment file', ROOT, (made) => `CA_CERT="${root(made).replaceAll('\n', '\\n')}"\n`],
  ['openssl', 'SPIRE: the bundle of `x509 fetch`', ROOT, ({ bytes }) => json({ svids: [{ spiffe_id: 'spiffe://a/b', x509_svid: base64(bytes('p256.der')), bundle: base64(bytes('root.der')) }] })],
  ['openssl', 'SPIFFE: a JWK set', ROOT, ({ bytes }) => json({ keys: [{ kty: 'RSA', use: 'x509-svid', x5c: [base64(bytes('root.der'))] }] })],
  ['java', 'PKCS#12 of keytool', `${ROOT}, CN=java-ec`, bytesOf('java-trust.PKCS12')],
  ['java', 'JKS of keytool, without its password', `${ROOT}, CN=java-ec`, bytesOf('java-trust.JKS')],
  ['java', 'JKS in a Kubernetes Secret', `${ROOT}, CN=java-ec`, ({ bytes }) => json(kubernetes('Secret', { 'truststore.jks': base64(bytes('java-trust.JKS')) }))],
  ['java', 'JKS with a key beside it: the trusted one', ROOT, bytesOf('java-mixed.jks')],
  ['python', 'PKCS#7 of cryptography, PEM', PY, textOf('py-trust.p7b')],
  ['python', 'PKCS#7 of cryptography, DER', PY, bytesOf('py-trust.p7b.der')],
  ['python', 'a Java truststore of cryptography', PY, bytesOf('py-java.p12')],
  ['python', 'PKCS#12 of cryptography, open', PY, bytesOf('py-trust.p12')],
  ['go', 'PEM of Go', 'CN=Go Root, CN=Go Intermediate', ({ text }) => text('go-root.pem') + text('go-intermediate.pem')],
];
