/** mosquitto (MQTT 3.1.1 and 5): refuses certificates with TLS alerts, users in its CONNACK. Rights by identity are a matter of topics. */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, type Launch, versionLine } from './installed.ts';
import { HOST, type LabProgram, type Running, startProcess } from './lab-server.ts';

const OPEN = ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE] as const;

const WANTS_PASSWORD = { accepts: { body: 'CONNACK 5' } };

const passwordLine = (): string => {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(randomBytes(16), salt, 101, 64, 'sha512');
  return `telemetry:$7$101$${salt.toString('base64')}$${hash.toString('base64')}\n`;
};

/** `use_identity_as_username` lets whoever has a certificate connect; the ACL then says which topics `payments` may use. */
const linesOf = (mode: string, files: PkiFiles, directory: string): readonly string[] => {
  const authorities = [`cafile ${files.ca}`, `crlfile ${files.crl}`];
  const identities = ['use_identity_as_username true', `acl_file ${directory}/acl`, 'allow_anonymous false'];
  const passwords = ['allow_anonymous false', `password_file ${directory}/passwords`];
  switch (mode) {
    case 'not-required':
      return [...authorities, 'require_certificate false', 'allow_anonymous true'];
    case 'no-cafile':
      return ['allow_anonymous true'];
    case 'password':
    case 'password-untold':
      return [...authorities, 'require_certificate true', ...passwords];
    case 'password-only':
      return passwords;
    default:
      return [...authorities, 'require_certificate true', ...identities];
  }
};

const config = (mode: string, port: number, files: PkiFiles, directory: string): string => {
  const { certificate, privateKey } = files.server('good');
  // As root it would become another user, who may not read these keys.
  const user = process.getuid?.() === 0 ? ['user root'] : [];
  const listener = [`listener ${port} ${HOST}`, `certfile ${certificate}`, `keyfile ${privateKey}`];
  return `${[...user, 'persistence false', ...listener, ...linesOf(mode, files, directory)].join('\n')}\n`;
};

export const startMosquitto = async (mode: string, files: PkiFiles, launch: Launch = fromPath): Promise<Running> => {
  const directory = await mkdtemp(join(files.directory, 'mosquitto-'));
  const port = await freePort();
  const file = join(directory, 'mosquitto.conf');
  await writeFile(join(directory, 'acl'), 'user payments\ntopic readwrite payments/#\n');
  await writeFile(join(directory, 'passwords'), passwordLine(), { mode: 0o600 });
  await writeFile(file, config(mode, port, files, directory));
  return startProcess(...launch('mosquitto', ['-c', file]), port);
};

export const mosquitto: LabProgram = {
  name: 'mosquitto',
  scheme: 'mqtts',
  modes: [
    { name: 'strict', fails: [], isolates: false },
    // Not even asked for, with the CA at hand.
    { name: 'not-required', fails: OPEN, isolates: false, requests: false },
    { name: 'no-cafile', fails: OPEN, isolates: false, requests: false },
    // The control gets "not authorized" for want of a password: as far as mutual TLS leads, if the registry says so.
    { name: 'password', fails: [], isolates: false, endpoint: WANTS_PASSWORD },
    { name: 'password-untold', fails: [], unsure: ['AMBIGUOUS_ANSWER', 'CONTROL_NOT_ACCEPTED'], isolates: false },
    // Everybody gets "not authorized", and nobody for want of a certificate.
    { name: 'password-only', fails: OPEN, isolates: false, requests: false, endpoint: WANTS_PASSWORD },
  ],
  version: () => versionLine('mosquitto', '-h'),
  start: (mode, files) => startMosquitto(mode, files),
};
