/** sslyze: what a server requires of clients, read off its connectivity test. It looks at the highest TLS version alone, and at no certificate. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { HOST } from '../../lab/servers/lab-server.ts';
import { type Arena, isByName } from './arena.ts';
import { sslyzeProgram } from './install.ts';
import type { Answer, Result, Target, Verdict } from './questions.ts';

const scanned = z.object({
  server_scan_results: z.array(
    z.object({
      server_location: z.object({ port: z.number() }),
      connectivity_status: z.string(),
      connectivity_result: z.object({ client_auth_requirement: z.string() }).nullable(),
    }),
  ),
});

const VERDICTS: Readonly<Record<string, Verdict>> = { REQUIRED: 'secure', OPTIONAL: 'open', DISABLED: 'open' };

/**
 * It closes on the byte that sslyze sends to see whether it may: mostly sslyze takes that for a refusal (REQUIRED, which is wrong), sometimes not
 * (OPTIONAL, which is right), about one time in eight. Left out, so that the count is the same in every run.
 */
const FLIPS = 'hypercorn-optional';

/** By port; what could not be connected to has no requirement. Its exit code tells of other findings. */
const scan = async (arena: Arena, targets: readonly Target[], flags: readonly string[]) => {
  const file = join(arena.files.directory, `sslyze-${targets[0]?.port}.json`);
  const always = ['--quiet', '--mozilla_config', 'disable', '--certinfo', '--certinfo_ca_file', arena.files.ca];
  const places = targets.map(({ port }) => `${HOST}:${port}`);
  const args = [...always, '--slow_connection', '--json_out', file, ...flags, ...places];
  await promisify(execFile)(await sslyzeProgram(), args, { maxBuffer: 64 << 20 }).catch(() => null);
  const { server_scan_results } = scanned.parse(JSON.parse(await readFile(file, 'utf8')));
  return new Map(
    server_scan_results.map((each) => [
      each.server_location.port,
      each.connectivity_result?.client_auth_requirement ?? each.connectivity_status,
    ]),
  );
};

export const sslyze = async (arena: Arena): Promise<readonly Result[]> => {
  const isPostgres = ({ scheme }: Target) => scheme === 'postgres';
  const stable = arena.targets.filter(({ name }) => name !== FLIPS);
  const kinds = [
    { flags: [], targets: stable.filter((each) => !isPostgres(each) && !isByName(each)) },
    { flags: ['--sni', 'localhost'], targets: stable.filter(isByName) },
    { flags: ['--starttls', 'postgres'], targets: stable.filter(isPostgres) },
  ];
  const answers: Answer[] = [];
  for (const { flags, targets } of kinds.filter((kind) => kind.targets.length > 0)) {
    const required = await scan(arena, targets, flags);
    for (const target of targets) {
      const saw = required.get(target.port) ?? 'no result';
      answers.push({ target, question: 'no-certificate', tls: null, verdict: VERDICTS[saw] ?? 'nothing', saw });
    }
  }
  const version = (await promisify(execFile)(await sslyzeProgram(), ['--help'])).stdout;
  const how = [
    '`sslyze --certinfo --certinfo_ca_file CA --mozilla_config disable --slow_connection --json_out FILE [--sni NAME] [--starttls postgres] HOST:PORT …`: `client_auth_requirement` REQUIRED is refused, OPTIONAL and DISABLED are accepted. Asked once a server, about a client without a certificate: it has no question about bad ones. Without `hypercorn-optional`, for which it says REQUIRED (wrong) in most runs and OPTIONAL (right) in some.',
  ];
  return [{ rival: 'sslyze', version: `sslyze ${/SSLyze version (\S+)/.exec(version)?.[1]}`, how, answers }];
};
