/** Endpoints of a measurement: servers in a process of their own, and the registry that names them. */
import { fork } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateDirectory } from '../../../functions/cli/demo/pki.ts';
import { DAY } from '../../../shared/model/time.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import type { Settings } from './server-child.ts';

/** `registry`: a file. `serversCpu`: CPU seconds that the servers have used. */
export type Crowd = {
  readonly registry: string;
  readonly serversCpu: () => Promise<number>;
  readonly stop: () => Promise<void>;
};
/**
 * `identities`: each endpoint admits one of them and refuses all others, as a registry does by default. `tarpits`: percent of the endpoints; `rtt`:
 * milliseconds.
 */
export type Shape = Readonly<Record<'endpoints' | 'identities' | 'tarpits' | 'rtt', number>>;

/** An identity that no endpoint admits, besides those that are counted. */
const FOREIGN = 'orders';
const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + 90 * DAY };
const pemOf = (key: KeyObject): string => String(key.export({ format: 'pem', type: 'pkcs8' }));

/** Every address of 127.0.0.0/8 is this machine's: no endpoint is another's neighbour. */
const hostOf = (at: number): string => `127.1.${at >> 8}.${at & 255}`;

/** Spread evenly: every twentieth for 5 %. */
const isSilent = (at: number, percent: number): boolean =>
  Math.floor(((at + 1) * percent) / 100) > Math.floor((at * percent) / 100);

type Write = (name: string, text: string) => string;

const identitiesFor = async (names: readonly string[], authority: Authority, write: Write) =>
  Promise.all(
    names.map(async (name) => {
      const subject = { subject: `CN=${name}`, validity, extendedKeyUsage: ['clientAuth'] } as const;
      const { certificatePem, privateKey } = await issue(subject, authority);
      const files = {
        certificate: write(`${name}.crt`, certificatePem),
        privateKey: write(`${name}.key`, pemOf(privateKey)),
      };
      return [name, files] as const;
    }),
  );

/** The port that all of them serve, and how to stop them. */
const startServers = async (settings: Settings) => {
  const child = fork(join(import.meta.dirname, 'server-child.ts'));
  child.send(settings);
  const [port] = (await once(child, 'message')) as [number];
  const cpu = async () => {
    child.send('cpu');
    const [seconds] = (await once(child, 'message')) as [number];
    return seconds;
  };
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  };
  return { port, cpu, stop };
};

export const startCrowd = async ({ endpoints, identities, tarpits, rtt }: Shape): Promise<Crowd> => {
  const directory = await privateDirectory('bench');
  const write: Write = (name, text) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const authority = await issueAuthority({ subject: 'CN=Bench', validity });
  const named = { altNames: [{ dns: 'localhost' }], extendedKeyUsage: ['serverAuth'] } as const;
  const server = await issue({ subject: 'CN=server', validity, ...named }, authority);
  const admitted = Array.from({ length: identities }, (_, at) => `client${at}`);
  const admits = (at: number) => admitted[at % identities] ?? FOREIGN;
  const hosts = Array.from({ length: endpoints }, (_, at) => ({
    ...{ host: hostOf(at), silent: isSilent(at, tarpits), admits: admits(at) },
  }));
  const keys = { cert: server.certificatePem, key: pemOf(server.privateKey), ca: authority.certificatePem };
  const { port, cpu, stop } = await startServers({ ...keys, hosts, rtt });
  const registry = JSON.stringify({
    version: 1,
    defaults: { tlsVersions: ['1.3'], trustBundle: 'bench' },
    trustBundles: { bench: { file: write('ca.pem', authority.certificatePem) } },
    identities: Object.fromEntries(await identitiesFor([FOREIGN, ...admitted], authority, write)),
    endpoints: hosts.map(({ host }, at) => ({
      name: `e${at}`,
      url: `https://${host}:${port}/`,
      serverName: 'localhost',
      admits: [admits(at)],
    })),
  });
  return {
    registry: write('registry.yaml', registry),
    serversCpu: cpu,
    stop: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
