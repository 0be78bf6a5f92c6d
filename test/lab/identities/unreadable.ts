/** Secrets that cannot be read: where, what was found there, and what was expected. */
import type { Asked } from './health.ts';
import type { Made, Maker } from './making.ts';

export type IdentityCase = readonly [by: Maker, what: string, verdict: string, asked: (made: Made) => Asked];

const json = (fields: object): string => JSON.stringify(fields);
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');
const unusable = (reason: string): string => `IDENTITY_UNUSABLE it cannot be used: its/secret: ${reason}.`;
const inKey =
  (value: (made: Made) => unknown) =>
  (made: Made): Asked => ({ value: json({ certificate: made.text('rsa.pem'), privateKey: value(made) }) });
const inCertificate =
  (value: (made: Made) => unknown) =>
  (made: Made): Asked => ({ value: json({ 'tls.crt': value(made), 'tls.key': made.text('rsa.key') }) });
const KEY = 'the field "privateKey" holds';
const CRT = 'the field "tls.crt" holds';
const KEY_EXPECTED = 'a private key was expected';
const CRT_EXPECTED = 'a certificate was expected';
const ANY_EXPECTED = 'JSON, PEM or PKCS#12 was expected';

// biome-ignore format: a table
export const UNREADABLE: readonly IdentityCase[] = [
  ['openssl', 'nothing', unusable('the secret is empty'), () => ({ value: ' \r\n' })],
  ['openssl', 'a password', unusable(`the secret holds text that is neither PEM nor base64; ${ANY_EXPECTED}`), () => ({ value: 'open sesame' })],
  ['openssl', 'an ARN', unusable(`the secret holds an ARN, not what it stands for; ${ANY_EXPECTED}`), () => ({ value: 'arn:aws:acm:eu-west-1:111111111111:certificate/abc' })],
  ['openssl', 'a file’s name', unusable(`the secret holds a file name, not what is in the file; ${ANY_EXPECTED}`), () => ({ value: 'pki/checkout.pem' })],
  ['openssl', 'a list', unusable(`the secret holds text that is neither PEM nor base64; ${ANY_EXPECTED}`), () => ({ value: '["a", "b"]' })],
  ['openssl', 'a certificate alone', unusable(`the secret holds a certificate; ${KEY_EXPECTED}`), ({ text }) => ({ value: text('rsa.pem') })],
  ['openssl', 'a key alone', unusable(`the secret holds a private key; ${CRT_EXPECTED}`), ({ text }) => ({ value: text('rsa.key') })],
  ['openssl', 'a certificate, DER', unusable(`the secret holds a certificate; ${ANY_EXPECTED}`), ({ bytes }) => ({ value: bytes('p256.der') })],
  ['openssl', 'two keys', unusable('the secret holds 2 private keys; one was expected'), ({ text }) => ({ value: text('rsa.pem') + text('rsa.key') + text('p256.key') })],
  ['openssl', 'a certificate for a key', unusable(`${KEY} a certificate; ${KEY_EXPECTED}`), inKey(({ text }) => text('rsa.pem'))],
  ['openssl', 'a public key for a key', unusable(`${KEY} a public key; ${KEY_EXPECTED}`), inKey(({ text }) => text('rsa.pub'))],
  ['openssl', 'an OpenSSH key', unusable(`${KEY} an OpenSSH private key (ssh-keygen -p -m PEM converts it); ${KEY_EXPECTED}`), inKey(({ text }) => text('ssh.key'))],
  ['openssl', 'base64 of anything', unusable(`${KEY} base64 that is no DER; ${KEY_EXPECTED}`), inKey(() => base64(new Uint8Array(60).fill(0xff)))],
  ['openssl', 'an empty string', unusable(`${KEY} an empty string; ${KEY_EXPECTED}`), inKey(() => '')],
  ['openssl', 'null', unusable(`${KEY} null; ${KEY_EXPECTED}`), inKey(() => null)],
  ['openssl', 'an object', unusable(`${KEY} an object; ${KEY_EXPECTED}`), inKey(({ text }) => ({ pem: text('rsa.key') }))],
  ['openssl', 'a number', unusable(`${KEY} a number; ${KEY_EXPECTED}`), inKey(() => 42)],
  ['openssl', 'half a key', unusable(`${KEY} a PEM block that is damaged or cut off`), inKey(({ text }) => text('rsa.key').slice(0, 400))],
  ['openssl', 'a key with a hole', unusable('the private key in the field "privateKey" is damaged'), inKey(({ text }) => text('rsa.key').replace(/\n.{64}/, ''))],
  ['openssl', 'a key that cannot sign', unusable('the private key in the field "privateKey" is of a kind that cannot sign (x25519)'), inKey(({ text }) => text('x25519.key'))],
  ['openssl', 'a key encrypted with DES, PKCS#8', unusable('the private key in the field "privateKey" is encrypted with MD5 and DES, which OpenSSL 3 no longer reads: encrypt it with AES-256'), ({ text }) => ({ value: json({ certificate: text('rsa.pem'), privateKey: text('rsa.pkcs8-des') }), passphrase: 'sesame' })],
  ['openssl', 'a key encrypted with DES, PKCS#1', unusable('the private key is encrypted with DES-CBC, which OpenSSL 3 no longer reads: encrypt it with AES-256'), ({ text }) => ({ value: text('rsa.pem') + text('rsa.proc-des'), passphrase: 'sesame' })],
  ['openssl', 'an encrypted key without a passphrase', unusable('the private key in the field "privateKey" is encrypted and no passphrase is given'), inKey(({ text }) => text('rsa.pkcs8-aes'))],
  ['openssl', 'a wrong passphrase', unusable('the private key cannot be decrypted: wrong passphrase, or damaged'), ({ text }) => ({ value: text('rsa.pem') + text('rsa.proc-aes'), passphrase: 'guess' })],
  ['openssl', 'another’s key', unusable('the private key does not belong to CN=rsa: they come from different issues'), inKey(({ text }) => text('p256.key'))],
  ['go', 'a request for a certificate', unusable(`the secret holds a certificate request and a private key; ${CRT_EXPECTED}`), ({ text }) => ({ value: text('go-ec.csr') + text('go-ec.key') })],
  ['go', 'Go’s public key', unusable(`the secret holds a certificate and a public key; ${KEY_EXPECTED}`), ({ text }) => ({ value: text('go-ec.pem') + text('go-ec.pub') })],
  ['openssl', 'a key for a certificate', unusable(`${CRT} a private key; ${CRT_EXPECTED}`), inCertificate(({ text }) => text('rsa.key'))],
  ['openssl', 'a damaged intermediate', unusable('certificate 2 of 2 in the field "tls.crt" is damaged: its PEM block does not decode to a certificate'), inCertificate(({ text }) => text('rsa.pem') + text('intermediate.pem').replace(/\n.{40}/, '\n'))],
  ['openssl', 'a key under another name', unusable('the secret has no field "privateKey" (its fields: certificate, geheim); "geheim" holds a private key: name it "privateKey"'), ({ text }) => ({ value: json({ certificate: text('rsa.pem'), geheim: text('rsa.key') }) })],
  ['openssl', 'a database’s secret', unusable('the secret has no fields "certificate" and "privateKey" (its fields: username, password)'), () => ({ value: json({ username: 'a', password: 'b' }) })],
  ['openssl', 'a ConfigMap', unusable('the secret is a Kubernetes object of another kind; a Secret was expected'), () => ({ value: 'apiVersion: v1\nkind: ConfigMap\ndata: {}\n' })],
  ['openssl', 'a Kubernetes Secret of another type', unusable('the secret has no fields "certificate" and "privateKey" (its fields: token)'), () => ({ value: json({ apiVersion: 'v1', kind: 'Secret', data: { token: 'YWJj' } }) })],
  ['openssl', 'a PKCS#12 without its passphrase', unusable('the secret: the PKCS#12 file is protected by a passphrase and none is given, or it is damaged'), ({ bytes }) => ({ value: bytes('modern.p12') })],
  ['openssl', 'a PKCS#12, wrong passphrase', unusable('the secret: the PKCS#12 file cannot be opened: wrong passphrase, or damaged'), ({ bytes }) => ({ value: bytes('legacy.p12'), passphrase: 'guess' })],
  ['openssl', 'a PKCS#12 with RC4', unusable('the secret: the PKCS#12 file is encrypted in a way that is not read (1.2.840.113549.1.12.1.1): export it again with AES-256'), ({ bytes }) => ({ value: bytes('rc4.p12'), passphrase: 'sesame' })],
  ['openssl', 'a PKCS#12 with rounds without end', unusable('the secret: the PKCS#12 file asks for more than 2000000 rounds of key derivation'), ({ bytes }) => ({ value: bytes('endless.p12'), passphrase: 'sesame' })],
  ['openssl', 'a PKCS#12 without a key', unusable('the secret: the PKCS#12 file holds no private key'), ({ bytes }) => ({ value: bytes('keyless.p12'), passphrase: 'sesame' })],
  ['openssl', 'a PKCS#12 without a certificate', unusable('the secret: the PKCS#12 file holds no certificate'), ({ bytes }) => ({ value: bytes('certless.p12'), passphrase: 'sesame' })],
  ['openssl', 'two pairs', unusable('the secret has 2 certificates with a key (client, server); one was expected'), ({ text }) => ({ value: json({ client: { crt: text('rsa.pem'), key: text('rsa.key') }, server: { crt: text('p256.pem'), key: text('p256.key') } }) })],
  ['openssl', 'two SVIDs', unusable('the secret has 2 certificates with a key (svids/0, svids/1); one was expected'), ({ bytes }) => ({ value: json({ svids: [1, 2].map(() => ({ x509_svid: base64(bytes('p256.der')), x509_svid_key: base64(bytes('p256.pkcs8.der')) })) }) })],
  ['openssl', 'two Secrets', unusable('the secret has 2 documents, 2 of them with a certificate and a key; one was expected'), ({ text }) => ({ value: json({ apiVersion: 'v1', kind: 'List', items: [1, 2].map(() => ({ apiVersion: 'v1', kind: 'Secret', data: { 'tls.crt': base64(text('rsa.pem')), 'tls.key': base64(text('rsa.key')) } })) }) })],
  ['openssl', 'AWS IoT’s answer without its key', unusable('the secret has no field "privateKey" (its fields: certificatePem, keyPair/PublicKey)'), ({ text }) => ({ value: json({ certificatePem: text('rsa.pem'), keyPair: { PublicKey: text('rsa.pub') } }) })],
  ['openssl', 'a nested key under another name', unusable('the secret has no field "privateKey" (its fields: cert, its/geheim); "its/geheim" holds a private key: name it "privateKey"'), ({ text }) => ({ value: json({ cert: text('rsa.pem'), its: { geheim: text('rsa.key') } }) })],
  ['openssl', 'a key whose name comes near', unusable('the secret has no field "privateKey" (its fields: cert, client_key_b64); the nearest, the field "client_key_b64", holds base64 that is no DER'), ({ text }) => ({ value: json({ cert: text('rsa.pem'), client_key_b64: base64(new Uint8Array(60).fill(0xff)) }) })],
  ['openssl', 'a kubeconfig with files', unusable('the field "users/0/user/client-certificate" holds a file name, not what is in the file; a certificate was expected'), () => ({ value: 'apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: { client-certificate: /a/b.crt, client-key: /a/b.key }\n' })],
  ['openssl', 'a PKCS#7 cut off', unusable('the field "tls.crt" holds base64 that is no DER; a certificate was expected'), ({ text, bytes }) => ({ value: json({ 'tls.crt': base64(bytes('rsa-chain.p7b.der').subarray(0, 300)), 'tls.key': text('rsa.key') }) })],
  ['openssl', 'concatenated DER, cut off', unusable('what follows certificate 1 in the field "cert" is no DER (100 bytes)'), ({ text, bytes }) => ({ value: json({ cert: base64(Buffer.concat([bytes('p256.der'), bytes('intermediate.der').subarray(0, 100)])), key: text('p256.key') }) })],
  ['java', 'a keystore with two keys', unusable('the secret: the PKCS#12 file holds 2 private keys; one was expected'), ({ bytes }) => ({ value: bytes('java-two.p12'), passphrase: 'changeit' })],
  ['java', 'a JKS without its passphrase', unusable('the secret: the Java keystore (JKS) is protected by a passphrase and none is given'), ({ bytes }) => ({ value: bytes('java-jks.p12') })],
  ['java', 'a JKS with a wrong passphrase', unusable('the secret: the Java keystore (JKS) cannot be opened: wrong passphrase, or damaged'), ({ bytes }) => ({ value: bytes('java-jks.p12'), passphrase: 'guess' })],
  ['java', 'a JKS, cut off', unusable('the secret: the Java keystore (JKS) is damaged or cut off at entry 1 of 1'), ({ bytes }) => ({ value: bytes('java-jks.p12').subarray(0, 900), passphrase: 'changeit' })],
  ['java', 'a JKS without a key', unusable('the secret: the Java keystore (JKS) holds no private key'), ({ bytes }) => ({ value: bytes('java-trust.JKS'), passphrase: 'changeit' })],
  ['java', 'a JCEKS in JSON', unusable('the field "keystore" holds a Java keystore (JCEKS): convert it with keytool -importkeystore -deststoretype pkcs12; a PKCS#12 file was expected'), ({ bytes }) => ({ value: json({ keystore: base64(bytes('java-jceks.p12')) }) })],
];
