/** Envoy (BoringSSL): refuses with TLS alerts, and by principal with RBAC (403). */

import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { pythonTools } from '../../setup/python-venv.ts';
import { envoyConfig } from './envoy-config.ts';
import { type LabProgram, type Running, startProcess } from './lab-server.ts';

const binary = async (): Promise<string | null> => {
  const tools = await pythonTools();
  return tools.ok ? tools.tool('envoy') : null;
};

/** `upstream`: the port of a gRPC service without TLS, to which it passes on what it lets in. */
export const startEnvoy = async (mode: string, files: PkiFiles, upstream: number | null = null): Promise<Running> => {
  const directory = await mkdtemp(join(files.directory, 'envoy-'));
  const port = await freePort();
  const file = join(directory, 'envoy.yaml');
  await writeFile(file, envoyConfig(mode, port, files, upstream));
  const quiet = ['--disable-hot-restart', '--concurrency', '1', '--log-level', 'warning'];
  return startProcess((await binary()) ?? 'envoy', ['--config-path', file, ...quiet], port);
};

export const envoy: LabProgram = {
  name: 'envoy',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'not-required', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'accept_untrusted', fails: EVERY_BAD_CERTIFICATE, isolates: false },
    { name: 'permissive', fails: ['ACCEPTED_PLAINTEXT'], isolates: true },
    // Nothing to verify against: it does not even ask.
    {
      name: 'no-trusted-ca',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
  ],
  version: async () => {
    const envoyPath = await binary();
    if (envoyPath === null) return null;
    const { stdout } = await promisify(execFile)(envoyPath, ['--version']).catch(() => ({ stdout: '' }));
    const revision = /version: (\S+)/.exec(stdout)?.[1];
    return revision === undefined ? null : `envoy ${revision}`;
  },
  start: (mode, files) => startEnvoy(mode, files),
};
