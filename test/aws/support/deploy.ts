/** The stock CDK command, as a user runs it, against the emulator. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from './emulator.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const run = promisify(execFile);

export type Outputs = Readonly<
  Record<
    | 'NotificationTopicArn'
    | 'ChatTopicArn'
    | 'StateMachineArn'
    | 'StateTableName'
    | 'RunBucketName'
    | 'DashboardName'
    | 'RunMissingAlarmName',
    string
  >
>;

const cdk = async ({ env }: Emulator, cwd: string, ...args: readonly string[]): Promise<void> => {
  try {
    await run(process.execPath, [CDK, ...args, '--no-notices'], { cwd, env, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`cdk ${args[0]} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
};

/** Once for each emulator and region. */
export const bootstrap = (emulator: Emulator, region = 'us-east-1'): Promise<void> =>
  cdk(emulator, emulator.directory, 'bootstrap', `aws://000000000000/${region}`);

/** Deploys an app of one's own: `app` is its command, run in `cwd`. Returns the outputs of each stack. */
export const deployApp = async (
  emulator: Emulator,
  cwd: string,
  app: string,
): Promise<Readonly<Record<string, Record<string, string>>>> => {
  const out = await mkdtemp(join(emulator.directory, 'cdk-'));
  const outputs = join(out, 'outputs.json');
  const args = ['--all', '--app', app, '--require-approval', 'never', '--outputs-file', outputs, '--output', out];
  await cdk(emulator, cwd, 'deploy', ...args);
  return JSON.parse(await readFile(outputs, 'utf8'));
};

/** Context values of the app, beside its registry. */
export type Context = Readonly<Record<string, string>>;

const contextOf = (registry: string, context: Context): readonly string[] =>
  Object.entries({ registry, ...context }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Deploys the app of this repository with the registry at that path. */
export const deploy = async (emulator: Emulator, registry: string, context: Context = {}): Promise<Outputs> => {
  const out = await mkdtemp(join(emulator.directory, 'cdk-'));
  const outputs = join(out, 'outputs.json');
  const args = ['--require-approval', 'never', '--outputs-file', outputs, '--output', out];
  await cdk(emulator, ROOT, 'deploy', ...args, ...contextOf(registry, context));
  return JSON.parse(await readFile(outputs, 'utf8')).MtlsMonitor;
};

/** Rejects with the differences if what is deployed is not what this registry makes. */
export const diff = async (emulator: Emulator, registry: string, context: Context = {}): Promise<void> => {
  const out = await mkdtemp(join(emulator.directory, 'cdk-'));
  await cdk(emulator, ROOT, 'diff', '--fail', '--output', out, ...contextOf(registry, context));
};

export const destroy = async (emulator: Emulator, registry: string, context: Context = {}): Promise<void> => {
  const out = await mkdtemp(join(emulator.directory, 'cdk-'));
  await cdk(emulator, ROOT, 'destroy', '--force', '--output', out, ...contextOf(registry, context));
};
