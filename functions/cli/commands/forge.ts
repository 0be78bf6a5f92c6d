import { join, resolve } from 'node:path';
import { DAY } from '../../../shared/model/time.ts';
import type { AltName } from '../../../shared/pki/mint/extensions.ts';
import type { KeyKind } from '../../../shared/pki/mint/keys.ts';
import { type GivenAuthority, givenAuthority } from '../../../shared/pki/test-pki/given-authority.ts';
import { type GivenNames, namesOfPem } from '../../../shared/pki/test-pki/given-names.ts';
import { issueTestSet } from '../../../shared/pki/test-pki/test-set.ts';
import { UsageError } from '../exit.ts';
import { filesOf, refuseFilled, writeFiles } from '../forge/files.ts';
import { summary } from '../forge/forge-summary.ts';
import { existingSecrets, writeSecrets } from '../forge/put-secrets.ts';
import { registryText } from '../forge/registry-text.ts';
import { readLocalFile } from '../registry-file.ts';

export const KEY_KINDS = {
  ec: 'ec-prime256v1',
  rsa: 'rsa-2048',
  ed25519: 'ed25519',
  'ml-dsa-44': 'ml-dsa-44',
  'ml-dsa-65': 'ml-dsa-65',
  'ml-dsa-87': 'ml-dsa-87',
} as const satisfies Record<string, KeyKind>;

export type ForgeOptions = {
  readonly name: string;
  readonly key: keyof typeof KEY_KINDS;
  readonly days?: number;
  readonly shortLived?: true;
  readonly ca?: string;
  readonly caKey?: string;
  readonly caPassphraseEnv: string;
  readonly like?: string;
  readonly ou: readonly string[];
  readonly san: readonly AltName[];
  readonly extension: readonly Uint8Array[];
  readonly secrets: 'aws' | 'none';
  readonly prefix: string;
  readonly force?: true;
};

export const FORGE_DEFAULTS = {
  name: 'lab.test',
  key: 'ec',
  days: 365,
  secrets: 'none',
  prefix: 'mtls-monitor/',
  caPassphraseEnv: 'CA_PASSPHRASE',
} as const;

/** Writes a complete test PKI and a registry that uses it. Returns a summary without keys. Rejects with a `UsageError`. */
export const forge = async (directory: string, options: ForgeOptions): Promise<string> => {
  const { name: domain, secrets, force = false } = options;
  const prefix = secrets === 'aws' ? options.prefix : null;
  const now = Date.now();
  const given = await readAuthority(options, now);
  const names = await readNames(options.like);
  await refuseFilled(directory, force);
  const existing = prefix === null ? new Set<string>() : await existingSecrets(prefix, force);
  const attributes = { units: options.ou, altNames: options.san, extensions: options.extension };
  const lifetime = (options.shortLived ? 1 : (options.days ?? FORGE_DEFAULTS.days)) * DAY;
  const forged = await issueTestSet(
    { domain, keyKind: KEY_KINDS[options.key], lifetime, names, attributes },
    given,
    now,
  );
  const server = forged.made === null ? null : 'localhost';
  const registry = registryText({
    domain,
    trustBundle: 'lab',
    prefix,
    server,
    postQuantum: options.key.startsWith('ml-dsa'),
    like: names === null ? null : (options.like ?? ''),
    principal: names === null ? `spiffe://${domain}/payments` : names.principal,
  });
  await writeFiles(resolve(directory), filesOf(forged, registry, { identities: prefix === null }));
  if (prefix !== null) await writeSecrets(forged, prefix, existing);
  return summary(forged, { directory, registry: join(directory, 'registry.yaml'), prefix, given });
};

const readAuthority = async (
  { ca, caKey, caPassphraseEnv }: ForgeOptions,
  now: number,
): Promise<GivenAuthority | null> => {
  if (ca === undefined && caKey === undefined) return null;
  if (ca === undefined || caKey === undefined) throw new UsageError('--ca and --ca-key belong together');
  const passphrase = process.env[caPassphraseEnv] ?? null;
  const key = { pem: await read(caKey, '--ca-key'), passphrase };
  const found = givenAuthority(await read(ca, '--ca'), key, now);
  if (found.ok) return found.value;
  const hint =
    passphrase === null && found.reason.endsWith('is encrypted')
      ? `: put its passphrase into the environment variable ${caPassphraseEnv}, or name another with --ca-passphrase-env`
      : '';
  throw new UsageError(`--ca ${ca} cannot issue: ${found.reason}${hint}`);
};

const readNames = async (like: string | undefined): Promise<GivenNames | null> => {
  if (like === undefined) return null;
  const names = namesOfPem(await read(like, '--like'));
  if (!names.ok) throw new UsageError(`--like ${like}: ${names.reason}`);
  return names.value;
};

const read = async (file: string, option: string): Promise<string> => {
  const found = await readLocalFile(file);
  if (!found.ok) throw new UsageError(`${option} ${file} cannot be read: ${found.reason}`);
  return found.text;
};
