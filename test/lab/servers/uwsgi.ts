/** uWSGI's own HTTPS router: a CA asks for a certificate, and an exclamation mark before it requires one. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { off, optional, withoutList } from './modes.ts';

const clientsOf = (mode: string, files: PkiFiles): string =>
  ({ required: `,HIGH,!${files.ca}`, optional: `,HIGH,${files.ca}` })[mode] ?? '';

export const uwsgi: LabProgram = {
  name: 'uwsgi',
  modes: [withoutList('required'), optional('optional'), off('none')],
  version: async () => {
    const version = await versionLine('uwsgi-core', '--version');
    return version === null ? null : `uWSGI ${version}`;
  },
  start: async (mode, files) => {
    const page = join(await mkdtemp(join(files.directory, 'uwsgi-')), 'healthz');
    await writeFile(page, 'payments: ok\n');
    const port = await freePort();
    const { certificate, privateKey } = files.server('good');
    const served = ['--https', `${HOST}:${port},${certificate},${privateKey}${clientsOf(mode, files)}`];
    const quiet = ['--disable-logging', '--die-on-term', '--master', '--need-plugin', 'http'];
    const answers = ['--need-plugin', 'router_static', '--route-run', `static:${page}`];
    const args = [...quiet, ...served, ...answers];
    return startProcess(...fromPath('uwsgi-core', args), port);
  },
};
