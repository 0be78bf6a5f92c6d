/** The shapes in which people keep certificates, each fed to both readers: as an identity with its key, and as a trust bundle. */
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { oid, pem, sequence, setOf, tlv } from '../../../shared/pki/asn1/der.ts';
import { credentialsOf } from '../../../shared/pki/identity/identity.ts';
import { identityTextOf, identityTextOfFiles } from '../../../shared/pki/identity/shapes.ts';
import { issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { bundleOf } from '../../../shared/pki/served/trust-bundle.ts';

const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + 200 * DAY };
type Given = {
  readonly leaf: string;
  readonly inner: string;
  readonly root: string;
  readonly key: string;
  readonly keyDer: Uint8Array;
};
type Value = string | Uint8Array;
let given: Given;
beforeAll(async () => {
  const root = await issueAuthority({ subject: 'CN=Root', validity });
  const inner = await issueAuthority({ subject: 'CN=Inner', validity }, { parent: root });
  const leaf = await issue({ subject: 'CN=checkout', validity, extendedKeyUsage: ['clientAuth'] }, inner);
  given = {
    leaf: pem('CERTIFICATE', leaf.der),
    inner: pem('CERTIFICATE', inner.der),
    root: pem('CERTIFICATE', root.der),
    key: String(leaf.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    keyDer: new Uint8Array(leaf.privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
});

const json = (value: unknown): string => JSON.stringify(value);
const base64 = (value: Value): string => Buffer.from(value).toString('base64');
const der = (...pems: readonly string[]): Uint8Array =>
  new Uint8Array(Buffer.concat(pems.map((each) => new X509Certificate(each).raw)));
const utf16 = (text: string, mark: string): Buffer => Buffer.from(mark + text, 'utf16le');
const indented = (text: string, by: string): string => text.trimEnd().replaceAll(/^/gm, by);
const lines = (text: string): string[] => text.trimEnd().split('\n');
/** SignedData without a signature (RFC 2315 §9, `openssl crl2pkcs7 -nocrl`). */
const pkcs7 = (...pems: readonly string[]): Uint8Array => {
  const data = sequence(oid('1.2.840.113549.1.7.1'));
  const body = sequence(Uint8Array.of(2, 1, 1), setOf(), data, tlv(0xa0, der(...pems)), setOf());
  return sequence(oid('1.2.840.113549.1.7.2'), tlv(0xa0, body));
};
const kubernetes = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/tls',
  metadata: { name: 'it' },
  data,
});

/** What is done to a PEM text: both readers must not mind. */
const MANGLED: readonly (readonly [string, (text: string) => Value])[] = [
  ['PEM', (text) => text],
  ['PEM, X509 CERTIFICATE', (text) => text.replaceAll(/ CERTIFICATE-/g, ' X509 CERTIFICATE-')],
  ['PEM, TRUSTED CERTIFICATE', (text) => text.replaceAll(/ CERTIFICATE-/g, ' TRUSTED CERTIFICATE-')],
  ['PEM, CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['PEM, byte order mark', (text) => `\uFEFF${text}`],
  ['PEM, byte order mark, CRLF, bytes', (text) => Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`)],
  ['PEM, UTF-16 little endian', (text) => utf16(text, '\uFEFF')],
  ['PEM, UTF-16 big endian', (text) => utf16(text, '\uFEFF').swap16()],
  ['PEM, UTF-16 little endian without a mark', (text) => utf16(text, '')],
  ['PEM, UTF-16 big endian without a mark', (text) => utf16(text, '').swap16()],
  ['PEM, UTF-16, CRLF, base64', (text) => base64(utf16(text.replaceAll('\n', '\r\n'), '\uFEFF'))],
  ['PEM, indented by blanks', (text) => indented(text, '    ')],
  ['PEM, indented by tabs', (text) => indented(text, '\t')],
  ['PEM, newlines turned into blanks', (text) => text.replaceAll('\n', ' ')],
  ['PEM, newlines as two characters', (text) => text.replaceAll('\n', '\\n')],
  ['PEM, a JSON string', (text) => json(text)],
  ['PEM, a JSON string twice', (text) => json(json(text))],
  ['PEM, text around', (text) => `Bag Attributes\n    friendlyName: it\n${text}# end\n`],
  ['PEM, base64', (text) => base64(text)],
  ['PEM, base64 with line ends', (text) => base64(text).replaceAll(/.{76}/g, '$&\r\n')],
];

/** Documents, with the names that their makers give. Each holds the leaf, its issuer, its key and the root. */
const DOCUMENTS: readonly (readonly [string, (given: Given) => Value])[] = [
  [
    'Kubernetes Secret, JSON',
    ({ leaf, inner, root, key }) =>
      json(kubernetes({ 'tls.crt': base64(leaf + inner), 'tls.key': base64(key), 'ca.crt': base64(root) })),
  ],
  [
    'Kubernetes Secret, YAML, CRLF',
    ({ leaf, inner, root, key }) =>
      `apiVersion: v1\r\nkind: Secret\r\ndata:\r\n  tls.crt: ${base64(leaf + inner)}\r\n  tls.key: ${base64(key)}\r\n  ca.crt: ${base64(root)}\r\n`,
  ],
  [
    'Kubernetes Secret, YAML, stringData, UTF-16',
    ({ leaf, inner, root, key }) =>
      utf16(
        `apiVersion: v1\nkind: Secret\nstringData:\n  tls.crt: |\n${indented(leaf + inner, '    ')}\n  tls.key: |\n${indented(key, '    ')}\n  ca.crt: |\n${indented(root, '    ')}\n`,
        '\uFEFF',
      ),
  ],
  [
    'Kubernetes List',
    ({ leaf, inner, root, key }) =>
      json({
        apiVersion: 'v1',
        kind: 'List',
        items: [kubernetes({ 'tls.crt': base64(leaf + inner), 'tls.key': base64(key), 'ca.crt': base64(root) })],
      }),
  ],
  [
    'kubeconfig, YAML',
    ({ leaf, inner, root, key }) =>
      `apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://k8s.test\n    certificate-authority-data: ${base64(root)}\nusers:\n- name: it\n  user:\n    client-certificate-data: ${base64(leaf + inner)}\n    client-key-data: ${base64(key)}\n`,
  ],
  [
    'kubeconfig, JSON',
    ({ leaf, inner, root, key }) =>
      json({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { 'certificate-authority-data': base64(root) } }],
        users: [
          { name: 'it', user: { 'client-certificate-data': base64(leaf + inner), 'client-key-data': base64(key) } },
        ],
      }),
  ],
  [
    'Vault, pki/issue',
    ({ leaf, inner, root, key }) =>
      json({
        request_id: '1',
        lease_id: '',
        data: { certificate: leaf, issuing_ca: inner, ca_chain: [inner, root], private_key: key, serial_number: '1' },
      }),
  ],
  [
    'Vault, KV version 2',
    ({ leaf, inner, root, key }) =>
      json({ data: { data: { cert: leaf + inner, key, ca: root }, metadata: { version: 3 } } }),
  ],
  [
    'AWS IoT, create-keys-and-certificate',
    ({ leaf, inner, root, key }) =>
      json({
        certificateArn: 'arn:aws:iot:eu-west-1:111111111111:cert/a',
        certificateId: 'a',
        certificatePem: leaf + inner,
        keyPair: { PublicKey: pem('PUBLIC KEY', new Uint8Array(8)), PrivateKey: key },
        rootCa: root,
      }),
  ],
  [
    'ACM, export-certificate',
    ({ leaf, inner, root, key }) => json({ Certificate: leaf, CertificateChain: inner + root, PrivateKey: key }),
  ],
  [
    'ACM, in lower case with underscores, as Terraform has it',
    ({ leaf, inner, root, key }) => json({ certificate: leaf, certificate_chain: inner + root, private_key: key }),
  ],
  [
    'SPIRE, fetch x509 -output json',
    ({ leaf, inner, root, keyDer }) =>
      json({
        svids: [
          {
            spiffe_id: 'spiffe://lab.test/it',
            x509_svid: base64(der(leaf, inner)),
            x509_svid_key: base64(keyDer),
            bundle: base64(der(root)),
          },
        ],
        crl: [],
        federated_bundles: {},
      }),
  ],
  [
    'SPIRE, its plugin for Secrets Manager',
    ({ leaf, inner, root, key }) =>
      json({ spiffeId: 'spiffe://lab.test/it', x509Svid: leaf + inner, x509SvidKey: key, bundle: root }),
  ],
  [
    'one nested object',
    ({ leaf, inner, root, key }) => json({ name: 'it', tls: { crt: leaf + inner, key, ca: root } }),
  ],
  [
    'lists of lines',
    ({ leaf, inner, root, key }) => json({ certificate: lines(leaf + inner), key: lines(key), ca: lines(root) }),
  ],
  [
    'lists of certificates',
    ({ leaf, inner, root, key }) => json({ certificate: [leaf, inner], privateKey: key, ca: [root] }),
  ],
  [
    'PKCS#7 in a field',
    ({ leaf, inner, root, key }) =>
      json({ certificate: pem('PKCS7', pkcs7(inner, leaf)), privateKey: key, ca: pem('PKCS7', pkcs7(root)) }),
  ],
  [
    'DER in fields, base64',
    ({ leaf, inner, root, keyDer }) =>
      json({ certificate: base64(der(leaf, inner)), privateKey: base64(keyDer), ca: base64(der(root)) }),
  ],
  [
    'X509 CERTIFICATE in fields, newlines as two characters',
    ({ leaf, inner, root, key }) => {
      const of = (text: string) => text.replaceAll(' CERTIFICATE-', ' X509 CERTIFICATE-').replaceAll('\n', '\\n');
      return json({ cert: of(leaf + inner), key: of(key), ca: of(root) });
    },
  ],
  [
    'environment file',
    ({ leaf, inner, root, key }) => {
      const of = (text: string) => `"${text.replaceAll('\n', '\\n')}"`;
      return `TLS_CERT=${of(leaf + inner)}\nTLS_KEY=${of(key)}\nTLS_CA=${of(root)}\n`;
    },
  ],
];

/** Content without a key of its own: for a trust bundle, and for an identity of two files. */
const FILES: readonly (readonly [string, (...pems: readonly string[]) => Value])[] = [
  ['DER, one after another', (...pems) => der(...pems)],
  ['DER with a line end', (...pems) => Buffer.concat([der(...pems), Buffer.from('\n')])],
  ['PKCS#7, DER', (...pems) => pkcs7(...pems)],
  ['PKCS#7, PEM', (...pems) => pem('PKCS7', pkcs7(...pems))],
  ['PKCS#7, PEM, its long name', (...pems) => pem('PKCS #7 SIGNED DATA', pkcs7(...pems))],
];

const chainOf = (read: Awaited<ReturnType<typeof identityTextOf>>): string => {
  if (!read.ok) return read.reason;
  const credentials = credentialsOf(read.value);
  return credentials.ok ? credentials.value.chain.map(({ subject }) => subject).join(' < ') : credentials.reason;
};
const anchorsOf = async (value: Value): Promise<readonly string[] | string> => {
  const bundle = await bundleOf(value);
  if (!bundle.ok) return bundle.reason;
  return [...bundle.anchors.map(({ subject }) => subject), ...(bundle.unread ?? [])];
};
const CHAIN = /^CN=checkout < CN=Inner( < CN=Root)?$/;

describe.each(MANGLED)('%s', (_, mangle) => {
  test('an identity', async () => {
    expect(chainOf(await identityTextOf(mangle(given.leaf + given.inner + given.key)))).toMatch(CHAIN);
  });
  test('an identity of two files', async () => {
    const [certificate, key] = [mangle(given.leaf + given.inner), mangle(given.key)];
    const files = [certificate, key].map((value, at) => ({ path: String(at), value })) as [
      { path: string; value: Value },
      { path: string; value: Value },
    ];
    expect(chainOf(await identityTextOfFiles(...files, null))).toMatch(CHAIN);
  });
  test('a trust bundle', async () => {
    expect(await anchorsOf(mangle(given.root + given.inner))).toEqual(['CN=Root', 'CN=Inner']);
  });
});

describe.each(DOCUMENTS)('%s', (_, document) => {
  test('an identity', async () => {
    expect(chainOf(await identityTextOf(document(given)))).toMatch(CHAIN);
  });
  test('a trust bundle', async () => {
    expect(await anchorsOf(document(given))).toContain('CN=Root');
  });
});

describe.each(FILES)('%s', (_, file) => {
  test('an identity of two files', async () => {
    const certificate = { path: 'it.cer', value: file(given.leaf, given.inner) };
    for (const value of [given.key, given.keyDer])
      expect(chainOf(await identityTextOfFiles(certificate, { path: 'it.key', value }, null))).toMatch(CHAIN);
  });
  test('a trust bundle', async () => {
    expect(await anchorsOf(file(given.root, given.inner))).toEqual(['CN=Root', 'CN=Inner']);
  });
});
