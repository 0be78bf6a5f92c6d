import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CertificateFacts } from '../../../shared/model/certificate.ts';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { pem } from '../../../shared/pki/asn1/der.ts';
import { putTogether } from '../../../shared/pki/mint/assemble.ts';
import { type Authority, type CertificateRequest, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { chainProblems, isWithin } from '../../../shared/pki/served/chain.ts';
import { trustPath } from '../../../shared/pki/served/trust-path.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { takeApart } from '../../../shared/pki/x509/certificate-parts.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
const { expiry } = anEndpoint();
const dns = { kind: 'dns', name: 'payments.test' } as const;

let root: Authority;
let intermediate: Authority;
let stranger: Authority;
let namesake: Authority;

beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  intermediate = await issueAuthority({ subject: 'CN=Intermediate', validity }, { parent: root });
  stranger = await issueAuthority({ subject: 'CN=Stranger', validity });
  namesake = await issueAuthority({ subject: 'CN=Root', validity });
});

const factsOf = (pem: string): CertificateFacts[] => certificatesOfPem(pem).map(certificateFacts);
const leafFor = async (authority: Authority, own: Partial<CertificateRequest> = {}) =>
  (
    await issue(
      {
        subject: 'CN=payments',
        validity,
        altNames: [{ dns: 'payments.test' }],
        extendedKeyUsage: ['serverAuth'],
        ...own,
      },
      authority,
    )
  ).certificatePem;
const bundle = (...authorities: readonly Authority[]) =>
  authorities.map(({ certificatePem }) => new X509Certificate(certificatePem));
const codes = (
  chain: readonly CertificateFacts[],
  anchors = bundle(root),
  identity: Parameters<typeof chainProblems>[2] = dns,
) => chainProblems(chain, { name: 'lab', anchors }, identity, expiry, NOW).map(({ code }) => code);

describe('signatures lead to the trust bundle', () => {
  test('leaf and intermediate', async () => {
    expect(codes(factsOf(await leafFor(intermediate)))).toEqual([]);
  });
  test('in any order, with a stranger in between', async () => {
    const [leaf, inner] = factsOf(await leafFor(intermediate));
    const [other] = factsOf(stranger.certificatePem);
    expect(trustPath([leaf!, other!, inner!], bundle(root))).toMatchObject({ trusted: true });
  });
  test('a bundle that holds the intermediate, or the leaf itself', async () => {
    const chain = factsOf(await leafFor(intermediate)).slice(0, 1);
    expect(trustPath(chain, bundle(intermediate))).toMatchObject({ trusted: true });
    expect(trustPath(chain, [new X509Certificate(chain[0]!.der)])).toMatchObject({ trusted: true });
  });
  test('a root of version 1, which has no basic constraints', async () => {
    const { version: _, ...parts } = takeApart(root.der);
    const pemText = pem(
      'CERTIFICATE',
      putTogether({ ...parts, version: new Uint8Array(), extensions: [] }, root.privateKey),
    );
    expect(codes(factsOf(await leafFor(root)), [new X509Certificate(pemText)])).toEqual([]);
  });
  test('a root that has expired in the bundle: clients refuse, though signatures lead there', async () => {
    const past = { notBefore: NOW - 2 * DAY, notAfter: NOW - DAY };
    const old = await issueAuthority({ subject: 'CN=Old', validity: past });
    const chain = factsOf(await leafFor(old));
    expect(trustPath(chain, bundle(old))).toMatchObject({ trusted: true });
    expect(codes(chain, bundle(old, root))).toEqual(['TRUST_BUNDLE_EXPIRED']);
  });
  test('an expired intermediate is no broken path: dates do not count', async () => {
    const old = await issueAuthority(
      { subject: 'CN=Old', validity: { notBefore: NOW - 2 * DAY, notAfter: NOW - DAY } },
      { parent: root },
    );
    const chain = factsOf(await leafFor(old));
    expect(trustPath(chain, bundle(root))).toMatchObject({ trusted: true });
    expect(codes(chain)).toEqual(['SERVED_CHAIN_EXPIRED']);
  });
});

test('what is served beyond the anchor is not looked at: an old cross-signed root ends nothing', async () => {
  const cross = await issueAuthority({
    subject: 'CN=Old Root',
    validity: { notBefore: NOW - 9 * DAY, notAfter: NOW - DAY },
  });
  const chain = [...factsOf(await leafFor(intermediate)), ...factsOf(cross.certificatePem)];
  expect(codes(chain)).toEqual([]);
});

