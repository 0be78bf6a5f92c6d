/** What the tests of detours share: a PKI with a server of several names, servers that are ended, and a table of what the command found. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyFiles, PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { TLS_VERSIONS } from '../../../shared/model/names.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { DAY } from '../../../shared/model/time.ts';
import { type CertificateRequest, type Issued, issue } from '../../../shared/pki/mint/issue.ts';
import { pkiOnDisk } from '../../helpers/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { type Checked, checkLab, type LabEndpoint } from '../../helpers/registry.ts';
import { fromPath } from '../servers/installed.ts';
import { type Running, startProcess } from '../servers/lab-server.ts';

/** `strict.localhost` is what is checked, `open.localhost` its neighbour; nothing resolves them, they are names inside TLS and HTTP only. */
const NAMES = ['localhost', 'strict.localhost', 'open.localhost'];
const currently = (): CertificateRequest['validity'] => ({
  notBefore: Date.now() - DAY,
  notAfter: Date.now() + 90 * DAY,
});

type Section = Readonly<Record<string, unknown>>;

export type Lab = {
  readonly files: PkiFiles;
  /** A server's certificate for every name of the lab. */
  readonly named: KeyFiles;
  /** A file of a folder that goes with the lab. */
  readonly write: (name: string, content: string) => Promise<string>;
  /** A certificate of the lab's root, and its key. */
  readonly issue: (name: string, request: Omit<CertificateRequest, 'validity'>) => Promise<KeyFiles>;
  /** Ends it with the lab. */
  readonly keep: <T extends Running>(starting: Promise<T>) => Promise<T>;
  /** Runs the command on these endpoints. `identities` join payments and orders (of the lab's root) and stranger (of another root). */
  readonly check: (endpoints: readonly LabEndpoint[], options?: CheckOptions) => Promise<Checked>;
  readonly end: () => Promise<void>;
};
export type CheckOptions = { readonly identities?: Section; readonly args?: readonly string[] };

export const startLab = async (): Promise<Lab> => {
  const { pki, files, remove } = await pkiOnDisk();
  const running: Running[] = [];
  const directory = await mkdtemp(join(files.directory, 'detours-'));
  const write = async (name: string, content: string): Promise<string> => {
    const file = join(directory, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  };
  const written = async (name: string, { certificatePem, privateKey }: Issued): Promise<KeyFiles> => ({
    certificate: await write(`${name}.crt`, certificatePem),
    privateKey: await write(`${name}.key`, String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
  });
  const issued: Lab['issue'] = async (name, request) =>
    written(name, await issue({ ...request, validity: currently() }, pki.root));
  const named = await issued('named', {
    subject: 'CN=localhost, O=Lab',
    altNames: [...NAMES.map((dns) => ({ dns })), { ip: '127.0.0.1' }],
    extendedKeyUsage: ['serverAuth'],
  });
  return {
    files,
    named,
    write,
    issue: issued,
    keep: async (starting) => {
      const started = await starting;
      running.push(started);
      return started;
    },
    check: (endpoints, { identities = {}, args = [] } = {}) => {
      const own = ['payments', 'orders', 'stranger'] as const;
      const registry = {
        version: 1,
        trustBundles: { lab: { file: files.ca } },
        identities: { ...Object.fromEntries(own.map((name) => [name, files.identity(name)])), ...identities },
        endpoints: endpoints.map((endpoint) => ({ trustBundle: 'lab', admits: ['payments'], ...endpoint })),
      };
      return checkLab(JSON.stringify(registry), files, ...args);
    },
    end: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
      remove();
    },
  };
};

/** Of `strict.localhost`, which nothing resolves, at an address. */
export const strictEndpoint = (name: string, port: number, own: Section = {}): LabEndpoint => ({
  name,
  url: `https://127.0.0.1:${port}/healthz`,
  serverName: 'strict.localhost',
  hostHeader: 'strict.localhost',
  tlsVersions: TLS_VERSIONS,
  ...own,
});

const said = ({ verdict, code, cause }: CheckResult): string => [verdict, code, cause ?? ''].join(' ').trim();

/** `scenario/subject@route#tls` → verdict, code and cause, for these scenarios of an endpoint. */
export const found = (checked: Checked, endpoint: string, ...scenarios: readonly string[]): Section =>
  Object.fromEntries(
    checked.report.checks
      .filter((check) => check.endpoint === endpoint && scenarios.includes(check.scenario))
      .map((check) => [check.id.slice(endpoint.length + 1), said(check)]),
  );

/** The same for both TLS versions. */
export const inBoth = (expected: Readonly<Record<string, string>>): Section =>
  Object.fromEntries(
    Object.entries(expected).flatMap(([id, verdict]) => TLS_VERSIONS.map((tls) => [`${id}#${tls}`, verdict])),
  );

export const theCheck = ({ report }: Checked, id: string): CheckResult => {
  const check = report.checks.find((each) => each.id === id);
  if (check === undefined)
    throw new Error(`no check ${id}; there are ${report.checks.map((each) => each.id).join(', ')}`);
  return check;
};

/** Starts a program whose arguments need its configuration's path. */
export const withConfig = async (
  lab: Lab,
  program: string,
  config: (place: { readonly port: number; readonly directory: string }) => string,
  args: (file: string, directory: string) => readonly string[],
): Promise<Running> => {
  const port = await freePort();
  const directory = await mkdtemp(join(lab.files.directory, `${program.split('/').at(-1)}-`));
  const file = join(directory, 'config');
  await writeFile(file, config({ port, directory }));
  return startProcess(...fromPath(program, args(file, directory)), port);
};
