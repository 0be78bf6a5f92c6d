import { createHash, sign, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../shared/model/time.ts';
import {
  bitString,
  explicit,
  integer,
  octetString,
  oid,
  readAll,
  readTlv,
  sequence,
  TAG,
  text,
  tlv,
} from '../../../shared/pki/asn1/der.ts';
import { extension, signed } from '../../../shared/pki/mint/assemble.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { stapleProblems } from '../../../shared/pki/served/ocsp-staple.ts';
import { trustPath } from '../../../shared/pki/served/trust-path.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { takeApart } from '../../../shared/pki/x509/certificate-parts.ts';
import { readOcsp } from '../../../shared/pki/x509/ocsp.ts';
import { staplesOf } from '../../../shared/verdict/judge/served-chains.ts';
import { unknownCritical } from '../../helpers/crls.ts';
import { anObservation } from '../../helpers/observation.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';
import { aCheck, aLane } from '../../helpers/trial.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
const GOOD = tlv(0x80);

let root: Authority;
let leaf: X509Certificate;
let other: X509Certificate;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  [leaf, other] = (await Promise.all(
    [1, 2].map(async () => new X509Certificate(certificatesOfPem(await serverLeaf(root, validity))[0]!.raw)),
  )) as [X509Certificate, X509Certificate];
});

const instant = (at: number) =>
  text(TAG.generalizedTime, `${new Date(at).toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`);
const sha1 = (bytes: Uint8Array) => octetString(createHash('sha1').update(bytes).digest());

const HELD = () => tlv(0xa1, instant(NOW - DAY), explicit(0, tlv(TAG.enumerated, Uint8Array.of(6))));

type Said = {
  /** Of its certificate's id. */
  readonly hash?: string;
  /** Extensions of what it says of the certificate, and of the whole. */
  readonly single?: readonly Uint8Array[];
  readonly whole?: readonly Uint8Array[];
  readonly besides?: Uint8Array;
  readonly of?: X509Certificate;
  readonly status?: Uint8Array;
  readonly from?: number;
  readonly to?: number;
};
const body = ({
  of = leaf,
  status = GOOD,
  from = NOW - DAY,
  to = NOW + 6 * DAY,
  besides,
  ...more
}: Said): Uint8Array => {
  const { issuer, serial } = takeApart(of.raw);
  const key = readAll(readTlv(takeApart(root.der).spki).content)[1]!.content.subarray(1);
  const id = sequence(sequence(oid(more.hash ?? '1.3.14.3.2.26')), sha1(issuer), sha1(key), serial);
  const single = (said: Uint8Array) =>
    sequence(id, said, instant(from), explicit(0, instant(to)), ...listed(more.single));
  return sequence(
    explicit(1, takeApart(root.der).subject),
    instant(NOW),
    sequence(single(status), ...(besides === undefined ? [] : [single(besides)])),
    ...listed(more.whole),
  );
};
const listed = (extensions: readonly Uint8Array[] = []) =>
  extensions.length === 0 ? [] : [explicit(1, sequence(...extensions))];
const basic = (said: Said): Uint8Array => signed(() => body(said), root.privateKey);
/** By the root, and with an algorithm that the minting here does not use. */
const signedWith = (said: Said, identifier: string, hash: string) =>
  response(sequence(body(said), sequence(oid(identifier)), bitString(sign(hash, body(said), root.privateKey))));
const response = (inner: Uint8Array): Uint8Array =>
  sequence(
    tlv(TAG.enumerated, Uint8Array.of(0)),
    explicit(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octetString(inner))),
  );
const found = (...responses: Uint8Array[]) => {
  const path = trustPath([certificateFacts(leaf)], [new X509Certificate(root.der)]);
  if (!path.trusted) throw new Error('no path');
  return stapleProblems(path, { responses, missed: 0 }, NOW).map(({ code }) => code);
};
const staple = (said: Said = {}) => response(basic(said));

