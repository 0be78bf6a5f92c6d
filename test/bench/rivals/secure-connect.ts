/** What is written first by whoever checks mutual TLS from Node: connected is accepted, an error is refused. */
import { readFile } from 'node:fs/promises';
import { type ConnectionOptions, connect } from 'node:tls';
import { TLS_VERSIONS, type TlsVersion } from '../../../shared/model/names.ts';
import { type Arena, eachTarget, isByName } from './arena.ts';
import { type Answer, QUESTIONS, type Question, type Result, type Target } from './questions.ts';

const TIMEOUT_MS = 5_000;
/** PostgreSQL begins in plaintext. */
const asked = ({ scheme }: Target): boolean => scheme !== 'postgres';

const outcomeOf = (options: ConnectionOptions): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(options);
    const settle = (saw: string) => {
      socket.destroy();
      resolve(saw);
    };
    socket.once('secureConnect', () => settle('secureConnect'));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
    socket.setTimeout(TIMEOUT_MS, () => settle('timeout'));
  });

const optionsOf = async (arena: Arena, target: Target, question: Question, tls: TlsVersion) => {
  const keys = arena.keysOf(question);
  return {
    host: '127.0.0.1',
    port: target.port,
    ...(isByName(target) ? { servername: target.host } : {}),
    ca: await readFile(arena.files.ca),
    minVersion: `TLSv${tls}`,
    maxVersion: `TLSv${tls}`,
    ...(keys === null ? {} : { cert: await readFile(keys.certificate), key: await readFile(keys.privateKey) }),
  } as const;
};

export const secureConnect = async (arena: Arena): Promise<readonly Result[]> => {
  const answers = await eachTarget(arena.targets.filter(asked), async (target) => {
    const own: Answer[] = [];
    for (const tls of TLS_VERSIONS)
      for (const question of QUESTIONS) {
        const saw = await outcomeOf(await optionsOf(arena, target, question, tls));
        const verdict = saw === 'secureConnect' ? 'open' : saw === 'timeout' ? 'nothing' : 'secure';
        own.push({ target, question, tls, verdict, saw });
      }
    return own;
  });
  const how = [
    '`tls.connect({ host, port, ca, cert, key, minVersion, maxVersion })`: `secureConnect` is accepted, `error` is refused.',
  ];
  return [{ rival: 'plain `secureConnect` check', version: `Node ${process.versions.node}`, how, answers }];
};
