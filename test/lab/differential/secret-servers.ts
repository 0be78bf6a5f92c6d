/** A server for each chain, which remembers the secrets that reached it, and curl in front of them. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOST } from '../servers/lab-server.ts';
import { privateKeyOf } from './certificates.ts';
import type { Case } from './verifiers.ts';

const run = promisify(execFile);

export type SecretServer = {
  readonly case: Case;
  readonly port: number;
  /** The trust bundle of the case. */
  readonly bundle: string;
  /** Each value of an `authorization` header that arrived. */
  readonly heard: ReadonlySet<string>;
  readonly stop: () => void;
};

/** Null where the runtime's OpenSSL does not load the chain as a server's. Security level 0: the client is to judge a weak key, not the server. */
const serverOf = ({ leaf, served }: Case, heard: Set<string>): Server | null => {
  try {
    return createServer(
      { cert: leaf + served, key: privateKeyOf(leaf), ciphers: 'DEFAULT:@SECLEVEL=0' },
      ({ headers: { authorization } }, response) => {
        if (authorization !== undefined) heard.add(authorization);
        response.end('ok\n');
      },
    );
  } catch {
    return null;
  }
};

const startOne = async (each: Case, directory: string): Promise<SecretServer | null> => {
  const heard = new Set<string>();
  const server = serverOf(each, heard);
  if (server === null) return null;
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, HOST, resolve);
  });
  const bundle = join(directory, `${each.name}.pem`);
  await writeFile(bundle, each.anchors);
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { case: each, port: (server.address() as AddressInfo).port, bundle, heard, stop };
};

/** Of those that a server can load; each on its own port of loopback. Bundles are written to `directory`. */
export const startSecretServers = async (
  cases: readonly Case[],
  directory: string,
): Promise<readonly SecretServer[]> => {
  const started: SecretServer[] = [];
  for (const each of cases) {
    const server = await startOne(each, directory);
    if (server !== null) started.push(server);
  }
  return started;
};

/** curl's exit codes by name of the case: one process asks each server in turn, with its bundle and `authorization`. */
export const askedByCurl = async (
  servers: readonly SecretServer[],
  directory: string,
  authorization: string,
): Promise<ReadonlyMap<string, number>> => {
  const blocks = servers.map(({ case: { name, peer }, port, bundle }) =>
    [
      `url = "https://${isIPv6(peer?.value ?? '') ? `[${peer?.value}]` : (peer?.value ?? HOST)}:${port}/"`,
      `connect-to = ":${port}:${HOST}:${port}"`,
      `cacert = "${bundle}"`,
      `header = "authorization: ${authorization}"`,
      'output = "/dev/null"',
      `write-out = "${name} %{exitcode}\\n"`,
      'silent\nnoproxy = "*"\nmax-time = 10',
    ].join('\n'),
  );
  const file = join(directory, 'curl.conf');
  await writeFile(file, blocks.join('\nnext\n'));
  // Its own exit code is the last server's.
  const { stdout } = await run('curl', ['-q', '--config', file], { maxBuffer: 16 * 1024 * 1024 }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  const lines = stdout.trimEnd().split('\n');
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
};
