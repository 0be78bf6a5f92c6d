/** ASGI servers, which end TLS in three ways: uvicorn and hypercorn by asyncio (which closes without an alert), granian by rustls. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { pythonTools } from '../../setup/python-venv.ts';
import { HOST, type LabMode, type LabProgram, startProcess } from './lab-server.ts';
import { off, optional, refusesControl, withoutList } from './modes.ts';

const FOLDER = join(import.meta.dirname, 'python');
const APPLICATION = 'asgi:app';

const OFF = off('none');
/** Of those that can be given no revocation list: `required` is the best that they do. */
const WITHOUT_CRL: readonly LabMode[] = [withoutList('required'), optional('optional'), OFF];

type Server = {
  readonly name: string;
  readonly modes: readonly LabMode[];
  readonly flags: (mode: string, port: number, files: PkiFiles) => readonly string[] | Promise<readonly string[]>;
};

const uvicornServer: Server = {
  name: 'uvicorn',
  modes: WITHOUT_CRL,
  flags: (mode, port, files) => {
    const { certificate, privateKey } = files.server('good');
    const required = { required: '2', optional: '1' }[mode] ?? '0';
    return [
      ...['--app-dir', FOLDER, '--host', HOST, '--port', `${port}`, '--log-level', 'critical'],
      ...['--ssl-certfile', certificate, '--ssl-keyfile', privateKey, '--ssl-ca-certs', files.ca],
      ...['--ssl-cert-reqs', required],
    ];
  },
};

const hypercornServer: Server = {
  name: 'hypercorn',
  modes: WITHOUT_CRL,
  flags: (mode, port, files) => {
    const { certificate, privateKey } = files.server('good');
    const verify = { required: 'CERT_REQUIRED', optional: 'CERT_OPTIONAL' }[mode] ?? 'CERT_NONE';
    return [
      ...['--bind', `${HOST}:${port}`, '--log-level', 'critical', '--verify-mode', verify],
      ...['--certfile', certificate, '--keyfile', privateKey, '--ca-certs', files.ca],
    ];
  },
};

/** It reads one list a file, and refuses certificates of an issuer whose list it has not got. */
const revocationLists = async (files: PkiFiles): Promise<readonly string[]> => {
  const directory = await mkdtemp(join(files.directory, 'granian-'));
  const lists = (await readFile(files.crl, 'utf8')).split(/(?=-----BEGIN)/);
  const flags = lists.map(async (list, index) => {
    const file = join(directory, `${index}.pem`);
    await writeFile(file, list);
    return ['--ssl-crl', file];
  });
  return (await Promise.all(flags)).flat();
};

const granianServer: Server = {
  name: 'granian',
  modes: [
    { name: 'strict', fails: [], isolates: false },
    { name: 'no-crl', fails: ['ACCEPTED_REVOKED'], isolates: false },
    // Asks, and verifies what comes.
    optional('ca-only'),
    // Serves whoever comes, without a word about the missing CA.
    off('client-verify-only'),
    // One list of the two is read, and the valid client's issuer is the other's.
    refusesControl('lists-in-one-file', { endpoint: { admits: ['chained'] } }),
    OFF,
  ],
  flags: async (mode, port, files) => {
    const { certificate, privateKey } = files.server('good');
    return [
      ...['--interface', 'asgi', '--working-dir', FOLDER, '--host', HOST, '--port', `${port}`, '--no-ws'],
      ...['--log-level', 'critical', '--ssl-protocol-min', 'tls1.2'],
      ...['--ssl-certificate', certificate, '--ssl-keyfile', privateKey],
      ...(mode === 'none' || mode === 'client-verify-only' ? [] : ['--ssl-ca', files.ca]),
      ...(mode === 'none' || mode === 'ca-only' ? [] : ['--ssl-client-verify']),
      ...(mode === 'strict' ? await revocationLists(files) : []),
      ...(mode === 'lists-in-one-file' ? ['--ssl-crl', files.crl] : []),
    ];
  },
};

const programOf = ({ name, modes, flags }: Server): LabProgram => ({
  name,
  modes,
  version: async () => {
    const tools = await pythonTools();
    if (!tools.ok) return null;
    const source = `import importlib.metadata as metadata; print(metadata.version('${name}'))`;
    const { stdout } = await promisify(execFile)(tools.tool('python'), ['-c', source]).catch(() => ({ stdout: '' }));
    return stdout === '' ? null : `${name} ${stdout.trim()}`;
  },
  start: async (mode, files) => {
    const tools = await pythonTools();
    const port = await freePort();
    const python = tools.ok ? tools.tool('python') : 'python3';
    const environment = [`PYTHONPATH=${FOLDER}`, 'PYTHONDONTWRITEBYTECODE=1'];
    return startProcess(
      'env',
      [...environment, python, '-m', name, ...(await flags(mode, port, files)), APPLICATION],
      port,
    );
  },
});

export const uvicorn = programOf(uvicornServer);
export const hypercorn = programOf(hypercornServer);
export const granian = programOf(granianServer);
