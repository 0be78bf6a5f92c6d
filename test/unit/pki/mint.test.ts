import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DAY } from '../../../shared/model/time.ts';
import { explicit, integer, oid, readAll, readTlv, sequence, setOf, tlv } from '../../../shared/pki/asn1/der.ts';
import { OID } from '../../../shared/pki/asn1/oids.ts';
import { extension, putTogether } from '../../../shared/pki/mint/assemble.ts';
import { type Authority, type Issued, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { type KeyKind, type KeyPair, keyIdentifier } from '../../../shared/pki/mint/keys.ts';
import { type CopiedScenario, type MintControl, mintIssuedBy, mintLike } from '../../../shared/pki/mint/mint.ts';
import { isOf, takeApart } from '../../../shared/pki/x509/certificate-parts.ts';

/** @types/node has the salt's length as a text. */
const generate = generateKeyPairSync as (type: string, options: object) => KeyPair;
const NOW = Date.now();
const VALIDITY = { notBefore: NOW - DAY, notAfter: NOW + 90 * DAY };
const SCENARIOS = ['untrusted-issuer', 'self-signed', 'lookalike-issuer'] as const;
const KINDS: readonly KeyKind[] = [
  'rsa-2048',
  'rsa-pss-2048',
  'ec-prime256v1',
  'ec-secp384r1',
  'ec-secp521r1',
  'ed25519',
];

const leafOf = (authority: Authority, keyKind: KeyKind = 'ec-prime256v1'): Promise<Issued> =>
  issue(
    {
      subject: 'CN=payments, OU=ops+OU=night, O=Läb',
      validity: VALIDITY,
      keyKind,
      altNames: [
        { uri: 'spiffe://lab.test/payments' },
        { dns: 'payments.lab.test' },
        { ip: '::1' },
        { email: 'p@lab.test' },
      ],
      extendedKeyUsage: ['clientAuth', 'serverAuth'],
      keyUsage: ['digitalSignature', 'keyAgreement'],
    },
    authority,
  );
const rootOf = (keyKind: KeyKind = 'ec-prime256v1') =>
  issueAuthority({ subject: 'CN=Lab root, O=Läb', validity: VALIDITY, keyKind });
const controlOf = (leaf: Issued): MintControl => ({ leafDer: leaf.der, issuersDer: [] });
const certificates = (pem: string): X509Certificate[] =>
  pem.split(/(?<=-----END CERTIFICATE-----\n)/).map((block) => new X509Certificate(block));
const mint = async (control: MintControl, scenario: CopiedScenario) => {
  const { certificatePem, privateKey } = await mintLike(control, scenario);
  const [leaf, ...others] = certificates(certificatePem);
  return { leaf: leaf!, others, privateKey, certificatePem, parts: takeApart(new Uint8Array(leaf!.raw)) };
};
const extensionOf = (extensions: readonly Uint8Array[], identifier: string) =>
  extensions.find((each) => isOf(each, identifier));

const directory = mkdtempSync(join(tmpdir(), 'mint-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What `openssl verify` says of a leaf, as a TLS server would ask. */
const opensslVerify = (root: string, leaf: string): string => {
  writeFileSync(join(directory, 'root.pem'), root);
  writeFileSync(join(directory, 'leaf.pem'), leaf);
  const files = ['-CAfile', join(directory, 'root.pem'), '-untrusted', join(directory, 'leaf.pem')];
  try {
    const options = { encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync(
      'openssl',
      ['verify', '-x509_strict', '-purpose', 'sslclient', ...files, join(directory, 'leaf.pem')],
      options,
    );
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
};

describe.each(KINDS)('a control with a key of kind %s', (kind) => {
  let root: Authority;
  let control: Issued;
  beforeAll(async () => {
    root = await rootOf(kind);
    control = await leafOf(root, kind);
  });

  test('is itself what OpenSSL accepts', () => {
    expect(opensslVerify(root.certificatePem, control.certificatePem)).toContain(': OK');
  });

  test.each([
    ['untrusted-issuer', /error 20 at 0 depth lookup: unable to get local issuer certificate/],
    ['self-signed', /error 18 at 0 depth lookup: self-signed certificate/],
    ['lookalike-issuer', /error 7 at 0 depth lookup: certificate signature failure/],
  ] as const)('%s differs in what OpenSSL refuses it for, and in nothing else', async (scenario, refusal) => {
    const { leaf, privateKey, parts, certificatePem } = await mint(controlOf(control), scenario);
    const like = takeApart(control.der);
    expect(opensslVerify(root.certificatePem, certificatePem)).toMatch(refusal);
    expect(leaf.checkPrivateKey(privateKey)).toBe(true);
    expect(leaf.publicKey.asymmetricKeyType).toBe(createPublicKey(control.privateKey).asymmetricKeyType);
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual(createPublicKey(control.privateKey).asymmetricKeyDetails);
    expect(leaf.publicKey.equals(createPublicKey(control.privateKey))).toBe(false);
    expect([parts.subject, parts.validity, parts.version]).toEqual([like.subject, like.validity, like.version]);
    for (const same of [OID.basicConstraints, OID.keyUsage, OID.extendedKeyUsage, OID.subjectAltName])
      expect(extensionOf(parts.extensions, same)).toEqual(extensionOf(like.extensions, same));
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    expect(() => createSecureContext({ cert: certificatePem, key })).not.toThrow();
  });
});

describe('mintLike', () => {
  let root: Authority;
  let control: Issued;
  beforeAll(async () => {
    root = await rootOf();
    control = await leafOf(root);
  });

  test('untrusted-issuer: sent alone, it names another issuer and key than the control’s, and neither of them signed it', async () => {
    const { leaf, others, parts } = await mint(controlOf(control), 'untrusted-issuer');
    expect(others).toEqual([]);
    expect(parts.issuer).not.toEqual(root.name);
    expect(parts.issuer).not.toEqual(parts.subject);
    expect(Buffer.concat(parts.extensions).includes(Buffer.from(root.keyIdentifier))).toBe(false);
    expect(leaf.verify(new X509Certificate(root.der).publicKey)).toBe(false);
    expect(leaf.verify(leaf.publicKey)).toBe(false);
  });

  test('self-signed: its own key signed it, and it names itself by subject and key identifier', async () => {
    const { leaf, others, parts } = await mint(controlOf(control), 'self-signed');
    expect(others).toEqual([]);
    expect(leaf.verify(leaf.publicKey)).toBe(true);
    expect(parts.issuer).toEqual(parts.subject);
  });

  test('lookalike-issuer: issuer, authority key identifier and serial number are the control’s byte for byte; the signature is not the issuer’s', async () => {
    const { leaf, others, parts } = await mint(controlOf(control), 'lookalike-issuer');
    const like = takeApart(control.der);
    expect(others).toEqual([]);
    expect(parts.issuer).toEqual(like.issuer);
    expect(parts.serial).toEqual(like.serial);
    expect(extensionOf(parts.extensions, OID.authorityKeyIdentifier)).toEqual(
      extensionOf(like.extensions, OID.authorityKeyIdentifier),
    );
    expect(leaf.checkIssued(new X509Certificate(root.der))).toBe(true);
    expect(leaf.verify(new X509Certificate(root.der).publicKey)).toBe(false);
  });

  test('lookalike-issuer: the control’s intermediates go along, so that the server finds the issuer and looks at the signature', async () => {
    const between = await issueAuthority({ subject: 'CN=Issuing CA', validity: VALIDITY }, { parent: root });
    const leaf = await leafOf(between);
    const alone = await mint(controlOf(leaf), 'lookalike-issuer');
    const chained = await mint({ leafDer: leaf.der, issuersDer: [between.der] }, 'lookalike-issuer');
    expect(chained.others.map(({ raw }) => new Uint8Array(raw))).toEqual([between.der]);
    expect(opensslVerify(root.certificatePem, alone.certificatePem)).toMatch(/unable to get local issuer/);
    expect(opensslVerify(root.certificatePem, chained.certificatePem)).toMatch(/certificate signature failure/);
  });

  test('lookalike-issuer: signed by the kind of key that the real issuer has, whatever the leaf’s', async () => {
    const rsaRoot = await rootOf('rsa-3072');
    const { leaf, parts } = await mint(controlOf(await leafOf(rsaRoot)), 'lookalike-issuer');
    expect(leaf.publicKey.asymmetricKeyType).toBe('ec');
    expect(isOf(parts.signatureAlgorithm, '1.2.840.113549.1.1.11')).toBe(true);
  });

  test.each(SCENARIOS)(
    '%s: no pointer to the real issuer’s services; any other extension is kept as it is',
    async (scenario) => {
      const custom = extension('1.3.6.1.4.1.55555.1', sequence(oid('1.2.3')), false);
      const pointers = ['2.5.29.31', '2.5.29.46', '1.3.6.1.5.5.7.1.1', '1.3.6.1.5.5.7.1.24'].map((each) =>
        extension(each, sequence()),
      );
      const like = takeApart(control.der);
      const leafDer = putTogether({ ...like, extensions: [...pointers, ...like.extensions, custom] }, root.privateKey);
      const { parts } = await mint({ leafDer, issuersDer: [] }, scenario);
      expect(parts.extensions).toHaveLength(like.extensions.length + 1);
      expect(parts.extensions.at(-1)).toEqual(custom);
    },
  );

  test('an authority key identifier with issuer and serial number is copied too', async () => {
    const like = takeApart(control.der);
    const full = extension(
      OID.authorityKeyIdentifier,
      sequence(tlv(0x80, root.keyIdentifier), tlv(0xa1, tlv(0xa4, root.name)), tlv(0x82, Uint8Array.of(7))),
    );
    const leafDer = putTogether({ ...like, extensions: [full] }, root.privateKey);
    const { parts } = await mint({ leafDer, issuersDer: [] }, 'lookalike-issuer');
    expect(parts.extensions).toEqual([full]);
  });

  test.each([
    ['PrintableString', 0x13],
    ['T61String', 0x14],
    ['IA5String', 0x16],
    ['BMPString', 0x1e],
  ])('names in %s, several values in one RDN among them, are copied, not re-encoded', async (_, tag) => {
    const value = (type: string, letters: string) => sequence(oid(type), tlv(tag, Buffer.from(letters, 'latin1')));
    const name = (...letters: string[]) =>
      sequence(setOf(...letters.map((each) => value('2.5.4.11', each))), setOf(value('2.5.4.3', 'AAAA')));
    const odd = await issueAuthority({ subject: name('IIII'), validity: VALIDITY });
    const leaf = await issue({ subject: name('SSSS', 'TTTT'), validity: VALIDITY }, odd);
    const lookalike = await mint(controlOf(leaf), 'lookalike-issuer');
    const own = await mint(controlOf(leaf), 'self-signed');
    expect(lookalike.parts.issuer).toEqual(name('IIII'));
    expect(lookalike.parts.subject).toEqual(name('SSSS', 'TTTT'));
    expect(own.parts.issuer).toEqual(name('SSSS', 'TTTT'));
    expect(opensslVerify(odd.certificatePem, lookalike.certificatePem)).toMatch(/certificate signature failure/);
  });

  test('a control of version 1, without extensions, gives the same', async () => {
    const leafDer = putTogether(
      { ...takeApart(control.der), version: new Uint8Array(), extensions: [] },
      root.privateKey,
    );
    const { leaf, parts } = await mint({ leafDer, issuersDer: [] }, 'untrusted-issuer');
    expect(parts.version).toHaveLength(0);
    expect(parts.extensions).toEqual([]);
    expect(leaf.subject).toBe(new X509Certificate(leafDer).subject);
  });

  test('keys are made once a process for each kind', async () => {
    const first = await mint(controlOf(control), 'untrusted-issuer');
    const second = await mint(controlOf(await leafOf(root)), 'self-signed');
    expect(second.leaf.publicKey.equals(first.leaf.publicKey)).toBe(true);
    expect(second.leaf.serialNumber).not.toBe(first.leaf.serialNumber);
  });

  test('the private key shows in no text of what is returned', async () => {
    const minted = await mintLike(controlOf(control), 'self-signed');
    const der = minted.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64').slice(30, 60);
    const texts = [JSON.stringify(minted), inspect(minted, { depth: 9, showHidden: true }), String(minted.privateKey)];
    expect(createPrivateKey(minted.privateKey.export({ type: 'pkcs8', format: 'pem' }))).toBeDefined();
    for (const text of texts) expect(text).not.toMatch(new RegExp(`PRIVATE|${der.replaceAll(/[+/]/g, '.')}`));
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['cut short', 'half'],
    ['no certificate', sequence(sequence(integer(1)), explicit(0))],
    ['an indefinite length', Uint8Array.of(0x30, 0x80, 0, 0)],
  ])('rejects bytes that are %s', async (_, bytes) => {
    const leafDer = bytes === 'half' ? control.der.subarray(0, 200) : (bytes as Uint8Array);
    await expect(mint({ leafDer, issuersDer: [] }, 'self-signed')).rejects.toThrow(RangeError);
  });
});

describe('mintIssuedBy', () => {
  const signerOf = (leaf: Issued) => ({ ...controlOf(leaf), privateKey: leaf.privateKey });
  const issuedBy = async (control: Issued, signer: Issued) => {
    const { certificatePem, privateKey } = await mintIssuedBy(controlOf(control), signerOf(signer));
    const [leaf, ...others] = certificates(certificatePem);
    return { leaf: leaf!, others, privateKey, certificatePem, parts: takeApart(new Uint8Array(leaf!.raw)) };
  };

  test.each([...KINDS, 'ed448', 'ml-dsa-65'] as const)(
    'a signer with a key of kind %s: names and signature lead to it, and only its being no CA speaks against the path',
    async (kind) => {
      const root = await rootOf();
      const [control, signer] = [await leafOf(root, kind), await leafOf(root, kind)];
      for (const by of [control, signer]) {
        const { leaf, others, privateKey, parts, certificatePem } = await issuedBy(control, by);
        const like = takeApart(control.der);
        expect(parts.issuer).toEqual(takeApart(by.der).subject);
        expect(extensionOf(parts.extensions, OID.authorityKeyIdentifier)).toEqual(
          extension(OID.authorityKeyIdentifier, sequence(tlv(0x80, keyIdentifier(createPublicKey(by.privateKey))))),
        );
        expect(leaf.verify(createPublicKey(by.privateKey))).toBe(true);
        expect(leaf.checkPrivateKey(privateKey)).toBe(true);
        expect(createPublicKey(privateKey).equals(createPublicKey(control.privateKey))).toBe(false);
        expect(others.map(({ raw }) => new Uint8Array(raw))).toEqual([by.der]);
        expect([parts.subject, parts.validity]).toEqual([like.subject, like.validity]);
        for (const same of [OID.basicConstraints, OID.keyUsage, OID.extendedKeyUsage, OID.subjectAltName])
          expect(extensionOf(parts.extensions, same)).toEqual(extensionOf(like.extensions, same));
        // OpenSSL 3.0 reads no ML-DSA.
        if (kind !== 'ml-dsa-65')
          expect(opensslVerify(root.certificatePem, certificatePem)).toMatch(
            /at 1 depth lookup: invalid CA certificate/,
          );
      }
    },
  );

  test('the signer’s intermediates go along', async () => {
    const root = await rootOf();
    const between = await issueAuthority({ subject: 'CN=Issuing CA', validity: VALIDITY }, { parent: root });
    const control = await leafOf(between);
    const signer = { leafDer: control.der, issuersDer: [between.der], privateKey: control.privateKey };
    const { certificatePem } = await mintIssuedBy(signer, signer);
    const sent = certificates(certificatePem).map(({ raw }) => new Uint8Array(raw));
    expect(sent.slice(1)).toEqual([control.der, between.der]);
    expect(opensslVerify(root.certificatePem, certificatePem)).toMatch(/invalid CA certificate/);
  });

  test.each<{ hashAlgorithm?: string; mgf1HashAlgorithm?: string; saltLength?: number }>([
    { hashAlgorithm: 'sha512', mgf1HashAlgorithm: 'sha512', saltLength: 64 },
    { hashAlgorithm: 'sha384', mgf1HashAlgorithm: 'sha256', saltLength: 20 },
    { hashAlgorithm: 'sha1', mgf1HashAlgorithm: 'sha1', saltLength: 20 },
    {},
  ])('a signer’s RSA-PSS key that allows only %o signs with that', async (parameters) => {
    const { privateKey, publicKey } = generate('rsa-pss', { modulusLength: 2048, ...parameters });
    const root = await rootOf();
    const leaf = await leafOf(root);
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    const signer = { ...leaf, der: putTogether({ ...takeApart(leaf.der), spki }, root.privateKey), privateKey };
    const { leaf: minted, certificatePem } = await issuedBy(signer, signer);
    expect(minted.verify(publicKey)).toBe(true);
    expect(opensslVerify(root.certificatePem, certificatePem)).toMatch(/at 1 depth lookup: invalid CA certificate/);
  });

  test('it points to the signer’s own key identifier, and has one of its own: with the control’s name it must not look self-signed', async () => {
    const root = await rootOf();
    const control = await leafOf(root);
    const bare = (extensions: readonly Uint8Array[]): Issued => ({
      ...control,
      der: putTogether({ ...takeApart(control.der), extensions }, root.privateKey),
    });
    const own = extension(OID.subjectKeyIdentifier, tlv(0x04, Uint8Array.of(1, 2, 3)));
    for (const signer of [bare([own]), bare([])]) {
      const { parts, leaf } = await issuedBy(signer, signer);
      expect(parts.issuer).toEqual(parts.subject);
      expect(extensionOf(parts.extensions, OID.subjectKeyIdentifier)).toBeDefined();
      expect(leaf.verify(leaf.publicKey)).toBe(false);
    }
    const { parts } = await issuedBy(bare([]), bare([own]));
    expect(extensionOf(parts.extensions, OID.authorityKeyIdentifier)).toEqual(
      extension(OID.authorityKeyIdentifier, sequence(tlv(0x80, Uint8Array.of(1, 2, 3)))),
    );
  });
});

describe('DER', () => {
  test('a certificate taken apart and put together again is the same, to the byte (Ed25519 signs deterministically)', async () => {
    const root = await rootOf('ed25519');
    const leaf = await leafOf(root);
    expect(putTogether(takeApart(leaf.der), root.privateKey)).toEqual(leaf.der);
    expect(putTogether(takeApart(root.der), root.privateKey)).toEqual(root.der);
  });

  test('bytes from anywhere are read or refused with a RangeError, never past their end', async () => {
    const { der } = await leafOf(await rootOf());
    const damaged = fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(damaged, { minLength: 1, maxLength: 4 }), fc.nat(der.length), (changes, end) => {
        const bytes = Uint8Array.from(der);
        for (const [index, byte] of changes) bytes[index] = byte;
        try {
          const parts = takeApart(bytes.subarray(0, end));
          expect(parts.subject.length + parts.spki.length).toBeLessThan(end);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  test.each([
    ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
    ['2.5.29.17', '0603551d11'],
    ['2.999.3', '0603883703'],
  ])('an object identifier %s is %s (X.690 §8.19)', (dotted, hex) => {
    expect(Buffer.from(oid(dotted)).toString('hex')).toBe(hex);
  });

  test.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
    'a content of %i bytes is read back with its length',
    (length) => {
      const read = readTlv(tlv(0x04, new Uint8Array(length)));
      expect(read.content).toHaveLength(length);
      expect(readAll(tlv(0x30, read.bytes, integer(1)))).toHaveLength(1);
    },
  );

  test.each([
    [[0], '020100'],
    [[0, 0, 127], '02017f'],
    [[128], '02020080'],
    [[1, 0], '02020100'],
  ])('the integer of bytes %j is minimal and not negative', (bytes, hex) => {
    expect(Buffer.from(integer(...bytes)).toString('hex')).toBe(hex);
  });
});
