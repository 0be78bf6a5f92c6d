/** A folder in which `forge` has run, for as long as a test needs it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_IDENTITIES, type TestIdentity } from '../../shared/pki/test-pki/test-set.ts';
import { opensslVerify, type Trusted } from './openssl.ts';
import { type CommandResult, mtlsMonitorIn } from './registry.ts';

export type ForgeFolder = {
  readonly directory: string;
  readonly at: (path: string) => string;
  /** Again, or for the first time where that was refused. */
  readonly forge: (...args: readonly string[]) => Promise<CommandResult>;
  readonly remove: () => void;
};

/** Nothing is forged yet. */
export const forgeFolder = (env: Readonly<Record<string, string>> = {}): ForgeFolder => {
  const parent = mkdtempSync(join(tmpdir(), 'mtls-monitor-forge-'));
  const directory = join(parent, 'pki');
  return {
    directory,
    at: (path) => join(directory, path),
    forge: (...args) => mtlsMonitorIn(env, 'forge', directory, ...args),
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
};

/** What OpenSSL has to say of each identity. */
export const LABELS: Readonly<Record<TestIdentity, string>> = {
  payments: 'OK',
  orders: 'OK',
  gateway: 'OK',
  expired: '10',
  'not-yet-valid': '9',
  revoked: '23',
  'wrong-usage': '26',
};

export const trusted = ({ at }: ForgeFolder): Trusted => ({ ca: at('ca.pem'), crl: at('crl.pem') });

/** What it says. A CA that somebody else made need not be as strict. */
export const labelsOf = async (folder: ForgeFolder, ...how: readonly string[]) =>
  Object.fromEntries(
    await Promise.all(
      TEST_IDENTITIES.map(async (name) => [
        name,
        await opensslVerify('sslclient', folder.at(`identities/${name}.crt`), trusted(folder), ...how),
      ]),
    ),
  );