describe('and where they do not', () => {
  test('a leaf without its intermediate is incomplete', async () => {
    expect(codes(factsOf(await leafFor(intermediate)).slice(0, 1))).toEqual(['SERVED_CHAIN_INCOMPLETE']);
  });
  test('also where others are served beside it: none of them signed it', async () => {
    const [leaf] = factsOf(await leafFor(intermediate));
    expect(codes([leaf!, ...factsOf(root.certificatePem)])).toEqual(['SERVED_CHAIN_INCOMPLETE']);
    expect(codes([leaf!, ...factsOf(namesake.certificatePem)])).toEqual(['SERVED_CHAIN_INCOMPLETE']);
  });
  test('a leaf that signed itself', async () => {
    const own = await issueAuthority({ subject: 'CN=payments', validity, altNames: [{ dns: 'payments.test' }] });
    expect(codes(factsOf(own.certificatePem))).toEqual(['SERVED_CHAIN_SELF_SIGNED']);
    expect(codes(factsOf(own.certificatePem), bundle(own))).toEqual([]);
  });
  test('another CA is untrusted', async () => {
    const chain = [...factsOf(await leafFor(stranger)), ...factsOf(stranger.certificatePem)];
    expect(codes(chain)).toEqual(['SERVED_CHAIN_UNTRUSTED']);
  });
  test('a CA of the same name with another key is untrusted', async () => {
    expect(codes(factsOf(await leafFor(namesake)))).toEqual(['SERVED_CHAIN_UNTRUSTED']);
  });
  test('an intermediate that is no CA signs nothing (RFC 5280 §4.2.1.9)', async () => {
    const pretender = await issue({ subject: 'CN=Pretender', validity }, root);
    const authority = {
      ...pretender,
      name: root.name,
      keyIdentifier: root.keyIdentifier,
      chainPem: pretender.certificatePem,
    };
    const forged = await leafFor({ ...authority, name: intermediate.name });
    expect(trustPath(factsOf(forged), bundle(root)).trusted).toBe(false);
  });
  test('nothing served leads nowhere', () => {
    expect(trustPath([], bundle(root)).trusted).toBe(false);
  });
});

describe('a chain that leads there in disorder', () => {
  test.each<[string, (leaf: string, inner: string, outer: string) => string, string[]]>([
    ['in order', (leaf, inner, outer) => leaf + inner + outer, []],
    ['with the root, which nobody needs', (leaf, inner, outer) => leaf + inner + outer + root.certificatePem, []],
    ['intermediates swapped', (leaf, inner, outer) => leaf + outer + inner, ['SERVED_CHAIN_OUT_OF_ORDER']],
    [
      'a stranger in between',
      (leaf, inner, outer) => leaf + stranger.certificatePem + inner + outer,
      ['SERVED_CHAIN_OUT_OF_ORDER'],
    ],
    ['an old stranger at its end', (leaf, inner, outer) => leaf + inner + outer + stranger.certificatePem, []],
  ])('%s', async (_what, arrange, expected) => {
    const inner = await issueAuthority({ subject: 'CN=Inner', validity }, { parent: intermediate });
    const leaf = certificatesOfPem(await leafFor(inner))[0]!.toString();
    expect(codes(factsOf(arrange(leaf, inner.certificatePem, intermediate.certificatePem)))).toEqual(expected);
  });
});

