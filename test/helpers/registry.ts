/** Registries of the lab, as text, and the command that checks them. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../functions/cli/demo/pki.ts';
import { FAULTS } from '../../shared/model/names.ts';
import { type Report, reportSchema } from '../../shared/model/report.ts';
import { type IdentityName, principalOf } from '../../shared/pki/test-pki/lab-pki.ts';

export type LabEndpoint = { readonly name: string; readonly url: string } & Readonly<Record<string, unknown>>;

const IDENTITIES: readonly IdentityName[] = ['payments', 'orders', 'chained', ...FAULTS];

const identity = (name: IdentityName, files: PkiFiles) => {
  const fault = FAULTS.find((each) => each === name);
  // `chained` is payments under another issuer: by its principal it is no foreigner where payments is admitted.
  const principal = principalOf(name === 'orders' ? 'orders' : 'payments');
  return { ...files.identity(name), ...(fault === undefined ? { principal } : { fault }) };
};

/** Each endpoint trusts the lab's root and admits `payments` unless it says otherwise. JSON is YAML. */
export const labRegistry = (files: PkiFiles, endpoints: readonly LabEndpoint[], defaults: object = {}): string =>
  JSON.stringify({
    version: 1,
    defaults,
    trustBundles: { lab: { file: files.ca } },
    identities: Object.fromEntries(IDENTITIES.map((name) => [name, identity(name, files)])),
    endpoints: endpoints.map((endpoint) => ({ trustBundle: 'lab', admits: ['payments'], ...endpoint })),
  });

export type CommandResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

const PROGRAM = join(import.meta.dirname, '../../bin/mtls-monitor.mjs');

/** The product's command, as a user runs it. */
export const mtlsMonitor = (...args: readonly string[]): Promise<CommandResult> => mtlsMonitorIn({}, ...args);

/** With more in its environment. */
export const mtlsMonitorIn = (
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env, NO_COLOR: '1' } };
    execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exitCode, stdout, stderr });
    });
  });

export type Checked = CommandResult & { readonly report: Report };

/** `check REGISTRY --format json`. Throws with what the command said where that is no report. */
export const checkLab = async (registry: string, files: PkiFiles, ...args: readonly string[]): Promise<Checked> => {
  const file = join(files.directory, `registry-${Date.now()}.yaml`);
  await writeFile(file, registry);
  const result = await mtlsMonitor('check', file, '--format', 'json', ...args);
  try {
    return { ...result, report: reportSchema.parse(JSON.parse(result.stdout)) };
  } catch (cause) {
    throw new Error(`no report (exit ${result.exitCode}): ${result.stderr.slice(0, 2000)}`, { cause });
  }
};
