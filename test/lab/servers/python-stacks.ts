/** HTTP stacks of Python that have Python's own TLS: aiohttp (asyncio) closes without an alert, Tornado, cheroot and gunicorn send OpenSSL's alerts. */
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { pythonTools } from '../../setup/python-venv.ts';
import { versionLine } from './installed.ts';
import { HOST, type LabMode, type LabProgram, startProcess } from './lab-server.ts';
import { enforced, off, optional, withoutList } from './modes.ts';

const FOLDER = join(import.meta.dirname, 'python');
const SOURCE = join(FOLDER, 'stacks.py');

const interpreter = async (): Promise<string | null> => {
  const tools = await pythonTools();
  return tools.ok ? tools.tool('python') : null;
};

const versionOf = async (name: string): Promise<string | null> => {
  const python = await interpreter();
  if (python === null) return null;
  const source = `import importlib.metadata as metadata; print('${name}', metadata.version('${name}'))`;
  const line = await versionLine(python, '-c', source);
  return line?.startsWith(name) ? line : null;
};

/** In the environment of the lab's Python tools, which write nothing beside the sources. */
const run = async (port: number, args: readonly string[]) =>
  startProcess('env', ['PYTHONDONTWRITEBYTECODE=1', (await interpreter()) ?? 'python3', ...args], port);

const VERIFY: Readonly<Record<string, string>> = {
  strict: 'CERT_REQUIRED',
  required: 'CERT_REQUIRED',
  optional: 'CERT_OPTIONAL',
};

const stack = (name: string, modes: readonly LabMode[]): LabProgram => ({
  name,
  modes,
  version: () => versionOf(name),
  start: async (mode, files) => {
    const port = await freePort();
    const { certificate, privateKey } = files.server('good');
    const served = ['--stack', name, '--host', HOST, '--port', `${port}`, '--cert', certificate, '--key', privateKey];
    const trust = ['--ca', files.ca, '--verify', VERIFY[mode] ?? 'CERT_NONE'];
    const crl = mode === 'strict' ? ['--ca', files.caWithCrl, '--crl', files.crl] : [];
    const third = mode === 'third-argument' ? ['--third'] : [];
    return run(port, [SOURCE, ...served, ...trust, ...crl, ...third]);
  },
});

const gunicornFlags = (mode: string, port: number, files: PkiFiles): readonly string[] => {
  const { certificate, privateKey } = files.server('good');
  const required = { required: '2', optional: '1' }[mode] ?? '0';
  return [
    ...['-m', 'gunicorn', '--chdir', FOLDER, '--bind', `${HOST}:${port}`, '--threads', '8', '--log-level', 'critical'],
    ...['--certfile', certificate, '--keyfile', privateKey, '--ca-certs', files.ca, '--cert-reqs', required],
    'stacks:wsgi',
  ];
};

const gunicorn: LabProgram = {
  name: 'gunicorn',
  modes: [withoutList('required'), optional('optional'), off('none')],
  version: () => versionOf('gunicorn'),
  start: async (mode, files) => {
    const port = await freePort();
    return run(port, gunicornFlags(mode, port, files));
  },
};

export const PYTHON_STACKS: readonly LabProgram[] = [
  stack('aiohttp', [enforced('strict'), optional('optional'), off('none')]),
  stack('tornado', [enforced('strict'), optional('optional'), off('none')]),
  stack('cheroot', [enforced('strict'), off('third-argument')]),
  gunicorn,
];
