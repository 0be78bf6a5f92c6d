/** Everything a deployed test needs: the emulator, a PKI whose identities are in Secrets Manager, and the monitor. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdentityName } from '../../../shared/pki/test-pki/lab-pki.ts';
import { type PkiOnDisk, pkiOnDisk } from '../../helpers/pki.ts';
import { nginx } from '../../lab/servers/nginx.ts';
import { type PythonTools, pythonTools, type Tools } from '../../setup/python-venv.ts';
import { bootstrap, type Context, deploy, type Outputs } from './deploy.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { createSecret } from './monitor.ts';

/** Whether a world can be started here, or why not. Under CI it has to: what is missing is then a failure. */
export const canDeploy = async (): Promise<PythonTools> => {
  const tools = await pythonTools();
  if (!tools.ok || process.env['CI'] === 'true' || (await nginx.version()) !== null) return tools;
  return { ok: false, reason: 'needs nginx' };
};

export type World = {
  readonly emulator: Emulator;
  readonly pki: PkiOnDisk;
  /** Deploys a registry, or its text, and deletes its file: nothing that runs later can read it. JSON is YAML. */
  readonly deployed: (registry: object | string, context?: Context) => Promise<Outputs>;
  readonly end: () => Promise<void>;
};

/** Puts a certificate with its key into `monitor/identity/<name>`. */
export const storeIdentity = async (
  { emulator, pki }: Pick<World, 'emulator' | 'pki'>,
  name: IdentityName,
): Promise<void> => {
  const { certificate, privateKey } = pki.files.identity(name);
  const value = { certificate: await readFile(certificate, 'utf8'), privateKey: await readFile(privateKey, 'utf8') };
  await createSecret(emulator, `monitor/identity/${name}`, JSON.stringify(value));
};

/** `direct`: without the proxy that can fail. `settings`: of the emulator. */
export const startWorld = async (
  tools: Tools,
  direct = false,
  settings?: Readonly<Record<string, string>>,
): Promise<World> => {
  const [emulator, pki] = await Promise.all([startEmulator(tools, direct, settings), pkiOnDisk()]);
  const end = async () => {
    await emulator.stop();
    pki.remove();
  };
  try {
    await bootstrap(emulator);
  } catch (error) {
    await end();
    throw error;
  }
  const deployed = async (registry: object | string, context: Context = {}) => {
    const file = join(pki.files.directory, 'registry.yaml');
    await writeFile(file, typeof registry === 'string' ? registry : JSON.stringify(registry));
    const outputs = await deploy(emulator, file, context);
    await rm(file);
    return outputs;
  };
  return { emulator, pki, deployed, end };
};
