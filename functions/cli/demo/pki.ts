/** Writes a test PKI to files, in the forms that servers and registries read. */
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issued } from '../../../shared/pki/mint/issue.ts';
import type { IdentityName, ServerName, TestPki } from '../../../shared/pki/test-pki/lab-pki.ts';

export type KeyFiles = { readonly certificate: string; readonly privateKey: string };
/** Absolute paths. */
export type PkiFiles = {
  readonly directory: string;
  /** The root that every server of the lab trusts. */
  readonly ca: string;
  readonly otherCa: string;
  readonly crl: string;
  readonly expiredCrl: string;
  /** `ca` and `crl` in one file: OpenSSL reads more than one CRL only from its CA file. */
  readonly caWithCrl: string;
  readonly server: (name: ServerName) => KeyFiles;
  readonly identity: (name: IdentityName) => KeyFiles;
};

/** Makes a new temporary folder with mode 0700. */
export const privateDirectory = async (name: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), `mtls-monitor-${name}-`));
  await chmod(directory, 0o700);
  return directory;
};

const writePair = async (files: KeyFiles, { certificatePem, privateKey }: Issued): Promise<void> => {
  await writeFile(files.certificate, certificatePem);
  await writeFile(files.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
};

/** Writes `ca.pem`, `other-ca.pem`, `crl.pem`, `expired-crl.pem`, `ca-with-crl.pem`, and `servers/` and `identities/` with a `.crt` and a `.key` (mode 0600) each. */
export const writePki = async (pki: TestPki, directory: string): Promise<PkiFiles> => {
  const pair = (folder: string, name: string): KeyFiles => ({
    certificate: join(directory, folder, `${name}.crt`),
    privateKey: join(directory, folder, `${name}.key`),
  });
  const files: PkiFiles = {
    directory,
    ca: join(directory, 'ca.pem'),
    otherCa: join(directory, 'other-ca.pem'),
    crl: join(directory, 'crl.pem'),
    expiredCrl: join(directory, 'expired-crl.pem'),
    caWithCrl: join(directory, 'ca-with-crl.pem'),
    server: (name) => pair('servers', name),
    identity: (name) => pair('identities', name),
  };
  for (const folder of ['servers', 'identities'])
    await mkdir(join(directory, folder), { recursive: true, mode: 0o700 });
  await writeFile(files.ca, pki.root.certificatePem);
  await writeFile(files.otherCa, pki.otherRoot.certificatePem);
  await writeFile(files.crl, pki.crlPem);
  await writeFile(files.expiredCrl, pki.expiredCrlPem);
  await writeFile(files.caWithCrl, pki.root.certificatePem + pki.crlPem);
  for (const [name, issued] of Object.entries(pki.servers)) await writePair(pair('servers', name), issued);
  for (const [name, issued] of Object.entries(pki.identities)) await writePair(pair('identities', name), issued);
  return files;
};
