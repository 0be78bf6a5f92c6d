/** Go's crypto/tls and net/http, built from the source beside this file. */

import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';

const run = promisify(execFile);
/** No other toolchain is fetched, whatever a go.mod above says. */
const env = { ...process.env, GOTOOLCHAIN: 'local', GO111MODULE: 'off', GOFLAGS: '' };
const SOURCES = ['main.go', 'mux.go', 'paths.go'].map((name) => join(import.meta.dirname, 'go', name));
/** Those whose application looks at the name. */
const AUTHORIZES = ['strict', 'closes', 'permissive', 'require-named', 'own-path', 'forgets'];

const built = new Map<string, Promise<string>>();
const build = (directory: string): Promise<string> => {
  const make = async () => {
    const program = join(await mkdtemp(join(directory, 'go-')), 'server');
    await run('go', ['build', '-o', program, ...SOURCES], { env });
    return program;
  };
  const program = built.get(directory) ?? make();
  built.set(directory, program);
  return program;
};

export const go: LabProgram = {
  name: 'go',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    // Without a word to a foreign identity: a refusal that only the control beside it proves.
    { name: 'closes', fails: [], isolates: true },
    { name: 'permissive', fails: ['ACCEPTED_PLAINTEXT'], isolates: true },
    // Whoever looks with a modern client sees a strict server.
    { name: 'lax-in-tls12', fails: [], in: { '1.2': { fails: ['ACCEPTED_NO_CERTIFICATE'] } }, isolates: false },
    { name: 'verify-if-given', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'require-any', fails: EVERY_BAD_CERTIFICATE, isolates: false },
    // The name is read off a certificate that nobody verified: whoever writes it into one enters, and `orders` is kept out.
    { name: 'require-named', fails: EVERY_BAD_CERTIFICATE, isolates: true },
    // Every signature up to the CA is true, and nobody asks who may sign.
    { name: 'own-path', fails: ['ACCEPTED_LEAF_AS_ISSUER'], isolates: true },
    // Whoever keeps no session sees a strict server.
    { name: 'forgets', fails: ['RESUMED_IDENTITY_REJECTED'], isolates: true },
    { name: 'request', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false },
  ],
  version: async () => {
    const { stdout } = await run('go', ['version'], { env }).catch(() => ({ stdout: '' }));
    return stdout.trim() || null;
  },
  start: async (mode, files) => {
    const program = await build(files.directory);
    const port = await freePort();
    const { certificate, privateKey } = files.server('good');
    const flags = {
      mode,
      address: `${HOST}:${port}`,
      cert: certificate,
      key: privateKey,
      ca: files.ca,
      crl: files.crl,
      principal: AUTHORIZES.includes(mode) ? principalOf('payments') : '',
    };
    return startProcess(
      program,
      Object.entries(flags).map(([name, value]) => `-${name}=${value}`),
      port,
    );
  },
};
