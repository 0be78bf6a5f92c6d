/** Indirect CRLs (RFC 5280 §5.2.5, §5.3.3): one issuer lists certificates of others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameOfText } from '../../../shared/pki/mint/distinguished-name.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { judgedBy, NOW, validity, week } from '../../helpers/crl-judged.ts';
import {
  certificateIssuer,
  distributionPoints,
  type Entry,
  FIELDS,
  fullName,
  mintCrl,
  reencoded,
  scope,
  uri,
  withExtensions,
} from '../../helpers/crls.ts';
import { opensslVerify } from '../../helpers/openssl.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';

const SERIAL = Uint8Array.of(0x51, 1);
const POINT = fullName(uri('http://crl.test/all.crl'));
const REVOKED = 'SERVED_CERTIFICATE_REVOKED';
const UNUSABLE = 'CRL_UNUSABLE';
const INDIRECT = scope(FIELDS.indirect);

let root: Authority;
let sub: Authority;
/** A CA of the same root that is not on the path. */
let stranger: Authority;
let chain: string;
let leaf: (issuer: Uint8Array, name?: Uint8Array) => string;
const home = mkdtempSync(join(tmpdir(), 'mtls-monitor-crl-indirect-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  sub = await issueAuthority({ subject: 'CN=Sub', validity, serial: Uint8Array.of(0x52) }, { parent: root });
  stranger = await issueAuthority({ subject: 'CN=CRL Issuer', validity }, { parent: root });
  chain = await serverLeaf(sub, validity, SERIAL);
  leaf = (crlIssuer, name) =>
    withExtensions(chain, sub, distributionPoints({ ...(name === undefined ? {} : { name }), crlIssuer })) +
    sub.certificatePem;
});

const codes = (served: string, ...lists: string[]) => judgedBy(served, root, NOW, ...lists).map(({ code }) => code);
const entryOf = (issuer: Uint8Array, serial = SERIAL): Entry => ({ serial, extensions: [certificateIssuer(issuer)] });
const openssl = (served: string, list: string) => {
  const path = (name: string, text: string) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const trusted = { ca: path('ca.pem', root.certificatePem), crl: path('x.crl', list) };
  const options = ['-extended_crl', '-crl_check', '-attime', `${NOW / 1000}`];
  return opensslVerify('sslserver', path('leaf.pem', served), trusted, ...options);
};

describe('the root’s indirect list, which the leaf of another CA names', () => {
  test.each<[string, () => Entry[], readonly string[], string]>([
    ['lists nothing', () => [], [], 'OK'],
    ['lists it', () => [entryOf(sub.name)], [REVOKED], '23'],
    ['lists its number, of the root', () => [{ serial: SERIAL }], [], 'OK'],
    ['lists its number, of yet another CA', () => [entryOf(nameOfText('CN=Else'))], [], 'OK'],
    [
      'an entry goes on with the issuer of the one before',
      () => [entryOf(sub.name, Uint8Array.of(7)), { serial: SERIAL }],
      [REVOKED],
      '23',
    ],
    [
      'an entry after another issuer',
      () => [entryOf(sub.name, Uint8Array.of(7)), entryOf(nameOfText('CN=Else'), Uint8Array.of(8)), { serial: SERIAL }],
      [],
      'OK',
    ],
    ['lists it under a re-encoded name', () => [entryOf(reencoded(sub.name, 19))], [REVOKED], '23'],
  ])('%s', async (_, entries, expected, said) => {
    for (const served of [leaf(root.name), leaf(root.name, POINT), leaf(reencoded(root.name, 30), POINT)])
      expect(codes(served, mintCrl(root, week, [INDIRECT], entries()))).toEqual(expected);
    expect(await openssl(leaf(root.name, POINT), mintCrl(root, week, [INDIRECT], entries()))).toBe(said);
  });
  test('of its distribution point, and of another', () => {
    const list = (point: Uint8Array) => mintCrl(root, week, [scope(point, FIELDS.indirect)], [entryOf(sub.name)]);
    const clean = (point: Uint8Array) => mintCrl(root, week, [scope(point, FIELDS.indirect)]);
    expect(codes(leaf(root.name, POINT), list(POINT))).toEqual([REVOKED]);
    expect(codes(leaf(root.name, POINT), clean(POINT))).toEqual([]);
    expect(codes(leaf(root.name, POINT), clean(fullName(uri('http://crl.test/2.crl'))))).toEqual([UNUSABLE]);
  });
});

describe('what an indirect list may not say', () => {
  test('of a leaf that does not name its issuer', () => {
    expect(codes(chain, mintCrl(root, week, [INDIRECT], [entryOf(sub.name)]))).toEqual([UNUSABLE]);
    expect(codes(leaf(stranger.name, POINT), mintCrl(root, week, [INDIRECT], [entryOf(sub.name)]))).toEqual([UNUSABLE]);
  });
  test('without its mark', () => {
    expect(codes(leaf(root.name, POINT), mintCrl(root, week, [], [entryOf(sub.name)]))).toEqual([UNUSABLE]);
    expect(codes(leaf(root.name, POINT), mintCrl(root, week))).toEqual([UNUSABLE]);
  });
  test('of a CRL issuer that is not on the path: named, and no fault of the others', () => {
    const list = mintCrl(stranger, week, [INDIRECT], [entryOf(sub.name)]);
    const [problem, ...others] = judgedBy(leaf(stranger.name, POINT), root, NOW, list);
    expect([problem?.code, others]).toEqual([UNUSABLE, []]);
    expect(problem?.message).toContain('indirect CRL');
    expect(codes(leaf(stranger.name, POINT), list, mintCrl(sub, week))).toEqual([]);
    expect(codes(leaf(stranger.name, POINT), list, mintCrl(sub, week, [], [{ serial: SERIAL }]))).toEqual([REVOKED]);
    expect(codes(leaf(stranger.name, POINT), list + mintCrl(sub, week))).toEqual([]);
  });
});
