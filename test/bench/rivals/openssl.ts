/** `openssl s_client` as in common guides: it verifies the server, ends with its input, and its exit code is the answer. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TLS_VERSIONS, type TlsVersion } from '../../../shared/model/names.ts';
import { HOST } from '../../lab/servers/lab-server.ts';
import { type Arena, eachTarget, isByName } from './arena.ts';
import { type Answer, QUESTIONS, type Question, type Result, type Target } from './questions.ts';

const TIMEOUT_MS = 5_000;

const request = (arena: Arena, target: Target, question: Question, tls: TlsVersion): string[] => {
  const keys = arena.keysOf(question);
  return [
    ...['s_client', '-connect', `${HOST}:${target.port}`, '-CAfile', arena.files.ca, '-verify_return_error'],
    ...(isByName(target) ? ['-servername', target.host] : ['-noservername']),
    ...(target.scheme === 'postgres' ? ['-starttls', 'postgres'] : []),
    ...(keys === null ? [] : ['-cert', keys.certificate, '-key', keys.privateKey]),
    tls === '1.2' ? '-tls1_2' : '-tls1_3',
  ];
};

/** Null: it did not end in time. */
const exitOf = (args: readonly string[]): Promise<number | null> =>
  new Promise((resolve) => {
    const client = execFile('openssl', args, { timeout: TIMEOUT_MS }, (error) => {
      if (error === null) resolve(0);
      else resolve(typeof error.code === 'number' ? error.code : null);
    });
    client.stdin?.end();
  });

const askTarget = async (arena: Arena, target: Target): Promise<readonly Answer[]> => {
  const own: Answer[] = [];
  for (const tls of TLS_VERSIONS)
    for (const question of QUESTIONS) {
      const exit = await exitOf(request(arena, target, question, tls));
      const verdict = exit === null ? 'nothing' : exit === 0 ? 'open' : 'secure';
      own.push({ target, question, tls, verdict, saw: exit === null ? 'timeout' : `exit ${exit}` });
    }
  return own;
};

export const openssl = async (arena: Arena): Promise<readonly Result[]> => {
  const answers = await eachTarget(arena.targets, (target) => askTarget(arena, target));
  const { stdout } = await promisify(execFile)('openssl', ['version']);
  const how = [
    '`openssl s_client -connect HOST:PORT -CAfile CA -verify_return_error [-servername NAME] [-starttls postgres] [-cert CERT -key KEY] -tls1_2|-tls1_3 </dev/null`: exit code 0 is accepted, another is refused.',
  ];
  return [{ rival: '`openssl s_client`', version: stdout.split(' ').slice(0, 2).join(' '), how, answers }];
};
