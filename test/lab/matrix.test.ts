/** Real relying parties, right ones and their misconfigured twins, judged by the product as a user runs it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERY_BAD_CERTIFICATE } from '../../functions/cli/demo/servers.ts';
import { wholeCure } from '../../shared/model/cure.ts';
import { SCENARIO_NAMES, TLS_VERSIONS, type TlsVersion } from '../../shared/model/names.ts';
import { platformNamed } from '../../shared/model/platforms.ts';
import { IDENTITY_NAMES } from '../../shared/pki/test-pki/lab-pki.ts';
import { CAUSE_TEXTS } from '../../shared/verdict/explain/cause-texts.ts';
import { explain } from '../../shared/verdict/explain/codes.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import type { Checked } from '../helpers/registry.ts';
import { CURED } from './cures.ts';
import {
  asToday,
  checkStarted,
  checksOf,
  codesOf,
  expectedOf,
  installed,
  mismatches,
  rows,
  type StartedLab,
  startLab,
} from './lab.ts';
import { committedPage, pageOf, withoutVersions } from './servers-page.ts';

const strict = rows.filter(({ mode }) => mode.name === 'strict' && mode.erratic === undefined);

let lab: PkiOnDisk;
let started: StartedLab;
let checked: Checked;

beforeAll(async () => {
  lab = await pkiOnDisk();
  started = await startLab(lab.files);
  checked = await checkStarted(started, lab.files);
}, 600_000);

afterAll(async () => {
  await started.stop();
  lab.remove();
});

describe.each(installed)('$program.name', ({ program, version }) => {
  test.skipIf(version === null && process.env['CI'] !== 'true')(
    `is installed (${version ?? 'it is not: its rows are left out'})`,
    () => {
      expect(version).not.toBeNull();
    },
  );
  if (version === null) return;

  const own = rows.filter((row) => row.program === program);
  test.each(own.filter(({ mode }) => mode.open !== undefined))(
    '$mode.name is not judged right yet ($mode.open.why): once it is, its row is open no more',
    (row) => {
      expect(mismatches(checked.report, [asToday(row)])).toEqual([]);
      expect(mismatches(checked.report, [row])).not.toEqual([]);
    },
  );

  test.each(own.filter(({ mode }) => mode.open === undefined))(
    '$mode.name: exactly what it does wrong fails, and everything else is certain',
    (row) => {
      expect(mismatches(checked.report, [row])).toEqual([]);
    },
  );
});

/** What has something to present at every endpoint of the lab. */
const ELSEWHERE = [
  'identity-health',
  'forged-header',
  'sni-bypass',
  'resumption',
  'bypass-address',
  'rotation',
  // Its control has an intermediate at `-chained` only.
  'missing-intermediate',
  // The registry of the lab names no sources: test/lab/configured.test.ts.
  'configuration',
  'configured-access',
  'source-health',
];

describe.each(strict)('$name', (row) => {
  const { name, mode } = row;
  test.each(TLS_VERSIONS)('TLS %s: every scenario was tried', (tls) => {
    const tried = new Set(checksOf(checked.report, name, tls).map(({ scenario }) => scenario));
    const wanted = SCENARIO_NAMES.filter(
      (each) => !ELSEWHERE.includes(each) && (mode.isolates || each !== 'foreign-identity'),
    );
    for (const scenario of wanted) expect(tried).toContain(scenario);
  });

  test.each(TLS_VERSIONS)('TLS %s: a look-alike of an identity with an intermediate is refused too', (tls) => {
    const checks = checksOf(checked.report, `${name}-chained`, tls).filter(
      ({ scenario }) => scenario === 'lookalike-issuer',
    );
    expect(checks.map(({ verdict }) => verdict)).toEqual(['pass']);
    // Of another issuer than the faulty identities: what those would show is left out.
    const notTried = new Set<string>(EVERY_BAD_CERTIFICATE);
    const shown = expectedOf(row, tls).fails.filter((code) => !notTried.has(code));
    expect(codesOf(checksOf(checked.report, `${name}-chained`, tls), 'fail')).toEqual(shown);
    expect(codesOf(checksOf(checked.report, `${name}-chained`, tls), 'inconclusive')).toEqual([]);
  });
});

