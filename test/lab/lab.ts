/** The whole lab: every program that this machine has in every one of its modes, and what must come out. */
import type { PkiFiles } from '../../functions/cli/demo/pki.ts';
import { type Code, TLS_VERSIONS, type TlsVersion } from '../../shared/model/names.ts';
import type { CheckResult, Report } from '../../shared/model/report.ts';
import { type Checked, checkLab, type LabEndpoint, labRegistry } from '../helpers/registry.ts';
import type { Expected, LabMode, LabProgram, Running } from './servers/lab-server.ts';
import { installedPrograms } from './servers/programs.ts';

export type Row = { readonly name: string; readonly program: LabProgram; readonly mode: LabMode };

export const installed = await installedPrograms();
export const rows: readonly Row[] = installed.flatMap(({ program, version }) =>
  version === null
    ? []
    : program.modes.map((mode) => ({ name: `${program.name}-${mode.name.replaceAll('_', '-')}`, program, mode })),
);

const schemeOf = ({ program }: Row) => program.scheme ?? 'https';

/** A strict server is registered twice: a control from an intermediate makes look-alikes that need it. */
const endpointsOf = (row: Row, port: number): readonly LabEndpoint[] => {
  const { name, program, mode } = row;
  const scheme = schemeOf(row);
  const path = mode.path ?? program.path ?? (scheme === 'https' ? '/healthz' : '');
  const endpoint = {
    name,
    url: `${scheme}://127.0.0.1:${port}${path}`,
    tlsVersions: TLS_VERSIONS,
    ...(mode.isolates ? {} : { refuses: [] }),
    ...mode.endpoint,
  };
  return mode.name === 'strict'
    ? [endpoint, { ...endpoint, name: `${name}-chained`, admits: ['chained'] }]
    : [endpoint];
};

export type StartedLab = { readonly endpoints: readonly LabEndpoint[]; readonly stop: () => Promise<void> };

