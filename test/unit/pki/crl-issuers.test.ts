/** Of which CA of a path a CRL is. */
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { coverage } from '../../../shared/pki/x509/crl-coverage.ts';
import { judgedBy, NOW, readList, validity, week } from '../../helpers/crl-judged.ts';
import { FIELDS, fullName, mintCrl, scope, unknownCritical, uri } from '../../helpers/crls.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';

const SERIAL = Uint8Array.of(0x51, 1);
const HIT = [{ serial: SERIAL }];
const OTHER = fullName(uri('http://crl.test/2.crl'));
const REVOKED = 'SERVED_CERTIFICATE_REVOKED';
const UNUSABLE = 'CRL_UNUSABLE';

let root: Authority;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
});

describe('a CA above the leaf', () => {
  let sub: Authority;
  let leaf: string;
  beforeAll(async () => {
    sub = await issueAuthority({ subject: 'CN=Sub', validity, serial: Uint8Array.of(0x52) }, { parent: root });
    leaf = await serverLeaf(sub, validity, SERIAL);
  });
  const judged = (...lists: readonly string[]) =>
    judgedBy(leaf, root, NOW, ...lists).map(({ code, about }) => (about === undefined ? code : `${code} ${about}`));
  const own = (...fields: Uint8Array[]) => mintCrl(sub, week, fields.length === 0 ? [] : [scope(...fields)]);
  const above = (...extensions: Uint8Array[]) => mintCrl(root, week, extensions);

  test('a CA-only list of the root beside a user-only list of the leaf’s CA', () => {
    expect(judged(own(FIELDS.user), above(scope(FIELDS.ca)))).toEqual([]);
  });
  test('no list of its own is needed, nor is one missed that was made for others', () => {
    expect(judged(own())).toEqual([]);
    for (const mark of [scope(FIELDS.user), scope(FIELDS.attribute), scope(OTHER)])
      expect(judged(own(), above(mark))).toEqual([]);
  });
  test('the leaf is not covered by a list of the root', () => {
    expect(judged(above())).toEqual(['CRL_UNUSABLE the CRL of CN=Sub']);
  });
  test('an ended list of the root does not hide that the leaf has none', () => {
    expect(judged(mintCrl(root, { notBefore: NOW - 8 * DAY, notAfter: NOW - DAY }))).toEqual([
      'CRL_EXPIRED the CRL 0.crl',
      'CRL_UNUSABLE the CRL of CN=Sub',
    ]);
  });
  test('a list of the root that is at fault is named', () => {
    expect(judged(own(), above(unknownCritical))).toEqual(['CRL_UNUSABLE the CRL 1.crl']);
    expect(judged(own(), mintCrl(root, { notBefore: NOW + DAY, notAfter: NOW + 8 * DAY }))).toEqual([
      'CRL_UNUSABLE the CRL 1.crl',
    ]);
    expect(judged(own(), above(unknownCritical), above())).toEqual([]);
  });
  test('what a narrow list lists is revoked all the same', () => {
    const list = mintCrl(root, week, [scope(FIELDS.user)], [{ serial: Uint8Array.of(0x52) }]);
    expect(judged(own(), list)).toEqual([REVOKED]);
  });
  test('a CA is not covered by a list of user certificates, and by one of CA certificates it is', () => {
    const [ca, signer] = [new X509Certificate(sub.certificatePem), new X509Certificate(root.certificatePem)];
    const said = (field: Uint8Array) => coverage(readList(above(scope(field))), ca, signer, NOW);
    expect(said(FIELDS.user)).toEqual({ covers: false, why: 'user-certificates-only' });
    expect(said(FIELDS.ca)).toEqual({ covers: true });
  });
});

describe('a CA with a new key, whose certificate the old key signed', () => {
  let renewed: Authority;
  let leaf: string;
  beforeAll(async () => {
    renewed = await issueAuthority({ subject: 'CN=Root', validity }, { parent: root });
    leaf = await serverLeaf(renewed, validity, SERIAL);
  });
  const judged = (...lists: readonly string[]) => judgedBy(leaf, root, NOW, ...lists).map(({ code }) => code);

  test('the old key’s list says nothing of what the new key signed', () => {
    const list = mintCrl(root, week);
    const [served, old] = [leaf, root.certificatePem].map((each) => new X509Certificate(each));
    expect(coverage(readList(list), served!, old!, NOW)).toEqual({ covers: false, why: 'signed-by-another-key' });
    expect(judged(list)).toEqual([UNUSABLE]);
  });
  test('the new key’s does, alone and beside it', () => {
    expect(judged(mintCrl(renewed, week))).toEqual([]);
    expect(judged(mintCrl(root, week), mintCrl(renewed, week))).toEqual([]);
    expect(judged(mintCrl(renewed, week, [], HIT))).toEqual([REVOKED]);
  });
});
