import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CertificateFacts } from '../../../shared/model/certificate.ts';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/certificate.ts';
import { chainProblems, isWithin } from '../../../shared/pki/chain.ts';
import { pem } from '../../../shared/pki/der.ts';
import { putTogether, takeApart } from '../../../shared/pki/mint-certificate.ts';
import { type Authority, type CertificateRequest, issue, issueAuthority } from '../../../shared/pki/mint-issue.ts';
import { trustPath } from '../../../shared/pki/trust-path.ts';
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
) => chainProblems(chain, anchors, identity, expiry, NOW).map(({ code }) => code);

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
    expect(codes(chain, bundle(old, root))).toEqual(['SERVED_CHAIN_EXPIRED']);
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
      ['SERVED_NAME_MISMATCH'],
    ],
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
