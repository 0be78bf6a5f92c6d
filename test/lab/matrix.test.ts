/** Real relying parties, right ones and their misconfigured twins, judged by the product as a user runs it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCENARIO_NAMES, TLS_VERSIONS, type TlsVersion } from '../../shared/model/names.ts';
import type { CheckResult } from '../../shared/model/report.ts';
import { IDENTITY_NAMES } from '../../shared/pki/mint-pki.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { type Checked, checkLab, type LabEndpoint, labRegistry } from '../helpers/registry.ts';
import type { LabMode, LabProgram, Running } from './servers/lab-server.ts';
import { installedPrograms } from './servers/programs.ts';

type Row = { readonly name: string; readonly program: LabProgram; readonly mode: LabMode };

const installed = await installedPrograms();
const rows: readonly Row[] = installed.flatMap(({ program, version }) =>
  version === null
    ? []
    : program.modes.map((mode) => ({ name: `${program.name}-${mode.name.replaceAll('_', '-')}`, program, mode })),
);
const strict = rows.filter(({ mode }) => mode.name === 'strict');

let lab: PkiOnDisk;
let checked: Checked;
const running: Running[] = [];

/** A strict server is registered twice: a control from an intermediate makes look-alikes that need it. */
const endpointsOf = ({ name, program, mode }: Row, port: number): readonly LabEndpoint[] => {
  const url = `https://127.0.0.1:${port}${mode.path ?? program.path ?? '/healthz'}`;
  const endpoint = {
    name,
    url,
    tlsVersions: TLS_VERSIONS,
    ...(mode.isolates ? {} : { refuses: [] }),
    ...mode.endpoint,
  };
  return mode.name === 'strict'
    ? [endpoint, { ...endpoint, name: `${name}-chained`, admits: ['chained'] }]
    : [endpoint];
};

beforeAll(async () => {
  lab = await pkiOnDisk();
  const endpoints: LabEndpoint[] = [];
  for (const row of rows) {
    const server = await row.program.start(row.mode.name, lab.files);
    running.push(server);
    endpoints.push(...endpointsOf(row, server.port));
  }
  checked = await checkLab(labRegistry(lab.files, endpoints), lab.files);
}, 240_000);

afterAll(async () => {
  await Promise.all(running.map(({ stop }) => stop()));
  lab.remove();
});

/** One endpoint's checks in one TLS version, and those that belong to none. */
const checksOf = (endpoint: string, tls: TlsVersion): readonly CheckResult[] =>
  checked.report.checks.filter((check) => check.endpoint === endpoint && (check.tls === tls || check.tls === null));
const codesOf = (checks: readonly CheckResult[], verdict: CheckResult['verdict']) =>
  [...new Set(checks.filter((check) => check.verdict === verdict).map(({ code }) => code))].sort();

describe.each(installed)('$program.name', ({ program, version }) => {
  test.skipIf(version === null && process.env['CI'] !== 'true')(
    `is installed (${version ?? 'it is not: its rows are left out'})`,
    () => {
      expect(version).not.toBeNull();
    },
  );
  if (version === null) return;

  describe.each(rows.filter((row) => row.program === program))('$mode.name', ({ name, mode }) => {
    test.each(TLS_VERSIONS)('TLS %s: exactly what it does wrong fails, and everything else is certain', (tls) => {
      const checks = checksOf(name, tls);
      const { fails, unsure = [] } = mode.in?.[tls] ?? mode;
      expect(codesOf(checks, 'fail')).toEqual([...fails].sort());
      expect(codesOf(checks, 'inconclusive')).toEqual([...unsure].sort());
      expect(codesOf(checks, 'pass')).toContain('ACCEPTED');
    });
  });
});

describe.each(strict)('$name', ({ name, mode }) => {
  test.each(TLS_VERSIONS)('TLS %s: every scenario was tried and passed', (tls) => {
    const tried = new Set(checksOf(name, tls).map(({ scenario }) => scenario));
    const elsewhere = ['identity-health', 'forged-header', 'sni-bypass', 'resumption', 'bypass-address', 'rotation'];
    const wanted = SCENARIO_NAMES.filter(
      (each) => !elsewhere.includes(each) && (mode.isolates || each !== 'foreign-identity'),
    );
    for (const scenario of wanted) expect(tried).toContain(scenario);
    expect(checksOf(name, tls).map(({ verdict }) => verdict)).not.toContain('fail');
  });

  test.each(TLS_VERSIONS)('TLS %s: a look-alike of an identity with an intermediate is refused too', (tls) => {
    const checks = checksOf(`${name}-chained`, tls).filter(({ scenario }) => scenario === 'lookalike-issuer');
    expect(checks.map(({ verdict }) => verdict)).toEqual(['pass']);
    expect(codesOf(checksOf(`${name}-chained`, tls), 'fail')).toEqual([]);
    expect(codesOf(checksOf(`${name}-chained`, tls), 'inconclusive')).toEqual([]);
  });
});

describe('the run', () => {
  test('ends with 1, for there are failures, and says no more than its report', () => {
    expect(checked.exitCode).toBe(1);
    expect(checked.stderr).toBe('');
    expect(checked.report.run.complete).toBe(true);
  });

  test('every certificate request was seen for what it is', () => {
    const asked = (endpoint: string) =>
      checked.report.checks
        .filter((check) => check.endpoint === endpoint && check.scenario === 'no-certificate')
        .flatMap(({ evidence }) => evidence.map(({ certificateRequested }) => certificateRequested));
    for (const { name, mode } of rows)
      expect(new Set(asked(name))).toEqual(new Set([mode.requests ?? mode.name !== 'no-trusted-ca']));
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
