/** Loads identities and secret values once per run: all names that the endpoints use, in as few calls as possible. */

import { failedAt, type NoValue, type Parsed } from '../../model/parsed.ts';
import type { Identity } from '../../model/registry.ts';
import type { SecretRef } from '../../model/secret-ref.ts';
import type { Instant } from '../../model/time.ts';
import { type Credentials, credentialsOf, unfit } from '../../pki/identity/identity.ts';
import { withIssuers } from '../../pki/identity/issuer.ts';
import { preflight } from '../../pki/identity/preflight.ts';
import { type IdentityText, identityTextOf, identityTextOfFiles } from '../../pki/identity/shapes.ts';
import type { Expiry } from '../../pki/served/chain.ts';
import type { Fitness } from '../../verdict/judge/health.ts';
import type { ReadFile, ReadSecrets, ReadStage, SecretResult } from '../ports.ts';

export type LoadedIdentity = {
  readonly identity: Identity;
  /** Null if the identity cannot be used, or could not be read; `fitness` has the reason. */
  readonly credentials: Credentials | null;
  readonly fitness: Fitness;
};

export type Sources = {
  readonly readSecrets: ReadSecrets;
  readonly readStage: ReadStage;
  readonly readFile: ReadFile;
  readonly readEnv: (name: string) => string | undefined;
};

/** Secret values by name, read once per run. */
export type SecretResults = ReadonlyMap<string, SecretResult>;

export const secretNames = (identities: readonly Identity[], refs: readonly SecretRef[]): readonly string[] => [
  ...new Set([
    ...identities.flatMap(({ source, passphrase }) => [
      ...(source.kind === 'secret' ? [source.secret] : []),
      ...(passphrase !== null && 'secret' in passphrase ? [passphrase.secret] : []),
    ]),
    ...refs.flatMap((ref) => ('secret' in ref ? [ref.secret] : [])),
  ]),
];

const NOT_ASKED: NoValue = { reason: 'was not read' };

/** Returns the text that a reference names, without white space around a secret's value, or a reason that is safe to show. */
export const refValue = (ref: SecretRef, secrets: SecretResults, sources: Sources): Parsed<string> => {
  if ('env' in ref) {
    const value = sources.readEnv(ref.env);
    return value === undefined
      ? { ok: false, reason: `the environment variable ${ref.env} is not set` }
      : { ok: true, value };
  }
  const found = secrets.get(ref.secret);
  if (found === undefined || !found.ok) return failedAt(`the secret ${ref.secret}`, found ?? NOT_ASKED);
  return typeof found.value === 'string'
    ? { ok: true, value: found.value.trim() }
    : { ok: false, reason: `the secret ${ref.secret} is binary` };
};

const textOf = async (
  { source }: Identity,
  passphrase: string | null,
  secrets: SecretResults,
  sources: Sources,
): Promise<Parsed<IdentityText>> => {
  if (source.kind === 'secret') {
    const found = secrets.get(source.secret);
    if (found === undefined || !found.ok) return failedAt(`the secret ${source.secret}`, found ?? NOT_ASKED);
    const parsed = await identityTextOf(found.value, passphrase);
    return parsed.ok ? parsed : { ok: false, reason: `${source.secret}: ${parsed.reason}` };
  }
  const paths = [source.certificate, source.privateKey] as const;
  const [certificate, privateKey] = await Promise.all([sources.readFile(paths[0]), sources.readFile(paths[1])]);
  if (!certificate.ok) return { ok: false, reason: `${paths[0]}: ${certificate.reason}` };
  if (!privateKey.ok) return { ok: false, reason: `${paths[1]}: ${privateKey.reason}` };
  return identityTextOfFiles(
    { path: paths[0], value: certificate.bytes ?? certificate.text },
    { path: paths[1], value: privateKey.bytes ?? privateKey.text },
    passphrase,
  );
};

const place = ({ source }: Identity, reason: string): string => {
  if (source.kind === 'secret') return source.secret;
  return reason.startsWith('the private key') ? source.privateKey : source.certificate;
};

type Version = { readonly id: string; readonly credentials: Parsed<Credentials> };
const versions = new Map<string, Version>();

/** The secrets that an identity is made of, its passphrase among them, each with its version; null where it is made of anything else. */
const versionOf = ({ source, passphrase }: Identity, secrets: SecretResults): string | null => {
  const refs = passphrase === null ? [source] : [source, passphrase];
  const ids = refs.map((ref) => {
    const found = 'secret' in ref ? secrets.get(ref.secret) : undefined;
    return 'secret' in ref && found?.ok === true ? [ref.secret, found.versionId] : null;
  });
  return ids.includes(null) ? null : JSON.stringify(ids);
};

/** Caches parsed credentials, with their secure contexts, for the life of the process: a version of a secret never changes. */
const byVersion = async (
  identity: Identity,
  secrets: SecretResults,
  parse: () => Promise<Parsed<Credentials>>,
): Promise<Parsed<Credentials>> => {
  const id = versionOf(identity, secrets);
  if (id === null) return parse();
  const known = versions.get(identity.name);
  if (known?.id === id) return known.credentials;
  const credentials = await parse();
  versions.set(identity.name, { id, credentials });
  return credentials;
};

const readCredentials = async (
  identity: Identity,
  secrets: SecretResults,
  sources: Sources,
): Promise<Parsed<Credentials>> => {
  const passphrase = identity.passphrase === null ? null : refValue(identity.passphrase, secrets, sources);
  if (passphrase !== null && !passphrase.ok) return failedAt('its passphrase', passphrase);
  const text = await textOf(identity, passphrase?.value ?? null, secrets, sources);
  if (!text.ok) return text;
  const credentials = credentialsOf(text.value);
  return credentials.ok
    ? credentials
    : { ok: false, reason: `${place(identity, credentials.reason)}: ${credentials.reason}` };
};

export const loadIdentity = async (
  identity: Identity,
  secrets: SecretResults,
  sources: Sources,
  expiry: Expiry,
  now: Instant,
): Promise<LoadedIdentity> => {
  const without = (of: Fitness): LoadedIdentity => ({ identity, credentials: null, fitness: of });
  const unusable = (reason: string): LoadedIdentity => without({ kind: 'unfit', reason, advice: null });
  const credentials = await byVersion(identity, secrets, () => readCredentials(identity, secrets, sources));
  if (!credentials.ok && credentials.transient) return without({ kind: 'unread', reason: credentials.reason });
  if (!credentials.ok) return unusable(credentials.reason);
  const [leaf] = credentials.value.chain;
  const reason = leaf === undefined ? 'it has no certificate' : unfit(leaf, identity.fault, now);
  if (leaf === undefined || reason !== null) return unusable(reason ?? 'it has no certificate');
  return { identity, credentials: credentials.value, fitness: fitness(credentials.value, identity, expiry, now) };
};

const fitness = (credentials: Credentials, identity: Identity, expiry: Expiry, now: Instant): Fitness => ({
  kind: 'fit',
  problems: preflight(credentials, identity, expiry, now),
  notes: credentials.reordered ? ['its certificates are presented leaf first, unlike where they are kept'] : [],
});

/** Completes the chain of each identity with a fault from the issuers in the other identities' files. */
export const withKnownIssuers = (loaded: readonly LoadedIdentity[]): readonly LoadedIdentity[] => {
  const known = loaded.flatMap(({ credentials }) => credentials?.chain.slice(1) ?? []);
  return loaded.map((each) =>
    each.identity.fault === null || each.credentials === null
      ? each
      : { ...each, credentials: withIssuers(each.credentials, known) },
  );
};
