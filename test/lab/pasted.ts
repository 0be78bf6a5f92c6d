/** Pastes the lines of a report that reproduce a check into a shell, and compares how they end with what the report says. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '../../shared/model/report.ts';

const ROOT = join(import.meta.dirname, '../..');

type Pasted = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** In `sh`, in the folder in which the monitor is installed, with nothing on stdin, and with a home in which no client finds certificates. */
const paste = async (line: string): Promise<Pasted> => {
  const home = await mkdtemp(join(tmpdir(), 'pasted-'));
  try {
    return await new Promise((resolve) => {
      const options = {
        cwd: ROOT,
        env: { ...process.env, HOME: home, NO_COLOR: '1', TMPDIR: home },
        timeout: 60_000,
      };
      const child = execFile('sh', ['-c', line], options, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      });
      child.stdin?.end();
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

export const CLIENTS = ['psql', 'mosquitto_sub', 'redis-cli', 'openssl s_client', 'curl', 'mtls-monitor'] as const;

/** The program that a line's answer comes from: the one that is named first stands last. */
export const clientOf = (line: string): (typeof CLIENTS)[number] =>
  CLIENTS.find((each) => each !== 'mtls-monitor' && line.includes(`${each} -`)) ?? 'mtls-monitor';

const STATUS = /^(\d{3})$/m;

/** Whether what the client shows is that it was let in. */
const letIn = (line: string, { exitCode, stdout, stderr }: Pasted, expected: RegExp | null): boolean => {
  const client = clientOf(line);
  if (client === 'curl' && line.includes('%{http_code}')) {
    const status = Number(STATUS.exec(stdout)?.[1] ?? 0);
    return exitCode === 0 && status >= 200 && status < 400;
  }
  if (client === 'curl') return expected?.test(stdout) ?? / 2\d\d /.test(stdout);
  // The bytes are what was asked for; a server that only asks for a password has let the certificate in.
  if (client === 'redis-cli' || line.includes("printf 'PING")) return /\+?PONG|NOAUTH/.test(stdout);
  if (client === 'openssl s_client' && expected !== null) return expected.test(stdout);
  if (client === 'openssl s_client') return exitCode === 0 && !/alert|errno|eof/i.test(stderr);
  if (client === 'psql') return exitCode === 0 || /no password supplied/.test(stderr);
  return exitCode === 0 || /not authori[sz]ed|bad user name/i.test(stderr);
};

/** What the report says of the client: whether it was let in; null where it says that nobody knows. */
const saidOf = ({ code, verdict }: CheckResult): boolean | null => {
  if (verdict === 'inconclusive') return null;
  return code.startsWith('ACCEPTED') || code === 'ALREADY_ACCEPTED';
};

/** A sentence where the line does not end as the report says; null where it does. `expected`: the text by which an accepting answer is known; of `served-certificate` the SHA-256 of the leaf. */
export const differs = async (check: CheckResult, expected: RegExp | null = null): Promise<string | null> => {
  const line = check.reproduce ?? '';
  const pasted = await paste(line);
  const shown = `${check.id} (${check.code}): exit ${pasted.exitCode}\n${line}\n${pasted.stdout.slice(0, 600)}\n${pasted.stderr.slice(0, 600)}`;
  // `sh` knows no such program, or cannot read the line; the program knows no such option, or finds no such file.
  if (
    [126, 127].includes(pasted.exitCode) ||
    /[Ss]yntax error|not found|[Uu]sage:|[Nn]o such file|nknown option/.test(pasted.stderr)
  )
    return shown;
  if (check.scenario === 'served-certificate') {
    const leaf = /Fingerprint=([\dA-F:]+)/.exec(pasted.stdout)?.[1]?.replaceAll(':', '').toLowerCase() ?? '';
    return pasted.exitCode === 0 && expected?.test(leaf) ? null : shown;
  }
  if (clientOf(line) === 'mtls-monitor') {
    const exit = { pass: 0, waived: 0, fail: 1, inconclusive: 2 }[check.verdict];
    return pasted.exitCode === exit ? null : shown;
  }
  const said = saidOf(check);
  return said === null || said === letIn(line, pasted, expected) ? null : shown;
};