describe('what an OCSP staple says of a served leaf', () => {
  test.each<[string, () => Uint8Array[], string[]]>([
    ['none', () => [], []],
    ['good and fresh', () => [staple()], []],
    ['a clock four minutes ahead', () => [staple({ from: NOW + 4 * MINUTE })], []],
    ['a clock six minutes ahead', () => [staple({ from: NOW + 6 * MINUTE })], ['OCSP_STAPLE_INVALID']],
    ['ended a minute ago', () => [staple({ to: NOW - MINUTE })], ['OCSP_STAPLE_EXPIRED']],
    [
      'of a week, eight hours left',
      () => [staple({ from: NOW - 7 * DAY, to: NOW + 8 * HOUR })],
      ['OCSP_STAPLE_EXPIRES_SOON'],
    ],
    ['of a week, twelve hours left', () => [staple({ from: NOW - 7 * DAY, to: NOW + 12 * HOUR })], []],
    ['revoked', () => [staple({ status: tlv(0xa1, instant(NOW - DAY)) })], ['SERVED_CERTIFICATE_REVOKED']],
    [
      'revoked, in one that has ended',
      () => [staple({ status: tlv(0xa1, instant(NOW - DAY)), to: NOW - MINUTE })],
      ['SERVED_CERTIFICATE_REVOKED'],
    ],
    [
      'revoked, in one that begins tomorrow',
      () => [staple({ status: tlv(0xa1, instant(NOW - DAY)), from: NOW + DAY })],
      ['OCSP_STAPLE_INVALID'],
    ],
    ['on hold', () => [staple({ status: HELD() })], ['SERVED_CERTIFICATE_REVOKED']],
    [
      'on hold, in one that has ended: it may have been lifted since',
      () => [staple({ status: HELD(), to: NOW - MINUTE })],
      ['OCSP_STAPLE_EXPIRED'],
    ],
    [
      'good, and in the same response revoked',
      () => [staple({ besides: tlv(0xa1, instant(NOW - DAY)) })],
      ['SERVED_CERTIFICATE_REVOKED'],
    ],
    ['unknown', () => [staple({ status: tlv(0x82) })], ['OCSP_STAPLE_INVALID']],
    ['good, with SHA-224', () => [signedWith({}, '1.2.840.10045.4.3.1', 'sha224')], []],
    ['good, with SHA3-256', () => [signedWith({}, '2.16.840.1.101.3.4.3.10', 'sha3-256')], []],
    [
      'revoked, with SHA-224',
      () => [signedWith({ status: tlv(0xa1, instant(NOW - DAY)) }, '1.2.840.10045.4.3.1', 'sha224')],
      ['SERVED_CERTIFICATE_REVOKED'],
    ],
    [
      'an algorithm that is not known here: no word of who signed it',
      () => [signedWith({ status: tlv(0xa1, instant(NOW - DAY)) }, '2.999.1', 'sha256')],
      ['OCSP_STAPLE_UNJUDGED'],
    ],
    ['a certificate named by an unknown hash', () => [staple({ hash: '2.999.1' })], ['OCSP_STAPLE_UNJUDGED']],
    [
      'good, with an unknown critical extension',
      () => [staple({ single: [unknownCritical] })],
      ['OCSP_STAPLE_UNJUDGED'],
    ],
    ['good, and the whole has one', () => [staple({ whole: [unknownCritical] })], ['OCSP_STAPLE_UNJUDGED']],
    [
      'revoked, with an unknown critical extension',
      () => [staple({ status: tlv(0xa1, instant(NOW - DAY)), single: [unknownCritical] })],
      ['SERVED_CERTIFICATE_REVOKED'],
    ],
    ['with a critical nonce', () => [staple({ whole: [extension('1.3.6.1.5.5.7.48.1.2', sha1(GOOD), true)] })], []],
    ['with an unknown extension that is not critical', () => [staple({ single: [extension('2.999.1', GOOD)] })], []],
    ['of another certificate of the same CA', () => [staple({ of: other })], ['OCSP_STAPLE_INVALID']],
    ['one server’s cache is stale', () => [staple(), staple({ to: NOW - MINUTE })], ['OCSP_STAPLE_EXPIRED']],
    ['a status that nobody defined', () => [staple({ status: tlv(0x85) })], ['OCSP_STAPLE_INVALID']],
    ['an error of the responder', () => [sequence(tlv(TAG.enumerated, Uint8Array.of(6)))], ['OCSP_STAPLE_INVALID']],
    ['nothing at all', () => [new Uint8Array()], ['OCSP_STAPLE_INVALID']],
    ['a number in place of one', () => [integer(1)], ['OCSP_STAPLE_INVALID']],
  ])('%s', (_, responses, expected) => {
    expect(found(...responses())).toEqual(expected);
  });

  test('whatever is changed in what was signed, it counts as nothing', () => {
    const whole = staple();
    const body = readAll(readTlv(basic({})).content)[0]!.bytes;
    const start = Buffer.from(whole).indexOf(body);
    expect(start).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: body.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(whole);
        damaged[start + at]! ^= change;
        expect(found(damaged)).toEqual(['OCSP_STAPLE_INVALID']);
      }),
      { numRuns: 500 },
    );
  });
  test('no bytes make it throw', () => {
    const whole = staple();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length), (rubbish, cut) => {
        expect(() => readOcsp(rubbish)).not.toThrow();
        expect(() => readOcsp(Uint8Array.from([...whole.subarray(0, cut), ...rubbish]))).not.toThrow();
      }),
    );
  });
});

describe('which staples are a leaf’s', () => {
  const shown = (certificate: X509Certificate, ocspStaple?: Uint8Array | null) => ({
    observation: anObservation(
      { kind: 'answered', phase: 'answer', status: 200 },
      { servedChain: [certificateFacts(certificate)], ...(ocspStaple === undefined ? {} : { ocspStaple }) },
    ),
    outcome: { kind: 'accepted' } as const,
  });
  test('those of its own handshakes that asked, each once', () => {
    const bytes = staple();
    const attempts = [
      shown(leaf),
      shown(leaf, null),
      shown(leaf, bytes),
      shown(leaf, Uint8Array.from(bytes)),
      shown(other, null),
    ];
    const lane = {
      ...aLane(attempts[0]!.observation),
      control: null,
      controls: [{ check: aCheck('valid-identity', 'checkout'), attempts }],
      others: [],
    };
    expect(staplesOf(lane, [certificateFacts(leaf)])).toEqual({ responses: [expect.any(Uint8Array)], missed: 1 });
    expect(staplesOf(lane, [certificateFacts(other)])).toEqual({ responses: [], missed: 1 });
  });
});
