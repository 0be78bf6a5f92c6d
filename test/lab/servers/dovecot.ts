/** Dovecot's imaps: it takes every client through the handshake, greets it, and refuses at LOGIN, in words. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { enforced, off, withoutList } from './modes.ts';

const LOGIN = { tls: { send: 'a LOGIN payments lab\r\n', expect: 'a OK' } };
const OPEN = ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE] as const;
/** And how it refuses: for want of a valid certificate, before it looks at the password. */
const TOLD = { endpoint: { ...LOGIN, rejects: { body: 'a NO ' } } };

const GREETED = { endpoint: { tls: { expect: '^\\* OK ' } } };
/** The greeting is expected, though a command is sent. */
const GREETED_AND_SENT = { endpoint: { tls: { ...LOGIN.tls, expect: '^\\* OK ' } } };

/** As somebody else than root it works where all of its processes are that user. */
const owner = (): string => {
  const { uid, username } = userInfo();
  return uid === 0 ? '' : `default_internal_user = ${username}\ndefault_login_user = ${username}\n`;
};

const clientsOf = (mode: string, files: PkiFiles): string => {
  if (mode.startsWith('none')) return '';
  const list = mode.startsWith('required-crl') ? files.caWithCrl : files.ca;
  const required = mode !== 'not-required';
  return [
    `ssl_ca = <${list}`,
    'ssl_verify_client_cert = yes',
    `ssl_require_crl = ${mode.startsWith('required-crl') ? 'yes' : 'no'}`,
    ...(required ? ['auth_ssl_require_client_cert = yes'] : []),
  ].join('\n');
};

const config = (mode: string, port: number, directory: string, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  return `
${owner()}base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = /dev/null
protocols = imap
listen = ${HOST}
ssl = required
ssl_min_protocol = TLSv1.2
ssl_cert = <${certificate}
ssl_key = <${privateKey}
${clientsOf(mode, files)}
mail_location = maildir:${directory}/mail
auth_failure_delay = 0
mail_max_userip_connections = 0
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${directory}
}
service imap-login {
  chroot =
  inet_listener imap { 
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
service anvil { 
  chroot =
}
`;
};

const NOT_LOOKALIKE = OPEN.filter((code) => code !== 'ACCEPTED_LOOKALIKE_ISSUER');

export const dovecot: LabProgram = {
  name: 'dovecot',
  scheme: 'tls',
  modes: [
    // A wrong signature gets the words of every other refusal, or a close after the greeting: by chance.
    enforced('required-crl', TOLD),
    withoutList('required', TOLD),
    // It verifies, and lets in all the same, but for a certificate whose signature is wrong.
    { ...off('not-required', TOLD), fails: NOT_LOOKALIKE, requests: true },
    off('none', TOLD),
    // A greeting shows nothing of a server that decides at LOGIN; where no certificate is asked for, nothing can be decided later.
    { ...enforced('required-crl-greeting', GREETED), unsure: ['AMBIGUOUS_ANSWER'] },
    { ...enforced('required-crl-greeting-sent', GREETED_AND_SENT), unsure: ['AMBIGUOUS_ANSWER'] },
    off('none-greeting', GREETED),
  ],
  version: async () => {
    const version = await versionLine('dovecot', '--version');
    return version === null ? null : `Dovecot ${version}`;
  },
  start: async (mode, files) => {
    const directory = await mkdtemp(join(files.directory, 'dovecot-'));
    const port = await freePort();
    const file = join(directory, 'dovecot.conf');
    await writeFile(file, config(mode, port, directory, files));
    return startProcess(...fromPath('dovecot', ['-F', '-c', file]), port);
  },
};
