/** Secrets that people have: each must be read, and lead to the chain that is named. */
import type { Asked } from './health.ts';
import type { Made, Maker } from './making.ts';

export type Row = readonly [by: Maker, what: string, chain: string, asked: (made: Made) => Asked];

const RSA = 'CN=rsa < CN=intermediate';
const P256 = 'CN=p256 < CN=intermediate';
const GO = 'CN=go-ec < CN=Go Intermediate';
const json = (fields: object): string => JSON.stringify(fields);
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');
/** Base64 of DER after DER. */
const der = (...all: readonly Uint8Array[]): string => base64(Buffer.concat(all));
/** Each of openssl's leaves with its intermediate. */
const chain = ({ text }: Made, name: string): string => text(`${name}.pem`) + text('intermediate.pem');
const key =
  (form: string): ((made: Made) => Asked) =>
  (made) => ({
    value: json({
      certificate: chain(made, form.split('.')[0] ?? ''),
      privateKey: made.text(form),
      passphrase: 'sesame',
    }),
  });
const store =
  (name: string, passphrase?: string): ((made: Made) => Asked) =>
  ({ bytes }) => ({
    value: bytes(name),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
const secretYaml = (made: Made): string => `apiVersion: v1
kind: Secret
type: kubernetes.io/tls
metadata: { name: checkout-tls }
data:
  tls.crt: ${base64(chain(made, 'p256'))}
  tls.key: >-
    ${base64(made.text('p256.key'))}
`;

// biome-ignore format: a table
export const READABLE: readonly Row[] = [
  ['openssl', 'PKCS#8, RSA', RSA, key('rsa.key')],
  ['openssl', 'PKCS#1', RSA, key('rsa.pkcs1')],
  ['openssl', 'PKCS#8, AES-256', RSA, key('rsa.pkcs8-aes')],
  ['openssl', 'PKCS#8, scrypt', RSA, key('rsa.pkcs8-scrypt')],
  ['openssl', 'PKCS#8, 3DES', RSA, key('rsa.pkcs8-3des')],
  ['openssl', 'PKCS#1, Proc-Type with AES', RSA, key('rsa.proc-aes')],
  ['openssl', 'PKCS#1, Proc-Type with 3DES', RSA, key('rsa.proc-3des')],
  ['openssl', 'SEC1', P256, key('p256.sec1')],
  ['openssl', 'SEC1 after its parameters', P256, key('p256.params')],
  ['openssl', 'SEC1, Proc-Type with AES', P256, key('p256.proc-aes')],
  ['openssl', 'P-384', 'CN=p384 < CN=intermediate', key('p384.key')],
  ['openssl', 'Ed25519', 'CN=ed25519 < CN=intermediate', key('ed25519.key')],
  ['openssl', 'RSA-PSS', 'CN=pss < CN=intermediate', key('pss.key')],
  ['openssl', 'P-224', 'CN=p224', ({ text }) => ({ value: text('p224.pem') + text('p224.key') })],
  ['openssl', 'PEM with a text before it', RSA, ({ text }) => ({ value: text('rsa.text') + text('intermediate.pem') + text('rsa.key') })],
  ['openssl', 'PEM, key first', RSA, (made) => ({ value: made.text('rsa.key') + chain(made, 'rsa') })],
  ['openssl', 'PEM, CRLF', P256, (made) => ({ value: (chain(made, 'p256') + made.text('p256.key')).replaceAll('\n', '\r\n') })],
  ['openssl', 'PEM, byte order mark', P256, (made) => ({ value: `\uFEFF${chain(made, 'p256')}${made.text('p256.key')}` })],
  ['openssl', 'PEM, UTF-16', P256, (made) => ({ value: new Uint8Array(Buffer.from(`\uFEFF${chain(made, 'p256')}${made.text('p256.key')}`, 'utf16le')) })],
  ['openssl', 'PEM, newlines as two characters', RSA, (made) => ({ value: (chain(made, 'rsa') + made.text('rsa.pkcs1')).replaceAll('\n', '\\n') })],
  ['openssl', 'PEM, newlines turned into spaces', RSA, (made) => ({ value: (chain(made, 'rsa') + made.text('rsa.key')).replaceAll('\n', ' ') })],
  ['openssl', 'PEM, encrypted and on one line', RSA, (made) => ({ value: (chain(made, 'rsa') + made.text('rsa.proc-aes')).replaceAll('\n', ' '), passphrase: 'sesame' })],
  ['openssl', 'PEM, indented', RSA, (made) => ({ value: (chain(made, 'rsa') + made.text('rsa.key')).replaceAll(/^/gm, '    ') })],
  ['openssl', 'PEM as a JSON string', P256, (made) => ({ value: json(chain(made, 'p256') + made.text('p256.key') as never) })],
  ['openssl', 'base64 of PEM', P256, (made) => ({ value: base64(chain(made, 'p256') + made.text('p256.key')) })],
  ['openssl', 'base64 of JSON, bytes', P256, (made) => ({ value: new Uint8Array(Buffer.from(base64(json({ cert: chain(made, 'p256'), key: made.text('p256.key') })))) })],
  ['openssl', 'JSON: cert, private_key, base64 of DER', 'CN=p256', ({ bytes }) => ({ value: json({ cert: base64(bytes('p256.der')), private_key: base64(bytes('p256.pkcs8.der')) }) })],
  ['openssl', 'JSON: SEC1 as base64 of DER', 'CN=p256', ({ text, bytes }) => ({ value: json({ crt: text('p256.pem'), key: base64(bytes('p256.sec1.der')) }) })],
  ['openssl', 'JSON: one field with everything', P256, (made) => ({ value: json({ certificate: chain(made, 'p256') + made.text('p256.key') }) })],
  ['openssl', 'JSON: only certificateChain', P256, (made) => ({ value: json({ certificateChain: chain(made, 'p256'), privateKey: made.text('p256.key') }) })],
  ['openssl', 'ACM’s export', `${RSA} < CN=OpenSSL Root`, ({ text }) => ({ value: json({ Certificate: text('rsa.pem'), CertificateChain: text('intermediate.pem') + text('root.pem'), PrivateKey: text('rsa.pkcs8-aes'), Passphrase: 'sesame' }) })],
  ['openssl', 'Vault’s answer', P256, ({ text }) => ({ value: json({ lease_id: '', data: { certificate: text('p256.pem'), ca_chain: [text('intermediate.pem')], private_key: text('p256.sec1'), private_key_type: 'ec' } }) })],
  ['openssl', 'Kubernetes, JSON, data', P256, (made) => ({ value: json({ apiVersion: 'v1', kind: 'Secret', data: { 'tls.crt': base64(chain(made, 'p256')), 'tls.key': base64(made.text('p256.key')), 'ca.crt': base64(made.text('root.pem')) } }) })],
  ['openssl', 'Kubernetes, JSON, stringData', P256, (made) => ({ value: json({ apiVersion: 'v1', kind: 'Secret', stringData: { 'tls.crt': chain(made, 'p256'), 'tls.key': made.text('p256.key') } }) })],
  ['openssl', 'Kubernetes, YAML', P256, (made) => ({ value: secretYaml(made) })],
  ['openssl', 'AWS IoT’s create-keys-and-certificate', P256, (made) => ({ value: json({ certificateArn: 'arn:aws:iot:eu-west-1:111111111111:cert/abc', certificateId: 'abc', certificatePem: chain(made, 'p256'), keyPair: { PublicKey: made.text('rsa.pub'), PrivateKey: made.text('p256.key') } }) })],
  ['openssl', 'SPIRE’s x509svid JSON', P256, ({ bytes }) => ({ value: json({ svids: [{ spiffe_id: 'spiffe://a/b', x509_svid: der(bytes('p256.der'), bytes('intermediate.der')), x509_svid_key: base64(bytes('p256.pkcs8.der')), bundle: der(bytes('root.der')) }] }) })],
  ['openssl', 'SPIRE’s x509svid JSON, one', P256, ({ bytes }) => ({ value: json({ x509_svid: der(bytes('p256.der'), bytes('intermediate.der')), x509_svid_key: base64(bytes('p256.pkcs8.der')) }) })],
  ['openssl', 'SPIRE’s secret store', P256, (made) => ({ value: json({ spiffeId: 'spiffe://a/b', x509Svid: chain(made, 'p256'), x509SvidKey: made.text('p256.key'), bundle: made.text('root.pem'), federatedBundles: { 'spiffe://c': made.text('other.pem') } }) })],
  ['openssl', 'JSON: one nested object', P256, (made) => ({ value: json({ tls: { crt: chain(made, 'p256'), key: made.text('p256.key') } }) })],
  ['openssl', 'JSON: one nested object, and another without a key', P256, (made) => ({ value: json({ server: { ca: made.text('root.pem') }, client: { cert: chain(made, 'p256'), key: made.text('p256.key') } }) })],
  ['openssl', 'JSON: below data', P256, (made) => ({ value: json({ data: { certificate: chain(made, 'p256'), private_key: made.text('p256.key') } }) })],
  ['openssl', 'JSON: below an answer’s data', P256, (made) => ({ value: json({ answer: { data: { certificate: chain(made, 'p256'), private_key: made.text('p256.key') } } }) })],
  ['openssl', 'JSON: a list of one object', P256, (made) => ({ value: json([{ cert: chain(made, 'p256'), key: made.text('p256.key') }]) })],
  ['openssl', 'JSON: nested, its passphrase outside', RSA, (made) => ({ value: json({ passphrase: 'sesame', tls: { crt: chain(made, 'rsa'), key: made.text('rsa.pkcs8-aes') } }) })],
  ['openssl', 'JSON: a nested PKCS#12', RSA, ({ bytes }) => ({ value: json({ client: { p12: base64(bytes('modern.p12')), password: 'sesame' } }) })],
  ['openssl', 'kubeconfig, YAML', P256, (made) => ({ value: `apiVersion: v1\nkind: Config\nusers:\n- name: it\n  user:\n    client-certificate-data: ${base64(chain(made, 'p256'))}\n    client-key-data: ${base64(made.text('p256.key'))}\n` })],
  ['openssl', 'kubeconfig, its current user', P256, (made) => ({ value: json({ apiVersion: 'v1', kind: 'Config', 'current-context': 'here', contexts: [{ name: 'here', context: { user: 'it' } }], users: [{ name: 'other', user: { 'client-certificate-data': base64(chain(made, 'rsa')), 'client-key-data': base64(made.text('rsa.key')) } }, { name: 'it', user: { 'client-certificate-data': base64(chain(made, 'p256')), 'client-key-data': base64(made.text('p256.key')) } }] }) })],
  ['openssl', 'Kubernetes List of one Secret', P256, (made) => ({ value: json({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Secret', data: { 'tls.crt': base64(chain(made, 'p256')), 'tls.key': base64(made.text('p256.key')) } }] }) })],
  ['openssl', 'Kubernetes List, one with a key', P256, (made) => ({ value: json({ apiVersion: 'v1', kind: 'SecretList', items: [{ apiVersion: 'v1', kind: 'Secret', data: { 'ca.crt': base64(made.text('root.pem')) } }, { apiVersion: 'v1', kind: 'Secret', data: { 'tls.crt': base64(chain(made, 'p256')), 'tls.key': base64(made.text('p256.key')) } }] }) })],
  ['openssl', 'Kubernetes, YAML, the second document', P256, (made) => ({ value: `apiVersion: v1\nkind: Namespace\nmetadata: { name: x }\n---\n${secretYaml(made)}` })],
  ['openssl', 'Kubernetes, YAML, stringData', P256, (made) => ({ value: `apiVersion: v1\nkind: Secret\nstringData:\n  tls.crt: |\n${chain(made, 'p256').replaceAll(/^/gm, '    ')}\n  tls.key: |\n${made.text('p256.key').replaceAll(/^/gm, '    ')}\n` })],
  ['openssl', 'YAML: base64 under the usual names', P256, (made) => ({ value: `cert: ${base64(chain(made, 'p256'))}\nkey: ${base64(made.text('p256.key'))}\n` })],
  ['openssl', 'Terraform’s: the issuer as ca_cert_pem', P256, ({ text }) => ({ value: json({ cert_pem: text('p256.pem'), private_key_pem: text('p256.key'), ca_cert_pem: text('intermediate.pem') }) })],
  ['openssl', 'PKCS#7 as certificate', RSA, ({ text }) => ({ value: json({ certificate: text('rsa-chain.p7b'), privateKey: text('rsa.key') }) })],
  ['openssl', 'PKCS#7 as certificate, base64 of DER', RSA, ({ text, bytes }) => ({ value: json({ 'tls.crt': base64(bytes('rsa-chain.p7b.der')), 'tls.key': text('rsa.key') }) })],
  ['openssl', 'PKCS#7 and a key in one text', RSA, ({ text }) => ({ value: text('rsa-chain.p7b') + text('rsa.key') })],
  ['openssl', 'files, PKCS#7', RSA, ({ path }) => ({ value: { certificate: path('rsa-chain.p7b.der'), privateKey: path('rsa.key') } })],
  ['openssl', 'JSON: concatenated DER', P256, ({ bytes }) => ({ value: json({ cert: der(bytes('p256.der'), bytes('intermediate.der')), key: base64(bytes('p256.sec1.der')) }) })],
  ['openssl', 'JSON: a list of base64 of DER', P256, ({ bytes }) => ({ value: json({ certificates: 'x', certificate_chain: [base64(bytes('p256.der')), base64(bytes('intermediate.der'))], key: base64(bytes('p256.pkcs8.der')) }) })],
  ['openssl', 'Vault’s pki/issue, whole', P256, ({ text }) => ({ value: json({ request_id: 'x', lease_id: 'y', renewable: false, data: { ca_chain: [text('intermediate.pem')], certificate: text('p256.pem'), issuing_ca: text('intermediate.pem'), private_key: text('p256.sec1'), private_key_type: 'ec', serial_number: '01:02' }, warnings: null }) })],
  ['openssl', 'PEM, UTF-16 big endian', P256, (made) => ({ value: new Uint8Array(Buffer.from(`\uFEFF${chain(made, 'p256')}${made.text('p256.key')}`, 'utf16le').swap16()) })],
  ['openssl', 'Kubernetes, a PKCS#12 and its password', RSA, ({ bytes }) => ({ value: json({ apiVersion: 'v1', kind: 'Secret', data: { 'keystore.p12': base64(bytes('modern.p12')), password: base64('sesame') } }) })],
  ['openssl', 'PKCS#12, modern', RSA, store('modern.p12', 'sesame')],
  ['openssl', 'PKCS#12, legacy (RC2-40 and 3DES)', RSA, store('legacy.p12', 'sesame')],
  ['openssl', 'PKCS#12, RC2-128 and two-key 3DES', RSA, store('rc2-128.p12', 'sesame')],
  ['openssl', 'PKCS#12, AES-128 and AES-192', RSA, store('aes128.p12', 'sesame')],
  ['openssl', 'PKCS#12, SHA-512, Ed25519', 'CN=ed25519 < CN=intermediate', store('sha512.p12', 'sesame')],
  ['openssl', 'PKCS#12, P-384, a passphrase beyond ASCII', 'CN=p384 < CN=intermediate', store('ec.p12', 'grün €')],
  ['openssl', 'PKCS#12, an empty passphrase', RSA, store('empty.p12')],
  ['openssl', 'PKCS#12, neither encrypted nor protected', RSA, store('none.p12')],
  ['openssl', 'PKCS#12 as base64 text', RSA, ({ bytes }) => ({ value: base64(bytes('modern.p12')), passphrase: 'sesame' })],
  ['openssl', 'PKCS#12 in JSON', RSA, ({ bytes }) => ({ value: json({ pfx: base64(bytes('legacy.p12')), password: 'sesame' }) })],
  ['openssl', 'files, PEM', 'CN=rsa', ({ path }) => ({ value: { certificate: path('rsa.pem'), privateKey: path('rsa.pkcs1') } })],
  ['openssl', 'files, DER', 'CN=p256', ({ path }) => ({ value: { certificate: path('p256.der'), privateKey: path('p256.sec1.der') } })],
  ['openssl', 'files, PKCS#12', RSA, ({ path }) => ({ value: { certificate: path('modern.p12'), privateKey: path('modern.p12') }, passphrase: 'sesame' })],
  ['java', 'PKCS#12 of keytool', 'CN=java-ec', store('java-ec.p12', 'changeit')],
  ['java', 'PKCS#12 of keytool, legacy', 'CN=java-rsa', store('java-rsa.p12', 'changeit')],
  ['java', 'JKS of keytool', 'CN=java-jks', store('java-jks.p12', 'changeit')],
  ['java', 'JKS with a trusted certificate beside the key', 'CN=java-jks', store('java-mixed.jks', 'changeit')],
  ['java', 'JKS in JSON, with its password', 'CN=java-jks', ({ bytes }) => ({ value: json({ keystore: base64(bytes('java-jks.p12')), password: 'changeit' }) })],
  ['python', 'PKCS#12 of cryptography', 'CN=py-dns < CN=Python Root', store('py-ed.p12', 'sesame')],
  ['python', 'PKCS#12 of cryptography, 3DES', 'spiffe://corp.example/ns/shop/sa/checkout < CN=Mesh CA', store('py-3des.p12', 'sesame')],
  ['python', 'PKCS#12 of cryptography, open', 'spiffe://corp.example/ns/shop/sa/checkout < CN=Mesh CA', store('py-open.p12')],
  ['go', 'Istio’s three files', GO, ({ text }) => ({ value: json({ 'cert-chain.pem': text('go-ec.chain'), 'key.pem': text('go-ec.key'), 'root-cert.pem': text('go-root.pem') }) })],
  ['go', 'SPIRE’s three files', GO, ({ text }) => ({ value: json({ 'svid.pem': text('go-ec.chain'), 'svid_key.pem': text('go-ec.sec1'), 'bundle.pem': text('go-root.pem') }), principal: 'spiffe://go.example/workload' })],
  ['go', 'Ed25519 of Go', 'CN=go-ed < CN=Go Intermediate', ({ text }) => ({ value: text('go-ed.key') + text('go-ed.chain') })],
  ['go', 'Proc-Type of Go', 'CN=go-rsa', ({ text }) => ({ value: text('go-rsa.pem') + text('go-rsa.proc'), passphrase: 'sesame' })],
];
