/** docs/reference/servers.md: what came out of every program of the lab in every mode, from a run. `npm run reference:servers` writes it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Code, TLS_VERSIONS, type TlsVersion } from '../../shared/model/names.ts';
import type { Report } from '../../shared/model/report.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import {
  asToday,
  checkStarted,
  checksOf,
  codesOf,
  expectedOf,
  installed,
  mismatches,
  type Row,
  rows,
  startLab,
} from './lab.ts';

export const PAGE = join(import.meta.dirname, '../../docs/reference/servers.md');

const INTRODUCTION = `# Servers

What \`check\` says of real servers, each in right and wrong modes, under TLS 1.2 and 1.3: one run of the project's lab, written by
\`npm run reference:servers\` and compared with every test run. A mode's name is how the server is configured (its source is in \`test/lab/servers\`);
each is asked everything: no certificate, untrusted, self-signed, look-alike, expired, not yet valid, revoked, for servers only, somebody else's,
signed by a client, plaintext, forged headers, another SNI, the control's resumed session. \`debian-13-…\` are Debian 13's servers, on an OpenSSL that asks for compressed client certificates (RFC 8879).

✔ everything passes · ✘ what fails, and nothing else does · ? what nobody can tell, with the reason in the report
`;

const NONE = 'enforced';
const cell = (codes: readonly Code[], mark: string): string =>
  codes.length === 0 ? '' : `${mark} ${codes.join(', ')}`;

const outcome = (report: Report, row: Row, tls: TlsVersion): string => {
  const { name, mode } = row;
  if (mode.erratic !== undefined) return cell(expectedOf(row, tls).fails, '✘');
  const checks = checksOf(report, name, tls);
  const { may = [] } = mode.in?.[tls] ?? mode;
  const fails = codesOf(checks, 'fail').filter((code) => !may.includes(code));
  const parts = [
    cell(fails, '✘'),
    cell(
      codesOf(checks, 'inconclusive').filter((code) => !may.includes(code)),
      '?',
    ),
  ].filter((part) => part !== '');
  return parts.length === 0 ? `✔ ${NONE}` : parts.join('; ');
};

const rowText = (report: Report, row: Row): string => {
  const [old = '', current = ''] = TLS_VERSIONS.map((tls) => outcome(report, row, tls));
  return `| \`${row.mode.name}\` | ${old} | ${old === current ? 'the same' : current} |`;
};

const sectionOf = (report: Report, name: string, version: string | null): string =>
  [
    `## ${name}`,
    '',
    `Seen: ${version ?? 'not installed'}`,
    '',
    '| mode | TLS 1.2 | TLS 1.3 |',
    '| --- | --- | --- |',
    ...rows
      .filter(({ program, mode }) => program.name === name && mode.open === undefined)
      .map((row) => rowText(report, row)),
    '',
  ].join('\n');

/** An open row says nothing that a reader could rely on. */
const listed = installed.filter(({ program }) => program.modes.some(({ open }) => open === undefined));

export const pageOf = (report: Report): string =>
  [INTRODUCTION, ...listed.map(({ program, version }) => sectionOf(report, program.name, version))].join('\n');

/** Without the versions, which are another machine's. */
export const withoutVersions = (page: string): string => page.replace(/^Seen: .*$/gm, 'Seen:');

/** The part of the committed page that is about these programs: a machine may lack others. */
export const committedPage = (): Promise<string> => readFile(PAGE, 'utf8');

if (import.meta.main) {
  const lab = await pkiOnDisk();
  const started = await startLab(lab.files);
  try {
    const { report } = await checkStarted(started, lab.files);
    const wrong = mismatches(report, rows.map(asToday));
    if (wrong.length > 0) throw new Error(`the lab is not right:\n${wrong.join('\n')}`);
    await writeFile(PAGE, pageOf(report));
  } finally {
    await started.stop();
    lab.remove();
  }
}