describe('the CA in the trust bundle', () => {
  const lasting = (days: number) => ({ notBefore: NOW - 3000 * DAY, notAfter: NOW + days * DAY });
  test('one that ends soon, served or not', async () => {
    const old = await issueAuthority({ subject: 'CN=Old', validity: lasting(20) });
    const leaf = await leafFor(old);
    expect(codes(factsOf(leaf), bundle(old, root))).toEqual(['TRUST_BUNDLE_EXPIRES_SOON']);
    expect(codes(factsOf(leaf + old.certificatePem), bundle(old))).toEqual(['TRUST_BUNDLE_EXPIRES_SOON']);
    const [problem] = chainProblems(factsOf(leaf), { name: 'corp', anchors: bundle(old) }, dns, expiry, NOW);
    expect(problem).toMatchObject({ critical: false, about: expect.stringMatching(/^CN=Old \(SHA-256 .*corp$/) });
  });
  test('past `expiry.critical`', async () => {
    const old = await issueAuthority({ subject: 'CN=Old', validity: lasting(5) });
    expect(
      chainProblems(factsOf(await leafFor(old)), { name: 'corp', anchors: bundle(old) }, dns, expiry, NOW),
    ).toMatchObject([{ code: 'TRUST_BUNDLE_EXPIRES_SOON', critical: true }]);
  });
  test('an expired one that is served too', async () => {
    const old = await issueAuthority({ subject: 'CN=Old', validity: lasting(-1) });
    const inner = await issueAuthority({ subject: 'CN=Inner', validity }, { parent: old });
    const chain = factsOf((await leafFor(inner)) + old.certificatePem);
    expect(codes(chain, bundle(old))).toEqual(['TRUST_BUNDLE_EXPIRED']);
  });
  test('one that nothing served leads to is nobody’s concern: the system’s bundle always holds some', async () => {
    const old = await issueAuthority({ subject: 'CN=Old', validity: lasting(5) });
    expect(codes(factsOf(await leafFor(root)), bundle(old, root))).toEqual([]);
  });
  test('old and new root during a rotation: both are accepted', async () => {
    const both = bundle(root, stranger);
    expect(codes(factsOf(await leafFor(root)), both)).toEqual([]);
    expect(codes(factsOf(await leafFor(stranger)), both)).toEqual([]);
  });
  test('the server’s own leaf in place of its CA', async () => {
    const chain = factsOf(await leafFor(root));
    const leaf = new X509Certificate(chain[0]!.der);
    expect(codes(chain, [leaf])).toEqual(['TRUST_BUNDLE_HOLDS_LEAF']);
    expect(codes(chain, [leaf, ...bundle(root)])).toEqual([]);
    const [problem] = chainProblems(factsOf(await leafFor(root)), { name: 'corp', anchors: [leaf] }, dns, expiry, NOW);
    expect(problem).toMatchObject({ code: 'SERVED_CHAIN_INCOMPLETE', message: expect.stringContaining('no CA') });
  });
});

test('what was issued while the run went on is valid already: a mesh renews at any moment', async () => {
  const fresh = factsOf(await leafFor(root, { validity: { notBefore: NOW + 60_000, notAfter: NOW + DAY } }));
  const at = (seenAt: number) =>
    chainProblems(fresh, { name: 'lab', anchors: bundle(root) }, dns, expiry, NOW, seenAt).map(({ code }) => code);
  expect([at(NOW), at(NOW + 61_000)]).toEqual([['SERVED_CHAIN_NOT_YET_VALID'], []]);
});

describe('everything else a client would mind', () => {
  test.each<[string, Partial<CertificateRequest>, Parameters<typeof chainProblems>[2], string[]]>([
    ['the wrong name', { altNames: [{ dns: 'other.test' }] }, dns, ['SERVED_NAME_MISMATCH']],
    ['only a common name', { subject: 'CN=payments.test', altNames: [] }, dns, ['SERVED_NAME_MISMATCH']],
    [
      'a SPIFFE ID where one is expected',
      { altNames: [{ uri: 'spiffe://lab/payments' }] },
      { kind: 'uri', uri: 'spiffe://lab/payments' },
      [],
    ],
    [
      'another SPIFFE ID',
      { altNames: [{ uri: 'spiffe://lab/payments/x' }] },
      { kind: 'uri', uri: 'spiffe://lab/payments' },
      ['SERVED_IDENTITY_MISMATCH'],
    ],
    [
      'the right SPIFFE ID and another one: an X509-SVID has exactly one',
      { altNames: [{ uri: 'spiffe://lab/payments' }, { uri: 'spiffe://lab/orders' }] },
      { kind: 'uri', uri: 'spiffe://lab/payments' },
      ['SERVED_IDENTITY_MISMATCH'],
    ],
    [
      'a DNS name where a SPIFFE ID is expected',
      {},
      { kind: 'uri', uri: 'spiffe://lab/payments' },
      ['SERVED_IDENTITY_MISMATCH'],
    ],
    ['a key of 1024 bits', { keyKind: 'rsa-1024' }, dns, ['SERVED_KEY_WEAK']],
    ['an IP address', { altNames: [{ ip: '127.0.0.1' }] }, { kind: 'ip', address: '127.0.0.1' }, []],
    ['an expired leaf', { validity: { notBefore: NOW - 9 * DAY, notAfter: NOW - DAY } }, dns, ['SERVED_CHAIN_EXPIRED']],
    [
      'a leaf of tomorrow',
      { validity: { notBefore: NOW + DAY, notAfter: NOW + 9 * DAY } },
      dns,
      ['SERVED_CHAIN_NOT_YET_VALID'],
    ],
    [
      'a leaf that ends soon',
      { validity: { notBefore: NOW - 90 * DAY, notAfter: NOW + 10 * DAY } },
      dns,
      ['SERVED_CHAIN_EXPIRES_SOON'],
    ],
    ['a client’s certificate', { extendedKeyUsage: ['clientAuth'] }, dns, ['SERVED_CHAIN_WRONG_USAGE']],
    ['a leaf without any usage', { extendedKeyUsage: [] as never }, dns, []],
  ])('%s', async (_what, own, identity, expected) => {
    if (own.extendedKeyUsage?.length === 0) delete (own as { extendedKeyUsage?: unknown }).extendedKeyUsage;
    expect(codes(factsOf(await leafFor(intermediate, own)), bundle(root), identity)).toEqual(expected);
  });
});

describe('how near an end is', () => {
  const cert = (lifetime: number, left: number) =>
    ({ notBefore: NOW + left - lifetime, notAfter: NOW + left }) as CertificateFacts;
  test('a share of the lifetime, capped: short-lived certificates stay quiet, long ones are not early', () => {
    const { warn } = expiry;
    expect([isWithin(cert(DAY, 7 * HOUR), warn, NOW), isWithin(cert(DAY, 5 * HOUR), warn, NOW)]).toEqual([false, true]);
    expect([isWithin(cert(825 * DAY, 31 * DAY), warn, NOW), isWithin(cert(825 * DAY, 29 * DAY), warn, NOW)]).toEqual([
      false,
      true,
    ]);
  });
  test('fixed days', () => {
    expect([
      isWithin(cert(90 * DAY, 8 * DAY), { kind: 'fixed', before: 7 * DAY }, NOW),
      isWithin(cert(90 * DAY, 6 * DAY), { kind: 'fixed', before: 7 * DAY }, NOW),
    ]).toEqual([false, true]);
  });
});
