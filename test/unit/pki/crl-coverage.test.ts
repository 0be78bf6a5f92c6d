import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../../shared/model/time.ts';
import { readAll, readTlv, sequence, TAG, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import { nameOfText } from '../../../shared/pki/mint/distinguished-name.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { coverage } from '../../../shared/pki/x509/crl-coverage.ts';
import { judgedBy, NOW, readList, validity, week } from '../../helpers/crl-judged.ts';
import {
  certificateIssuer,
  directory,
  distributionPoints,
  type Entry,
  FIELDS,
  fullName,
  mintCrl,
  relativeName,
  scope,
  unknownCritical,
  uri,
  withExtensions,
} from '../../helpers/crls.ts';
import { opensslVerify } from '../../helpers/openssl.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';

const SERIAL = Uint8Array.of(0x51, 1);
const HIT: readonly Entry[] = [{ serial: SERIAL }];
const OWN = fullName(uri('http://crl.test/1.crl'));
const OTHER = fullName(uri('http://crl.test/2.crl'));

/** Attributes of an RDN: `CN=shard 1`, without its SET. */
const attribute = (text: string) => readTlv(readTlv(nameOfText(text)).content).content;

let root: Authority;
/** It may sign certificates only. */
let mute: Authority;
let leaves: Readonly<Record<'plain' | 'sharded' | 'relative' | 'reasons' | 'foreign' | 'damaged' | 'ofMute', string>>;
const home = mkdtempSync(join(tmpdir(), 'mtls-monitor-crl-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  mute = await issueAuthority({ subject: 'CN=Mute', validity, keyUsage: ['keyCertSign'] });
  const plain = await serverLeaf(root, validity, SERIAL);
  const pointing = (...points: Parameters<typeof distributionPoints>) =>
    withExtensions(plain, root, distributionPoints(...points));
  leaves = {
    plain,
    sharded: pointing({ name: OTHER.with(-1, 0x78) }, { name: OWN }),
    relative: pointing({ name: relativeName(attribute('CN=shard 1')) }),
    reasons: pointing({ name: OWN, reasons: true }),
    foreign: pointing({ name: OWN, crlIssuer: nameOfText('CN=Somebody') }),
    damaged: withExtensions(plain, root, extension('2.5.29.31', sequence(tlv(TAG.sequence, tlv(0xa0))))),
    ofMute: await serverLeaf(mute, validity, SERIAL),
  };
});

type Leaf = keyof typeof leaves;
const authorityOf = (leaf: Leaf) => (leaf === 'ofMute' ? mute : root);
const covers = (leaf: Leaf, text: string) =>
  coverage(
    readList(text),
    new X509Certificate(leaves[leaf]),
    new X509Certificate(authorityOf(leaf).certificatePem),
    NOW,
  );
const problems = (leaf: Leaf, ...lists: readonly string[]) => judgedBy(leaves[leaf], authorityOf(leaf), NOW, ...lists);
const codes = (leaf: Leaf, ...lists: readonly string[]) => problems(leaf, ...lists).map(({ code }) => code);
/** The number of OpenSSL's error, or OK. */
const openssl = (leaf: Leaf, list: string, ...extra: string[]) => {
  const path = (name: string, text: string) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const trusted = { ca: path('ca.pem', authorityOf(leaf).certificatePem), crl: path('x.crl', list) };
  return opensslVerify(
    'sslserver',
    path('leaf.pem', leaves[leaf]),
    trusted,
    '-crl_check',
    '-attime',
    `${NOW / 1000}`,
    ...extra,
  );
};

type Row = {
  readonly name: string;
  readonly leaf?: Leaf;
  readonly extensions?: () => readonly Uint8Array[];
  readonly from?: number;
  readonly why: string | null;
  /** Of the list that names the certificate. */
  readonly hit: 'SERVED_CERTIFICATE_REVOKED' | 'CRL_UNUSABLE';
  readonly openssl: string;
};
const REVOKED = 'SERVED_CERTIFICATE_REVOKED';
const UNUSABLE = 'CRL_UNUSABLE';
const covering = { why: null, hit: REVOKED, openssl: 'OK' } as const;
/** OpenSSL: 44 is "different CRL scope", 3 "unable to get certificate CRL". */
const other = { why: 'other-distribution-point', hit: REVOKED, openssl: '44' } as const;
const point = (name: Uint8Array) => () => [scope(name)];
const ROWS: readonly Row[] = [
  { name: 'without a scope', ...covering },
  { name: 'without a scope, for a leaf that names a point', leaf: 'sharded', ...covering },
  { name: 'of an empty scope', extensions: () => [scope()], ...covering },
  { name: 'of user certificates', extensions: () => [scope(FIELDS.user)], ...covering },
  { name: 'of a point that the leaf names', leaf: 'sharded', extensions: point(OWN), ...covering },
  {
    name: 'of several, one of which the leaf names',
    leaf: 'sharded',
    extensions: point(fullName(uri('ldap://crl.test/x'), uri('http://crl.test/1.crl'))),
    ...covering,
  },
  // RFC 5280 §6.3.3 assumes a point of that name for every certificate. OpenSSL does not.
  {
    name: 'of a point with the name of the issuer',
    extensions: () => [scope(fullName(directory(root.name)))],
    ...covering,
    openssl: '44',
  },
  { name: 'of another shard', leaf: 'sharded', extensions: point(OTHER), ...other },
  { name: 'of a shard, for a leaf that names none', extensions: point(OWN), ...other },
  {
    name: 'of a shard, for a leaf that names it by its full name',
    leaf: 'relative',
    extensions: () => [scope(fullName(directory(nameOfText('CN=shard 1, CN=Root'))))],
    ...covering,
  },
  {
    name: 'of a relative name, the same',
    leaf: 'relative',
    extensions: () => [scope(relativeName(attribute('CN=shard 1')))],
    ...covering,
  },
  {
    name: 'of a relative name, another',
    leaf: 'relative',
    extensions: () => [scope(relativeName(attribute('CN=shard 2')))],
    ...other,
  },
  {
    name: 'of a point whose lists are for some reasons',
    leaf: 'reasons',
    extensions: point(OWN),
    ...other,
    why: 'some-reasons-only',
    openssl: '3',
  },
  { name: 'of a point that another CA fills', leaf: 'foreign', extensions: point(OWN), ...other },
  {
    name: 'of CA certificates',
    extensions: () => [scope(FIELDS.ca)],
    why: 'ca-certificates-only',
    hit: REVOKED,
    openssl: '44',
  },
  {
    name: 'of attribute certificates',
    extensions: () => [scope(FIELDS.attribute)],
    why: 'attribute-certificates-only',
    hit: UNUSABLE,
    openssl: '44',
  },
  {
    name: 'of some reasons',
    extensions: () => [scope(FIELDS.reasons)],
    why: 'some-reasons-only',
    hit: REVOKED,
    openssl: '3',
  },
  {
    name: 'with a critical extension that nobody knows',
    extensions: () => [unknownCritical],
    why: 'unknown-critical-extension',
    hit: REVOKED,
    openssl: '36',
  },
  {
    name: 'with an extension that nobody knows and that is not critical',
    extensions: () => [extension('2.999.1', tlv(TAG.null))],
    ...covering,
  },
  { name: 'of tomorrow', from: NOW + DAY, why: 'not-yet-valid', hit: UNUSABLE, openssl: '11' },
  {
    name: 'of a CA that may not sign CRLs',
    leaf: 'ofMute',
    why: 'signer-without-crl-sign',
    hit: UNUSABLE,
    openssl: '35',
  },
];
const listOf = (
  { leaf = 'plain', extensions = () => [], from = week.notBefore }: Row,
  entries: readonly Entry[] = [],
) => mintCrl(authorityOf(leaf), { notBefore: from, notAfter: from + 7 * DAY }, extensions(), entries);

describe('whether a CRL covers a served leaf', () => {
  test.each(ROWS)('$name: $why', (row) => {
    const { leaf = 'plain', why } = row;
    expect(covers(leaf, listOf(row))).toEqual(why === null ? { covers: true } : { covers: false, why });
    expect(codes(leaf, listOf(row))).toEqual(why === null ? [] : [UNUSABLE]);
  });
  test.each(ROWS)('$name, and the leaf is listed: $hit', (row) => {
    expect(codes(row.leaf ?? 'plain', listOf(row, HIT))).toEqual([row.hit]);
  });
  test.each(ROWS)('$name: OpenSSL says $openssl', async (row) => {
    expect(await openssl(row.leaf ?? 'plain', listOf(row))).toBe(row.openssl);
  });
  test.each(ROWS.filter(({ why, leaf }) => why !== null && leaf !== 'ofMute'))(
    '$name, beside a list that covers: no alarm',
    (row) => {
      const { leaf = 'plain' } = row;
      expect(codes(leaf, listOf(row), mintCrl(root, week))).toEqual([]);
      expect(codes(leaf, mintCrl(root, week), listOf(row))).toEqual([]);
    },
  );

  test('a message names the list, the leaf and the reason', () => {
    const [problem] = problems('sharded', mintCrl(root, week, [scope(OTHER)]));
    expect(problem).toMatchObject({ about: 'the CRL 0.crl' });
    for (const part of ['the CRL 0.crl', 'CN=payments', 'http://crl.test/2.crl'])
      expect(problem?.message).toContain(part);
    expect(problems('plain', mintCrl(root, week, [unknownCritical]))[0]?.message).toContain('2.999.1');
  });
  test('each shard that is not its own is named', () => {
    const lists = [OTHER, fullName(uri('http://crl.test/3.crl'))].map((each) => mintCrl(root, week, [scope(each)]));
    expect(problems('sharded', ...lists).map(({ about }) => about)).toEqual(['the CRL 0.crl', 'the CRL 1.crl']);
  });
  test('one that has ended and is of another shard: both are said', () => {
    const ended = mintCrl(root, { notBefore: NOW - 8 * DAY, notAfter: NOW - DAY }, [scope(OTHER)]);
    expect(codes('sharded', ended)).toEqual(['CRL_EXPIRED', UNUSABLE]);
  });
  test('points that are damaged are none', () => {
    expect(covers('damaged', mintCrl(root, week, [scope(OWN)]))).toMatchObject({ covers: false });
  });
  test('what begins within the leeway of clocks is in force', () => {
    const ahead = (by: number) => mintCrl(root, { notBefore: NOW + by, notAfter: NOW + 7 * DAY });
    expect(codes('plain', ahead(5 * MINUTE))).toEqual([]);
    expect(codes('plain', ahead(5 * MINUTE + 1000))).toEqual([UNUSABLE]);
    // Issued while the run lasted, before it was fetched.
    expect(judgedBy(leaves.plain, root, NOW + 10 * MINUTE, ahead(8 * MINUTE))).toEqual([]);
  });
});

describe('a critical extension of an entry', () => {
  test('that nobody knows: whom the list does not name, it does not clear', async () => {
    const list = mintCrl(root, week, [], [{ serial: Uint8Array.of(7), extensions: [unknownCritical] }]);
    expect(covers('plain', list)).toEqual({ covers: false, why: 'unknown-critical-extension' });
    expect(codes('plain', list)).toEqual([UNUSABLE]);
    expect(await openssl('plain', list)).toBe('36');
    const hit = mintCrl(root, week, [], [{ serial: SERIAL, extensions: [unknownCritical] }]);
    expect(codes('plain', hit)).toEqual([REVOKED]);
  });
  test('that names another issuer: an indirect list, and what it lists is of another CA', () => {
    const list = mintCrl(
      root,
      week,
      [],
      [{ serial: Uint8Array.of(7), extensions: [certificateIssuer(nameOfText('CN=Else'))] }, { serial: SERIAL }],
    );
    expect(covers('plain', list)).toEqual({ covers: false, why: 'issuers-without-mark' });
    expect(codes('plain', list)).toEqual([UNUSABLE]);
  });
  test('that is not critical hides nothing', () => {
    const reason = extension('2.5.29.21', tlv(TAG.enumerated, Uint8Array.of(1)));
    expect(codes('plain', mintCrl(root, week, [], [{ serial: SERIAL, extensions: [reason] }]))).toEqual([REVOKED]);
  });
});

test.each<[string, () => readonly Uint8Array[]]>([
  ['two scopes, the second of which is narrower', () => [scope(FIELDS.user), scope(FIELDS.ca)]],
  ['a scope with a field that RFC 5280 does not name', () => [scope(Uint8Array.of(0x86, 1, 0xff))]],
  ['a scope whose point is neither name', () => [scope(tlv(0xa0, tlv(0xa2)))]],
  [
    'an extension without a value',
    () => [
      sequence(
        ...readAll(readTlv(scope()).content)
          .slice(0, 1)
          .map(({ bytes }) => bytes),
      ),
    ],
  ],
])('%s: damaged', (_, extensions) => {
  expect(codes('plain', mintCrl(root, week, extensions()))).toEqual([UNUSABLE]);
});

describe('lists that OpenSSL made', () => {
  const made = (name: string, lines: string) => {
    const path = (file: string) => join(home, file);
    writeFileSync(path('made-ca.pem'), root.certificatePem);
    writeFileSync(path('made-ca.key'), root.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(path('index.txt'), '');
    writeFileSync(
      path('made.cnf'),
      `[ca]\ndefault_ca=own\n[own]\ndatabase=${path('index.txt')}\ndefault_md=sha256\n[list]\nissuingDistributionPoint=critical,@point\n[point]\n${lines}\n`,
    );
    const of = (instant: number) => `${new Date(instant).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`;
    const args = `ca -gencrl -config made.cnf -crlexts list -cert made-ca.pem -keyfile made-ca.key -crl_lastupdate ${of(week.notBefore)} -crl_nextupdate ${of(week.notAfter)} -out ${name}`;
    execFileSync('openssl', args.split(' '), { cwd: home, stdio: 'pipe' });
    return readFileSync(path(name), 'utf8');
  };
  test.each<[string, Leaf, string, string | null]>([
    ['fullname=URI:http://crl.test/1.crl', 'sharded', 'OK', null],
    ['fullname=URI:http://crl.test/2.crl', 'sharded', '44', 'other-distribution-point'],
    ['fullname=URI:http://crl.test/1.crl', 'plain', '44', 'other-distribution-point'],
    ['relativename=rdn\n[rdn]\nCN=shard 1', 'relative', 'OK', null],
    ['onlyuser=TRUE', 'plain', 'OK', null],
    ['onlyCA=TRUE', 'plain', '44', 'ca-certificates-only'],
    ['onlyAA=TRUE', 'plain', '44', 'attribute-certificates-only'],
    ['onlysomereasons=keyCompromise, CACompromise', 'plain', '3', 'some-reasons-only'],
  ])('%s, for a leaf that is %s: %s, %s', async (lines, leaf, said, why) => {
    const list = made('made.crl', lines);
    expect(covers(leaf, list)).toEqual(why === null ? { covers: true } : { covers: false, why });
    expect(await openssl(leaf, list)).toBe(said);
  });
  test('an indirect one of the leaf’s own issuer covers it; OpenSSL says so where it is asked for such lists', async () => {
    const list = made('made.crl', 'indirectCRL=TRUE');
    expect(covers('plain', list)).toEqual({ covers: true });
    expect(codes('plain', list)).toEqual([]);
    expect(await openssl('plain', list)).toBe('3');
    expect(await openssl('plain', list, '-extended_crl')).toBe('OK');
  });
});

const MARKS: Readonly<Record<string, () => Uint8Array>> = {
  point: () => OTHER,
  ca: () => FIELDS.ca,
  reasons: () => FIELDS.reasons,
  attribute: () => FIELDS.attribute,
};
test('a list that covers bears no mark, and one without a mark covers', () => {
  const marked = fc.record({
    scope: fc.subarray(Object.keys(MARKS)),
    user: fc.boolean(),
    critical: fc.boolean(),
    entry: fc.boolean(),
    ahead: fc.boolean(),
    leaf: fc.constantFrom<Leaf>('plain', 'sharded', 'relative', 'ofMute'),
  });
  fc.assert(
    fc.property(marked, (marks) => {
      const fields = [...marks.scope.flatMap((mark) => MARKS[mark]?.() ?? []), ...(marks.user ? [FIELDS.user] : [])];
      const row = {
        name: '',
        why: null,
        hit: REVOKED,
        openssl: '',
        leaf: marks.leaf,
        from: marks.ahead ? NOW + DAY : NOW,
      } as const;
      const extensions = () => [
        ...(fields.length > 0 ? [scope(...fields)] : []),
        ...(marks.critical ? [unknownCritical] : []),
      ];
      const list = listOf(
        { ...row, extensions },
        marks.entry ? [{ serial: Uint8Array.of(7), extensions: [unknownCritical] }] : [],
      );
      const isMarked =
        marks.scope.length > 0 || marks.critical || marks.entry || marks.ahead || marks.leaf === 'ofMute';
      expect(covers(marks.leaf, list).covers).toBe(!isMarked);
      expect(codes(marks.leaf, list)).toEqual(isMarked ? [UNUSABLE] : []);
    }),
    { numRuns: 200 },
  );
});