/** One after the other: two at a time would take the same free port. `through` may put something in front of each. */
export const startLab = async (
  files: PkiFiles,
  chosen: readonly Row[] = rows,
  through: (server: Running) => Promise<Running> = async (server) => server,
): Promise<StartedLab> => {
  const running: Running[] = [];
  const stop = async () => {
    await Promise.all(running.map((each) => each.stop()));
  };
  const endpoints: LabEndpoint[] = [];
  try {
    for (const row of chosen) {
      const server = await row.program.start(row.mode.name, files);
      running.push(server);
      const front = await through(server);
      if (front !== server) running.unshift(front);
      endpoints.push(...endpointsOf(row, front.port));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoints, stop };
};

/** All that was started. Rows that remember who asked before are checked first, alone: nginx's slowest limit forgets after a minute. */
export const checkStarted = async ({ endpoints }: StartedLab, files: PkiFiles): Promise<Checked> => {
  const remembering = new Set(rows.filter(({ mode }) => mode.once).map(({ name }) => name));
  const once = endpoints.filter(({ name }) => remembering.has(name));
  const first = once.length === 0 ? null : await checkLab(labRegistry(files, once), files);
  const others = endpoints.filter(({ name }) => !remembering.has(name));
  const { report, ...result } = await checkLab(labRegistry(files, others), files);
  if (first === null) return { ...result, report };
  const said = { stdout: first.stdout + result.stdout, stderr: first.stderr + result.stderr };
  return { ...result, ...said, report: { ...report, checks: [...first.report.checks, ...report.checks] } };
};

/** Where anybody gets in, so does whoever names the host inside TLS only; and nothing can be learnt about headers. */
export const expectedOf = (row: Row, tls: TlsVersion): Required<Expected> => {
  const { fails, unsure = [], may = [], requests = row.mode.requests ?? true } = row.mode.in?.[tls] ?? row.mode;
  const knowsNames = row.mode.knowsNames ?? false;
  const scheme = schemeOf(row);
  const anybody = fails.includes('ACCEPTED_NO_CERTIFICATE');
  const untold = anybody || (row.mode.isolates && fails.includes('ACCEPTED_FOREIGN_IDENTITY'));
  const byName: readonly Code[] = anybody && scheme === 'https' && !knowsNames ? ['ACCEPTED_SNI_BYPASS'] : [];
  const aboutHeaders: readonly Code[] =
    untold && (scheme === 'https' || scheme === 'grpcs') ? ['ALREADY_ACCEPTED'] : [];
  return {
    fails: distinct([...fails, ...byName]),
    unsure: distinct([...unsure, ...aboutHeaders]),
    may,
    requests,
    knowsNames,
  };
};

const distinct = (codes: readonly Code[]): readonly Code[] => [...new Set(codes)].sort();

/** One endpoint's checks in one TLS version, and those that belong to none. */
export const checksOf = ({ checks }: Report, endpoint: string, tls: TlsVersion): readonly CheckResult[] =>
  checks.filter((check) => check.endpoint === endpoint && (check.tls === tls || check.tls === null));

export const codesOf = (checks: readonly CheckResult[], verdict: CheckResult['verdict']): readonly Code[] =>
  distinct(checks.filter((check) => check.verdict === verdict).map(({ code }) => code));

/** An open row as it is today: with what the product says of it wrongly. */
export const asToday = (row: Row): Row => {
  const { open } = row.mode;
  return open === undefined ? row : { ...row, mode: { ...row.mode, in: {}, unsure: [], may: [], ...open.today } };
};

/** What came out otherwise than it must, as sentences; none for a report that is right about every row in every TLS version. */
export const mismatches = (report: Report, chosen: readonly Row[] = rows): readonly string[] =>
  chosen.flatMap((row) => TLS_VERSIONS.flatMap((tls) => mismatch(report, row, tls)));

const mismatch = (report: Report, row: Row, tls: TlsVersion): readonly string[] => {
  const checks = checksOf(report, row.name, tls);
  const { fails, unsure, may } = seenOf(expectedOf(row, tls), row, checks);
  const got = {
    fails: codesOf(checks, 'fail').filter((code) => !may.includes(code)),
    unsure: codesOf(checks, 'inconclusive').filter((code) => !may.includes(code)),
  };
  const odd = checks.filter(
    ({ verdict, code }) =>
      (verdict === 'fail' && !fails.includes(code) && !may.includes(code)) ||
      (verdict === 'inconclusive' && !unsure.includes(code) && !may.includes(code)),
  );
  return [
    ...(String(got.fails) === String(fails) ? [] : [`${row.name} in TLS ${tls} fails [${got.fails}], not [${fails}]`]),
    ...(String(got.unsure) === String(unsure)
      ? []
      : [`${row.name} in TLS ${tls} leaves [${got.unsure}] open, not [${unsure}]`]),
    ...odd.map(({ id, code, message }) => `  ${id}: ${code}: ${message}`),
    ...unproven(checks, row, tls),
  ];
};

/** What must come out of a server that closes now and then: all but two codes at the most. */
const seenOf = (expected: Required<Expected>, { mode }: Row, checks: readonly CheckResult[]): Required<Expected> => {
  const failing = codesOf(checks, 'fail');
  const missing = expected.fails.filter((code) => !failing.includes(code));
  if (mode.erratic === undefined || missing.length > 2) return expected;
  const fails = expected.fails.filter((code) => failing.includes(code));
  return { ...expected, fails, may: [...expected.may, ...missing, 'AMBIGUOUS_ANSWER', 'UNREACHABLE'] };
};

/** Without its control, nothing that was asked in this version may look refused. */
const unproven = (checks: readonly CheckResult[], { name }: Row, tls: TlsVersion): readonly string[] => {
  if (checks.length === 0) return [`${name} in TLS ${tls} was not checked`];
  if (checks.some(({ scenario, verdict }) => scenario === 'valid-identity' && verdict === 'pass')) return [];
  return checks
    .filter(({ scenario, verdict, tls: own }) => verdict === 'pass' && own === tls && scenario !== 'served-certificate')
    .map(({ id }) => `${id} passes without a control`);
};
