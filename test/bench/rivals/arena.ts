/** The lab for the rivals: its endpoints as targets, the bad certificates as files, and one place where nothing listens. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyFiles, PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { mintLike } from '../../../shared/pki/mint/mint.ts';
import { certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { freePort } from '../../helpers/ports.ts';
import type { LabEndpoint } from '../../helpers/registry.ts';
import { type Row, rows, type StartedLab } from '../../lab/lab.ts';
import { HOST } from '../../lab/servers/lab-server.ts';
import { isTold, type Presented, type Target } from './questions.ts';

export type Arena = {
  readonly files: PkiFiles;
  readonly targets: readonly Target[];
  /** Null: no certificate. */
  readonly keysOf: (presented: Presented) => KeyFiles | null;
};

export const chosenRows: readonly Row[] = rows.filter(isTold);
const DOWN = 'nothing-listens';

const targetOf = (endpoint: LabEndpoint, row: Row | null): Target => {
  const { protocol, hostname, port, pathname, search } = new URL(endpoint.url);
  const { name, serverName = hostname } = endpoint;
  const path = `${pathname}${search}`;
  return { name, scheme: protocol.slice(0, -1), host: String(serverName), port: Number(port), path, endpoint, row };
};

export const isByName = ({ host }: Target): boolean => host !== HOST;

/** The certificates that the product would make, so that all present the same. */
const mintBad = async (files: PkiFiles, scenario: 'untrusted-issuer' | 'self-signed'): Promise<KeyFiles> => {
  const [leaf] = certificatesOfPem(await readFile(files.identity('payments').certificate, 'utf8'));
  if (leaf === undefined) throw new Error('the lab has no payments');
  const { certificatePem, privateKey } = await mintLike({ leafDer: leaf.raw, issuersDer: [] }, scenario);
  const made = {
    certificate: join(files.directory, `${scenario}.crt`),
    privateKey: join(files.directory, `${scenario}.key`),
  };
  await writeFile(made.certificate, certificatePem);
  await writeFile(made.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return made;
};

export const arenaOf = async (files: PkiFiles, started: StartedLab): Promise<Arena> => {
  const known = new Map(chosenRows.map((row) => [row.name, row]));
  const inLab = started.endpoints.flatMap((endpoint) => {
    const row = known.get(endpoint.name);
    return row === undefined ? [] : [targetOf(endpoint, row)];
  });
  const down = targetOf({ name: DOWN, url: `https://${HOST}:${await freePort()}/healthz`, refuses: [] }, null);
  const keys = {
    'no-certificate': null,
    valid: files.identity('payments'),
    'untrusted-issuer': await mintBad(files, 'untrusted-issuer'),
    'self-signed': await mintBad(files, 'self-signed'),
  };
  return { files, targets: [...inLab, down], keysOf: (presented) => keys[presented] };
};

/** Two targets at a time, each asked one thing after the other: some servers serve one client at a time. */
export const eachTarget = async <T>(
  targets: readonly Target[],
  ask: (target: Target) => Promise<readonly T[]>,
): Promise<readonly T[]> => {
  const queue = [...targets];
  const answers: T[] = [];
  const work = async () => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift()) answers.push(...(await ask(target)));
  };
  await Promise.all([work(), work()]);
  return answers;
};