/** What `explain` says of what failed: the cure of its cause, where there is one, and of its code. */
const curesOf = (name: string): readonly string[] =>
  checked.report.checks
    .filter((check) => check.endpoint === name && check.verdict === 'fail')
    .flatMap(({ cause, code }) => [
      cause === null ? '' : wholeCure(CAUSE_TEXTS[cause].cure),
      ...(explain(code)?.cures ?? []),
    ]);

describe.each(CURED.filter(({ row }) => rows.some(({ name }) => name === row)))(
  'the cure of $row',
  ({ row, says, right }) => {
    test(`says "${says}", and leads to ${right}`, () => {
      expect(curesOf(row).some((cure) => cure.includes(says))).toBe(true);
      const failing = (name: string) =>
        codesOf(
          checked.report.checks.filter(({ endpoint }) => endpoint === name),
          'fail',
        );
      const cured = rows.find(({ name }) => name === right);
      // What is left is what that program cannot do in any mode: a revocation list.
      expect(failing(right)).toEqual(cured?.mode.fails);
      expect(failing(row).length).toBeGreaterThan(failing(right).length);
    });
  },
);

/** Programs of the lab that are known without `platform`, and by what. */
const KNOWN = [
  ...['nginx', 'apache', 'envoy', 'caddy', 'lighttpd'].map((name) => ({
    name,
    from: 'answer',
    by: 'as its answers name it',
  })),
  { name: 'redis', from: 'protocol', by: 'by its protocol' },
];

test.each(
  KNOWN.filter(({ name }) => installed.some(({ program, version }) => program.name === name && version !== null)),
)('$name is known by its $from, and its own cure comes first', ({ name, from, by }) => {
  const row = rows.find(
    (each) => each.name.startsWith(`${name}-`) && each.mode.fails.includes('ACCEPTED_NO_CERTIFICATE'),
  );
  const open = checked.report.checks.find(
    ({ endpoint, code }) => endpoint === row?.name && code === 'ACCEPTED_NO_CERTIFICATE',
  );
  expect(open?.platform).toEqual({ name, from });
  expect(open?.advice).toContain(`(${platformNamed(name)?.title}: `);
  expect(open?.advice).toContain(`${by}; others: npx mtls-monitor explain no-certificate`);
});

test('every row that a cure names exists', () => {
  const programs = new Set(installed.filter(({ version }) => version === null).map(({ program }) => program.name));
  const names = CURED.flatMap(({ row, right }) => [row, right]);
  const missing = names.filter((name) => !rows.some((row) => row.name === name));
  expect(missing.filter((name) => ![...programs].some((program) => name.startsWith(program)))).toEqual([]);
});

describe.each(installed.filter(({ version }) => version !== null))('docs/reference/servers.md', ({ program }) => {
  test(`says of ${program.name} what came out (npm run reference:servers writes it)`, async () => {
    const section = (page: string) =>
      withoutVersions(page)
        .split(/^(?=## )/m)
        .find((part) => part.startsWith(`## ${program.name}\n`))
        ?.trimEnd();
    expect(section(await committedPage())).toBe(section(pageOf(checked.report)));
  });
});

describe('the run', () => {
  test('ends with 1, for there are failures, and says no more than its report', () => {
    expect(checked.exitCode).toBe(1);
    expect(checked.stderr).toBe('');
    expect(checked.report.run.complete).toBe(true);
  });

  test('every certificate request was seen for what it is', () => {
    const asked = (endpoint: string, tls: TlsVersion) =>
      checksOf(checked.report, endpoint, tls)
        .filter(({ scenario }) => scenario === 'no-certificate')
        .flatMap(({ evidence }) => evidence.map(({ certificateRequested }) => certificateRequested));
    for (const row of rows.map(asToday))
      for (const tls of TLS_VERSIONS) {
        const isErratic = row.mode.erratic !== undefined;
        const seen = asked(row.name, tls).filter((requested) => requested !== null || !isErratic);
        expect(new Set(seen), `${row.name} in TLS ${tls}`).toEqual(new Set([expectedOf(row, tls).requests]));
      }
  });

  test('no private key is in any output', () => {
    const output = checked.stdout + checked.stderr;
    expect(output).not.toContain('PRIVATE KEY');
    for (const name of IDENTITY_NAMES) {
      const key = lab.pki.identities[name].privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
      expect(output).not.toContain(key.slice(40, 80));
    }
  });
});
