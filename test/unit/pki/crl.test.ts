import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { type Authority, issueAuthority, issueRevocationList, type Validity } from '../../../shared/pki/mint/issue.ts';
import type { KeyKind } from '../../../shared/pki/mint/keys.ts';
import { chainProblems } from '../../../shared/pki/served/chain.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { crlsOf } from '../../../shared/pki/x509/crl-file.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
const week = { notBefore: NOW - DAY, notAfter: NOW + 6 * DAY };
const SERIAL = Uint8Array.of(0x90, 1, 2, 3);
const { expiry } = anEndpoint();

let root: Authority;
let namesake: Authority;
let other: Authority;
let leaf: string;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  namesake = await issueAuthority({ subject: 'CN=Root', validity });
  other = await issueAuthority({ subject: 'CN=Other', validity });
  leaf = await serverLeaf(root, validity, SERIAL);
});

const read = (text: string | Uint8Array) => crlsOf('corp.crl', typeof text === 'string' ? Buffer.from(text) : text);
const codes = (...lists: (string | Uint8Array)[]) =>
  chainProblems(
    certificatesOfPem(leaf).map(certificateFacts),
    { name: 'corp', anchors: [new X509Certificate(root.certificatePem)], crls: lists.map(read) },
    { kind: 'dns', name: 'payments.test' },
    expiry,
    NOW,
  ).map(({ code }) => code);
const list = (period: Validity, serials: Uint8Array[] = [], authority = root) =>
  issueRevocationList(authority, serials, period);

const derOf = (text: string): Buffer => Buffer.from(text.replace(/-----.*-----|\s/g, ''), 'base64');

describe('what a CRL of the registry says of a served certificate', () => {
  test.each<[string, () => (string | Uint8Array)[], string[]]>([
    ['not listed, fresh', () => [list(week)], []],
    ['in DER', () => [derOf(list(week))], []],
    [
      'in DER, listed by the second of two in a row, with a line end behind',
      () => [Buffer.concat([derOf(list(week, [SERIAL], other)), derOf(list(week, [SERIAL])), Buffer.from('\r\n')])],
      ['SERVED_CERTIFICATE_REVOKED'],
    ],
    [
      'in DER, cut off behind a whole one',
      () => [Buffer.concat([derOf(list(week)), derOf(list(week)).subarray(0, 40)])],
      ['CRL_UNUSABLE'],
    ],
    [
      'in DER, more in a row than are read',
      () => [Buffer.concat([derOf(list(week)), Buffer.from('3000'.repeat(1001), 'hex')])],
      Array.from({ length: 1000 }, () => 'CRL_UNUSABLE'),
    ],
    ['listed', () => [list(week, [Uint8Array.of(1), SERIAL])], ['SERVED_CERTIFICATE_REVOKED']],
    [
      'listed in one that has ended: still revoked',
      () => [list({ notBefore: NOW - 8 * DAY, notAfter: NOW - DAY }, [SERIAL])],
      ['SERVED_CERTIFICATE_REVOKED', 'CRL_EXPIRED'],
    ],
    ['ended', () => [list({ notBefore: NOW - 8 * DAY, notAfter: NOW - DAY })], ['CRL_EXPIRED']],
    [
      'of a week, eight hours left',
      () => [list({ notBefore: NOW - 7 * DAY, notAfter: NOW + 8 * HOUR })],
      ['CRL_EXPIRES_SOON'],
    ],
    ['of a week, twelve hours left', () => [list({ notBefore: NOW - 7 * DAY, notAfter: NOW + 12 * HOUR })], []],
    ['listed in one that somebody else signed', () => [list(week, [SERIAL], namesake)], ['CRL_UNUSABLE']],
    ['one of another CA beside the right one', () => [list(week, [SERIAL], other), list(week)], []],
    ['only one of another CA', () => [list(week, [], other)], ['CRL_UNUSABLE']],
    ['several in one file', () => [list(week, [SERIAL], other) + list(week, [SERIAL])], ['SERVED_CERTIFICATE_REVOKED']],
    ['a certificate in place of one', () => [root.certificatePem], ['CRL_UNUSABLE']],
    ['rubbish', () => ['<html>not found</html>'], ['CRL_UNUSABLE']],
  ])('%s', (_, lists, expected) => {
    expect(codes(...lists())).toEqual(expected);
  });

  test.each<KeyKind>([
    'rsa-2048',
    'rsa-pss-2048',
    'ec-prime256v1',
    'ec-secp384r1',
    'ec-secp521r1',
    'ed25519',
    'ed448',
    'ml-dsa-65',
  ])('signed with a key of kind %s, and not by another key of that kind', async (keyKind) => {
    const [signer, stranger] = [
      await issueAuthority({ subject: 'CN=A', validity, keyKind }),
      await issueAuthority({ subject: 'CN=A', validity, keyKind }),
    ];
    const loaded = read(issueRevocationList(signer, [SERIAL], week));
    const [crl] = loaded.ok ? loaded.crls : [];
    expect(crl?.signedBy(new X509Certificate(signer.certificatePem))).toBe('signed');
    expect(crl?.signedBy(new X509Certificate(stranger.certificatePem))).toBe('not-signed');
    expect([crl?.thisUpdate, crl?.nextUpdate]).toEqual([week.notBefore, week.notAfter]);
    const said = execFileSync('openssl', ['crl', '-noout', '-nextupdate'], {
      input: issueRevocationList(signer, [], week),
    });
    expect(said.toString()).toContain('Jun  7 12:00:00 2026');
  });

  test('whatever bytes come: an answer, no error', () => {
    const good = Buffer.from(issueRevocationList(root, [SERIAL], week).replace(/-----.*-----|\s/g, ''), 'base64');
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length)).map(([at, byte, length]) =>
      Buffer.from(good)
        .fill(byte, at, at + 1)
        .subarray(0, length),
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
        const loaded = read(bytes);
        if (loaded.ok) for (const crl of loaded.crls) crl.signedBy(new X509Certificate(root.certificatePem));
      }),
    );
  });
});
