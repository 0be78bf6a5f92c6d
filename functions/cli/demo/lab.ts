/** Starts the demo's servers on loopback, with a PKI and a registry of their own. */
import { rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve as resolvePath } from 'node:path';
import { FAULTS } from '../../../shared/model/names.ts';
import type { Instant } from '../../../shared/model/time.ts';
import { type IdentityName, mintTestPki, principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { UsageError } from '../exit.ts';
import { HOST, type Running, startNodeServer } from './node-server.ts';
import { opensslVersion, startOpensslServer } from './openssl-server.ts';
import { type PkiFiles, privateDirectory, writePki } from './pki.ts';
import { DEMO_SERVERS, type DemoServer } from './servers.ts';

export type DemoEndpoint = DemoServer & { readonly url: string };
export type DemoLab = {
  /** Removed by `stop`; also at the end of the process. */
  readonly directory: string;
  readonly registryFile: string;
  readonly registryText: string;
  readonly endpoints: readonly DemoEndpoint[];
  /** Sentences about servers that do not run as described, such as a substitute for openssl. */
  readonly notes: readonly string[];
  readonly stop: () => Promise<void>;
};

const IDENTITIES: readonly IdentityName[] = ['payments', 'orders', ...FAULTS];

/** Returns a port on which nothing listens: it was opened and closed again. */
const closedPort = (): Promise<Running> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve({ port, stop: async () => {} }));
    });
  });

const startServer = ({ runs }: DemoServer, files: PkiFiles, openssl: boolean): Promise<Running> => {
  if (runs === null) return closedPort();
  return runs.program === 'openssl' && openssl
    ? startOpensslServer(runs.behaviour, files)
    : startNodeServer(runs.behaviour, files);
};

const identityLine = (name: IdentityName): string => {
  const fault = FAULTS.some((each) => each === name);
  const kind = fault ? `fault: ${name}` : `principal: ${principalOf(name)}`;
  return `  ${name}: { certificate: identities/${name}.crt, privateKey: identities/${name}.key, ${kind} }`;
};

const endpointLine = ({ name, url, runs }: DemoEndpoint): string => {
  // `openssl s_server` has no application that could authorize identities.
  const refuses = runs?.program === 'openssl' ? ', refuses: []' : '';
  return `  - { name: ${name}, url: "${url}", trustBundle: lab, admits: [payments]${refuses} }`;
};

const registryOf = (endpoints: readonly DemoEndpoint[]): string =>
  [
    '# The registry of the demo: its servers and their certificates exist only while it runs.',
    'version: 1',
    'defaults: { timeout: 5s }',
    'trustBundles:',
    '  lab: { file: ca.pem }',
    'identities:',
    ...IDENTITIES.map(identityLine),
    'endpoints:',
    ...endpoints.map(endpointLine),
    '',
  ].join('\n');

/** Makes a new folder with mode 0700. Rejects with a `UsageError` where it cannot, and for one that is there: it is removed at the end. */
const newDirectory = async (name: string): Promise<string> => {
  const path = resolvePath(name);
  await mkdir(path, { mode: 0o700 }).catch(({ code }: NodeJS.ErrnoException) => {
    const why = code === 'EEXIST' ? 'is there already: name a new folder' : `cannot be made: ${code}`;
    throw new UsageError(`${name} ${why}`);
  });
  return path;
};

/** `folder`: a new one, in place of a temporary one. Starts all servers. If one cannot start, stops the others and rejects with its error. */
export const startDemoLab = async (now: Instant, folder?: string): Promise<DemoLab> => {
  const directory = folder === undefined ? await privateDirectory('demo') : await newDirectory(folder);
  const removeNow = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeNow);
  const running: Running[] = [];
  const stop = async () => {
    await Promise.all(running.map((each) => each.stop()));
    await rm(directory, { recursive: true, force: true });
    process.off('exit', removeNow);
  };
  try {
    const files = await writePki(await mintTestPki(now), directory);
    const openssl = (await opensslVersion()) !== null;
    const endpoints: DemoEndpoint[] = [];
    for (const server of DEMO_SERVERS) {
      const started = await startServer(server, files, openssl);
      running.push(started);
      endpoints.push({ ...server, url: `https://${HOST}:${started.port}/healthz` });
    }
    const registryText = registryOf(endpoints);
    const registryFile = join(directory, 'registry.yaml');
    await writeFile(registryFile, registryText);
    const notes = openssl ? [] : ['OpenSSL is not installed: Node servers stand in for openssl s_server.'];
    return { directory, registryFile, registryText, endpoints, notes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
