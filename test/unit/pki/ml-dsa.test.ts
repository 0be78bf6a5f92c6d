// ML-DSA (FIPS 204): keys in the three forms of RFC 9881, identities, and certificates in their likeness. OpenSSL has them since 3.5, so node:crypto verifies.
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { octetString, pem, readAll, readTlv, sequence, tlv } from '../../../shared/pki/asn1/der.ts';
import { ML_DSA } from '../../../shared/pki/asn1/oids.ts';
import { credentialsOf } from '../../../shared/pki/identity/identity.ts';
import { preflight } from '../../../shared/pki/identity/preflight.ts';
import { privateKeyOf } from '../../../shared/pki/identity/private-key.ts';
import { issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { kindOf, newKeyPair } from '../../../shared/pki/mint/keys.ts';
import { mintLike } from '../../../shared/pki/mint/mint.ts';
import { strengthProblems } from '../../../shared/pki/served/strength.ts';
import { certificateFacts } from '../../../shared/pki/x509/certificate.ts';
import { KEY_TYPES, keyTypeOf, unprovable } from '../../../shared/pki/x509/key-types.ts';

const NOW = Date.now();
const VALIDITY = { notBefore: NOW - DAY, notAfter: NOW + 90 * DAY };
const KINDS = Object.keys(ML_DSA) as readonly (keyof typeof ML_DSA)[];
const EXPIRY = { kind: 'fixed', before: DAY } as const;

const identityOf = async (kind: keyof typeof ML_DSA) => {
  const root = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY, keyKind: kind });
  const issuing = await issueAuthority({ subject: 'CN=Issuing', validity: VALIDITY, keyKind: kind }, { parent: root });
  const request = {
    subject: 'CN=payments',
    validity: VALIDITY,
    keyKind: kind,
    extendedKeyUsage: ['clientAuth'],
  } as const;
  return { root, issuing, identity: await issue(request, issuing) };
};
const pkcs8 = (key: KeyObject) => new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }));

/** RFC 9881 §6: `both` is what node:crypto writes; `seed` is [0], `expandedKey` an OCTET STRING. */
const formsOf = (key: KeyObject): Readonly<Record<string, Uint8Array>> => {
  const [version, algorithm, privateKey] = readAll(readTlv(pkcs8(key)).content);
  const [seed, expanded] = readAll(readTlv(privateKey!.content).content);
  const whole = (form: Uint8Array) => sequence(version!.bytes, algorithm!.bytes, octetString(form));
  return { both: pkcs8(key), seed: whole(tlv(0x80, seed!.content)), expandedKey: whole(expanded!.bytes) };
};

describe.each(KINDS)('%s', (kind) => {
  test('its private key is read in every form', async () => {
    const { privateKey } = await newKeyPair(kind);
    for (const [form, der] of Object.entries(formsOf(privateKey))) {
      const read = privateKeyOf(pem('PRIVATE KEY', der), null);
      expect([form, read.ok && keyTypeOf(read.value), read.ok && kindOf(read.value)]).toEqual([form, kind, kind]);
    }
  });

  test('an identity is fit for use, and its key not weak', async () => {
    const { identity } = await identityOf(kind);
    const certificate = identity.certificatePem;
    for (const [form, der] of Object.entries(formsOf(identity.privateKey))) {
      const privateKey = pem('PRIVATE KEY', der);
      const credentials = credentialsOf({ certificate, privateKey, passphrase: null });
      expect([form, credentials.ok]).toEqual([form, true]);
      if (!credentials.ok) continue;
      expect(credentials.value.chain).toHaveLength(2);
      const thresholds = { warn: EXPIRY, critical: EXPIRY };
      expect(preflight(credentials.value, { principal: null, fault: null }, thresholds, NOW)).toEqual([]);
    }
    const leaf = new X509Certificate(identity.der);
    expect(strengthProblems(leaf, certificateFacts(leaf))).toEqual([]);
  });

  test('what is minted verifies, and what is minted in its likeness does not', async () => {
    const { root, issuing, identity } = await identityOf(kind);
    const [leaf, ca, top] = [identity, issuing, root].map(({ der }) => new X509Certificate(der)) as [
      X509Certificate,
      X509Certificate,
      X509Certificate,
    ];
    expect([leaf.verify(ca.publicKey), ca.verify(top.publicKey), leaf.checkIssued(ca)]).toEqual([true, true, true]);
    const control = { leafDer: identity.der, issuersDer: [issuing.der] };
    const lookalike = await mintLike(control, 'lookalike-issuer');
    const copy = new X509Certificate(lookalike.certificatePem);
    expect([copy.checkIssued(ca), copy.verify(ca.publicKey), copy.checkPrivateKey(lookalike.privateKey)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([copy.publicKey.asymmetricKeyType, copy.subject, copy.serialNumber]).toEqual([
      kind,
      leaf.subject,
      leaf.serialNumber,
    ]);
    const own = new X509Certificate((await mintLike(control, 'self-signed')).certificatePem);
    expect([own.verify(own.publicKey), own.issuer]).toEqual([true, own.subject]);
  });

  test('TLS 1.3 alone proves it', async () => {
    const { privateKey } = await newKeyPair(kind);
    expect(unprovable(privateKey, '1.2')).toContain('"1.3"');
    expect([unprovable(privateKey, '1.3'), unprovable(privateKey, null)]).toEqual([null, null]);
  });
});

test('every kind that can sign is in the table, and nothing else', () => {
  expect(Object.keys(KEY_TYPES).toSorted()).toEqual(
    ['dsa', 'ec', 'ed25519', 'ed448', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87', 'rsa', 'rsa-pss'].toSorted(),
  );
  const { privateKey } = generateKeyPairSync('x25519');
  expect(keyTypeOf(privateKey)).toBeNull();
  expect(
    unprovable(
      createPrivateKey(
        generateKeyPairSync('rsa-pss', {
          modulusLength: 2048,
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
          publicKeyEncoding: { type: 'spki', format: 'pem' },
        }).privateKey,
      ),
      '1.2',
    ),
  ).toBeNull();
});
