/** PostgreSQL: TLS after an SSLRequest. Refuses bad certificates with TLS alerts, and in its own words (SQLSTATE 28000) what its rules forbid. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { asItsUser, binaryFolder, type Cluster, handOver, newCluster } from './postgres-cluster.ts';

/** What pg_hba.conf says: the first line that fits the connection judges it, and no other. `cert` maps the CN to the user. */
const RULES = {
  strict: ['hostssl all all samehost cert clientcert=verify-full'],
  'scram-verify-ca': ['hostssl all all samehost scram-sha-256 clientcert=verify-ca'],
  scram: ['hostssl all all samehost scram-sha-256'],
  md5: ['hostssl all all samehost md5'],
  'scram-with-ca': ['hostssl all all samehost scram-sha-256'],
  'permissive-plaintext': ['hostssl all all samehost cert', 'host all all samehost trust'],
  'scram-plaintext': [
    'hostssl all all samehost scram-sha-256 clientcert=verify-ca',
    'hostnossl all all samehost scram-sha-256',
  ],
  mixed: ['hostssl all payments samehost cert', 'host all all samehost scram-sha-256'],
} as const;
type ModeName = keyof typeof RULES;
const isMode = (name: string): name is ModeName => Object.hasOwn(RULES, name);

const settings = (mode: ModeName, port: number, { folder, data }: Cluster): readonly string[] => {
  const verified = { ssl_ca_file: join(folder, 'ca.pem'), ssl_crl_file: join(folder, 'crl.pem') };
  const values = {
    listen_addresses: HOST,
    unix_socket_directories: '',
    fsync: 'off',
    autovacuum: 'off',
    shared_buffers: '1MB',
    hba_file: join(folder, 'pg_hba.conf'),
    password_encryption: mode === 'md5' ? 'md5' : 'scram-sha-256',
    ssl: 'on',
    ssl_min_protocol_version: 'TLSv1.2',
    ssl_cert_file: join(folder, 'server.crt'),
    ssl_key_file: join(folder, 'server.key'),
    ...(mode === 'scram' || mode === 'md5' ? {} : verified),
  };
  return [
    '-D',
    data,
    '-p',
    `${port}`,
    ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
};

const OPEN = ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE] as const;
const READY_TIMEOUT_MS = 10_000;
/** It accepts connections before it can answer them ("the database system is starting up"). */
const answers = async (port: number): Promise<void> => {
  const ask = ['-q', '-h', HOST, '-p', `${port}`, '-d', 'payments', '-U', 'payments'];
  const program = join(binaryFolder() ?? '', 'pg_isready');
  const ready = () =>
    promisify(execFile)(program, ask).then(
      () => true,
      () => false,
    );
  for (const deadline = Date.now() + READY_TIMEOUT_MS; !(await ready()); await sleep(50))
    if (Date.now() > deadline) throw new Error('postgres does not answer');
};

export const postgres: LabProgram = {
  name: 'postgres',
  scheme: 'postgres',
  path: '/payments?user=payments',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    // A certificate and a password: the control is asked for the password, the others are refused before that.
    { name: 'scram-verify-ca', fails: [], isolates: false },
    // A password only, from everybody.
    { name: 'scram', fails: OPEN, isolates: false, requests: false },
    // The same, and no two requests for it are equal: each carries its salt.
    { name: 'md5', fails: OPEN, isolates: false, requests: false },
    // With a CA it asks for a certificate, and judges those that come.
    { name: 'scram-with-ca', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'permissive-plaintext', fails: ['ACCEPTED_PLAINTEXT'], isolates: true },
    // Without TLS the password is enough. Only the offer of SCRAM-SHA-256-PLUS, which needs TLS, is missing there.
    { name: 'scram-plaintext', fails: ['ACCEPTED_PLAINTEXT'], isolates: false },
    // Without TLS the line for everybody else fits: a password is asked for, where the control was let in.
    { name: 'mixed', fails: [], unsure: ['AMBIGUOUS_ANSWER'], isolates: true },
  ],
  version: async () => {
    const folder = binaryFolder();
    return folder === null ? null : versionLine(join(folder, 'postgres'), '--version');
  },
  start: async (mode, files) => {
    const name = isMode(mode) ? mode : 'strict';
    const cluster = await newCluster(files);
    await writeFile(join(cluster.folder, 'pg_hba.conf'), `${RULES[name].join('\n')}\n`);
    await handOver(cluster.folder);
    const port = await freePort();
    const command = asItsUser(cluster.folder, 'postgres', settings(name, port, cluster));
    // Asked to terminate, it would wait for its clients.
    const { stop } = await startProcess(...command, port, 'SIGINT');
    const stopAndRemove = async () => {
      await stop();
      cluster.remove();
    };
    await answers(port).catch(async (error: unknown) => {
      await stopAndRemove();
      throw error;
    });
    return { port, stop: stopAndRemove };
  },
};
