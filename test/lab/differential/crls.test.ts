/**
 * Ours beside OpenSSL and the JDK on chains with CRLs: what both call revoked never passes, and what both take never fails. (Go's crypto/x509 looks at
 * no CRL.)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgedBy, NOW } from '../../helpers/crl-judged.ts';
import { everyCrlCase } from './crl-cases.ts';
import { areInstalled, type CrlCase, type CrlOpinion, JAVA, OPENSSL, writeCrlCases } from './crl-verifiers.ts';

type Ours = 'passed' | 'revoked' | 'ended' | 'unsure';
const oursOf = ({ chain, root, lists }: CrlCase): Ours => {
  const codes = judgedBy(chain, { certificatePem: root }, NOW, ...lists).map(({ code }) => code);
  if (codes.includes('SERVED_CERTIFICATE_REVOKED')) return 'revoked';
  if (codes.includes('CRL_UNUSABLE')) return 'unsure';
  return codes.length === 0 ? 'passed' : 'ended';
};

/** What both take and ours calls unsure on purpose, and why. */
const DELIBERATE: readonly (readonly [name: RegExp, why: string])[] = [
  [
    /-contradicted$/,
    'one of its lists lists it, and another one that covers it does not: which holds only the CA can say',
  ],
  [/-entry-of-another-ca$/, 'entries name another CA, and the list is not marked as indirect (RFC 5280 §5.3.3)'],
];

const installed = await areInstalled();
if (process.env['CI'] === 'true') test('OpenSSL and a JDK are here', () => expect(installed).toBe(true));

describe.runIf(installed)('ours beside OpenSSL and the JDK', () => {
  type Row = { readonly name: string; readonly which: CrlCase['which']; readonly ours: Ours; readonly theirs: string };
  let rows: readonly Row[] = [];
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'mtls-monitor-crls-'));
    const cases = await everyCrlCase(NOW, 80);
    const manifest = await writeCrlCases(cases, home, NOW);
    const [openssl, java] = [await OPENSSL.judge(manifest), await JAVA.judge(manifest)];
    const said = (opinions: ReadonlyMap<string, CrlOpinion>, name: string) => opinions.get(name) ?? 'silent';
    rows = cases.map((each) => ({
      name: each.name,
      which: each.which,
      ours: oursOf(each),
      theirs: `${said(openssl, each.name)} ${said(java, each.name)}`,
    }));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  const where = (ours: readonly Ours[], theirs: string) =>
    rows.filter((row) => ours.includes(row.ours) && row.theirs === theirs).map(({ name }) => name);

  test('every verifier has said something of every situation, and they are many', () => {
    expect(rows.length).toBeGreaterThanOrEqual(300);
    expect(rows.filter(({ theirs }) => theirs.includes('silent'))).toEqual([]);
    for (const theirs of ['accepted accepted', 'revoked revoked', 'other other'])
      expect(rows.filter((row) => row.theirs === theirs).length).toBeGreaterThan(20);
  });
  test('what both call revoked never passes, and is revoked where no list contradicts it', () => {
    expect(where(['passed', 'ended'], 'revoked revoked')).toEqual([]);
    const unsure = where(['unsure'], 'revoked revoked');
    expect(unsure.filter((name) => !name.endsWith('-contradicted'))).toEqual([]);
  });
  test('what both take does not fail', () => {
    expect(where(['revoked', 'ended'], 'accepted accepted')).toEqual([]);
  });
  test('and is not unsure, but for what is deliberate', () => {
    const unsure = where(['unsure'], 'accepted accepted');
    expect(unsure.filter((name) => !DELIBERATE.some(([pattern]) => pattern.test(name)))).toEqual([]);
  });
  test('a leaf that both refuse for want of a list does not pass', () => {
    const passed = rows.filter(
      ({ which, ours, theirs }) => which === 'leaf' && ours === 'passed' && theirs === 'other other',
    );
    expect(passed.map(({ name }) => name)).toEqual([]);
  });
});
