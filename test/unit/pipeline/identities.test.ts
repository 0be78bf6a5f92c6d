import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { loadIdentity, type Sources } from '../../../shared/pipeline/load/identities.ts';
import type { SecretResult } from '../../../shared/pipeline/ports.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
const { expiry } = anEndpoint();
const sources: Sources = {
  readSecrets: async () => new Map(),
  readStage: async () => null,
  readFile: async () => ({ ok: false, reason: 'ENOENT' }),
  readEnv: () => undefined,
};
let root: Authority;

beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
});

const secretOf = async (name: string, notAfter = validity.notAfter): Promise<string> => {
  const { certificatePem, privateKey } = await issue(
    { subject: `CN=${name}`, validity: { ...validity, notAfter } },
    root,
  );
  return certificatePem + String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
};
const load = (name: string, result: SecretResult, now = NOW) =>
  loadIdentity(anIdentity(name), new Map([[name, result]]), sources, expiry, now);

describe('a secret', () => {
  test('is parsed once a version: its secure contexts are kept with it', async () => {
    const value = await secretOf('checkout');
    const [first, again] = [
      await load('checkout', { ok: true, value, versionId: 'v1', createdAt: null }),
      await load('checkout', { ok: true, value, versionId: 'v1', createdAt: null }),
    ];
    expect(first.credentials).not.toBeNull();
    expect(again.credentials).toBe(first.credentials);
  });

  test('with a new version is read anew, for better or worse', async () => {
    await load('renewed', { ok: true, value: await secretOf('old'), versionId: 'v1', createdAt: null });
    const renewed = await load('renewed', { ok: true, value: await secretOf('new'), versionId: 'v2', createdAt: null });
    const broken = await load('renewed', { ok: true, value: 'nothing', versionId: 'v3', createdAt: null });
    expect([renewed.credentials?.chain[0]?.subject, broken.credentials]).toEqual(['CN=new', null]);
  });

  test('with a passphrase is kept until the version of either changes', async () => {
    const { certificatePem, privateKey } = await issue({ subject: 'CN=sealed', validity }, root);
    const sealedWith = (passphrase: string): string =>
      certificatePem + String(privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase }));
    const identity = { ...anIdentity('sealed'), passphrase: { secret: 'word' } };
    const of = (value: string, versionId: string): SecretResult => ({ ok: true, value, versionId, createdAt: null });
    const sealed = (key: SecretResult, word: SecretResult) =>
      loadIdentity(
        identity,
        new Map([
          ['sealed', key],
          ['word', word],
        ]),
        sources,
        expiry,
        NOW,
      );
    const first = await sealed(of(sealedWith('one'), 'k1'), of('one', 'w1'));
    const again = await sealed(of(sealedWith('one'), 'k1'), of('one', 'w1'));
    const wrong = await sealed(of(sealedWith('one'), 'k1'), of('two', 'w2'));
    const right = await sealed(of(sealedWith('two'), 'k2'), of('two', 'w2'));
    expect(first.credentials).not.toBeNull();
    expect(again.credentials).toBe(first.credentials);
    expect(wrong.credentials).toBeNull();
    expect(right.credentials).not.toBeNull();
    const gone = await sealed(of(sealedWith('two'), 'k2'), { ok: false, reason: 'access denied' });
    expect(gone.fitness).toMatchObject({ kind: 'unfit', reason: expect.stringContaining('access denied') });
  });

  test('that cannot be read is not answered from memory', async () => {
    await load('denied', { ok: true, value: await secretOf('denied'), versionId: 'v1', createdAt: null });
    const { fitness } = await load('denied', { ok: false, reason: 'access denied' });
    expect(fitness).toMatchObject({ kind: 'unfit', reason: 'the secret denied: access denied' });
  });

  test('that could not be read now is not known to be unusable, nor is its passphrase', async () => {
    const throttled = { ok: false, reason: 'was throttled', transient: true } as const;
    const { credentials, fitness } = await load('throttled', throttled);
    expect([credentials, fitness]).toEqual([null, { kind: 'unread', reason: 'the secret throttled: was throttled' }]);
    const word = { ...anIdentity('sealed'), passphrase: { secret: 'word' } };
    const sealed = await loadIdentity(word, new Map([['word', throttled]]), sources, expiry, NOW);
    expect(sealed.fitness).toEqual({ kind: 'unread', reason: 'its passphrase: the secret word: was throttled' });
  });

  test('is judged by the time of each run, not of the first', async () => {
    const secret: SecretResult = {
      ok: true,
      value: await secretOf('aging', NOW + DAY),
      versionId: 'v1',
      createdAt: null,
    };
    const [today, later] = [await load('aging', secret), await load('aging', secret, NOW + 2 * DAY)];
    expect([today.fitness.kind, later.fitness]).toEqual([
      'fit',
      { kind: 'unfit', reason: expect.stringContaining('expired'), advice: null },
    ]);
  });
});
