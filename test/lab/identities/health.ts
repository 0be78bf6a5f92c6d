/** What identity-health says of a secret, by the way that a run takes. */
import { readFile } from 'node:fs/promises';
import type { Fault } from '../../../shared/model/names.ts';
import type { Identity } from '../../../shared/model/registry.ts';
import { type LoadedIdentity, loadIdentity, type Sources } from '../../../shared/pipeline/load/identities.ts';
import { identityHealth } from '../../../shared/pipeline/load/identity-health.ts';
import { bundleOf } from '../../../shared/pki/served/trust-bundle.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

export type Value = string | Uint8Array | { readonly certificate: string; readonly privateKey: string };
export type Asked = {
  readonly value: Value;
  readonly passphrase?: string;
  readonly principal?: string;
  readonly fault?: Fault;
  /** PEM: the trust bundle of the endpoints that use it. */
  readonly bundle?: string;
  /** Another identity of the registry. */
  readonly beside?: string;
};
export type Health = { readonly verdict: string; readonly chain: string; readonly loaded: LoadedIdentity };

let count = 0;

const load = (value: Value, asked: Partial<Asked>, now: number): Promise<LoadedIdentity> => {
  count += 1;
  const isFile = typeof value === 'object' && 'certificate' in value;
  const identity: Identity = {
    name: 'it',
    source: isFile ? { kind: 'files', ...value } : { kind: 'secret', secret: 'its/secret' },
    passphrase: asked.passphrase === undefined ? null : { env: 'PASSPHRASE' },
    principal: asked.principal ?? null,
    fault: asked.fault ?? null,
  };
  const secret = { ok: true, value: isFile ? '' : value, versionId: `v${count}`, createdAt: null } as const;
  const sources: Sources = {
    readSecrets: async () => new Map(),
    readStage: async () => null,
    readEnv: () => asked.passphrase,
    readFile: async (path) => {
      const bytes = await readFile(path).catch(() => null);
      return bytes === null ? { ok: false, reason: 'ENOENT' } : { ok: true, text: bytes.toString(), bytes };
    },
  };
  return loadIdentity(identity, new Map([['its/secret', secret]]), sources, anEndpoint().expiry, now);
};

export const healthOf = async (asked: Asked, now: number): Promise<Health> => {
  const loaded = await load(asked.value, asked, now);
  const others = asked.beside === undefined ? [] : [await load(asked.beside, {}, now)];
  const [check] = identityHealth(
    { health: ['it'], healthBundles: { it: ['corp'] }, vantage: 'here' },
    new Map([['it', loaded], ...others.map((each, index) => [`other${index}`, each] as const)]),
    new Map([['corp', await bundleOf(asked.bundle ?? '')]]),
  );
  return {
    verdict: `${check?.code} ${check?.message}`,
    chain: loaded.credentials?.chain.map(({ subject, uris }) => subject || uris[0]).join(' < ') ?? '',
    loaded,
  };
};
