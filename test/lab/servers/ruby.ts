/** Ruby's servers: Puma refuses by closing, WEBrick with TLS alerts. */
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { enforced, off, optional, withoutList } from './modes.ts';

const FOLDER = join(import.meta.dirname, 'ruby');

const VERIFY_MODES: Readonly<Record<string, string>> = { 'force-peer': 'force_peer', peer: 'peer' };

const bindingOf = (mode: string, port: number, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  const verify = VERIFY_MODES[mode];
  const clients: Record<string, string> = verify === undefined ? {} : { verify_mode: verify };
  const settings = new URLSearchParams({ key: privateKey, cert: certificate, ca: files.ca, ...clients });
  return `ssl://${HOST}:${port}?${settings}`;
};

/** Its application has to load Ruby's openssl, whose certificates it hands over. */
export const puma: LabProgram = {
  name: 'puma',
  modes: [withoutList('force-peer'), optional('peer'), off('ca-only')],
  version: () => versionLine('puma', '--version'),
  start: async (mode, files) => {
    const port = await freePort();
    const args = ['-q', '-e', 'production', '-t', '4:4', '-b', bindingOf(mode, port, files), join(FOLDER, 'config.ru')];
    return startProcess(...fromPath('ruby', ['-ropenssl', '-S', 'puma', ...args]), port);
  },
};

const FLAGS: Readonly<Record<string, string>> = {
  strict: 'PEER|FAIL_IF_NO_PEER_CERT',
  'no-crl': 'PEER|FAIL_IF_NO_PEER_CERT',
  peer: 'PEER',
  'fail-if-no-peer-cert-only': 'FAIL_IF_NO_PEER_CERT',
};

export const webrick: LabProgram = {
  name: 'webrick',
  modes: [enforced('strict'), withoutList('no-crl'), optional('peer'), off('fail-if-no-peer-cert-only')],
  version: () =>
    versionLine('ruby', '-rwebrick/https', '-e', 'puts "WEBrick #{WEBrick::VERSION}, Ruby #{RUBY_VERSION}"'),
  start: async (mode, files) => {
    const port = await freePort();
    const { certificate, privateKey } = files.server('good');
    const trust = [files.ca, mode === 'strict' ? files.crl : '', FLAGS[mode] ?? ''];
    return startProcess('ruby', [join(FOLDER, 'webrick.rb'), `${port}`, certificate, privateKey, ...trust], port);
  },
};
