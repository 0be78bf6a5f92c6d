import {
  BatchGetSecretValueCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { MISSING_STAGE_KEPT, pendingVersion, secretsFromAws, stagesFromAws } from '../../../shared/aws/secrets.ts';

const client = new SecretsManagerClient({ region: 'eu-west-1' });
const aws = mockClient(client);
const named = (name: string, message = 'AWS says more') => Object.assign(new Error(message), { name });
const entry = (Name: string, SecretString = `value of ${Name}`) => ({
  Name,
  ARN: `arn:aws:secretsmanager:eu-west-1:111111111111:secret:${Name}-AbCdEf`,
  SecretString,
  VersionId: 'v1',
});
const read = () => secretsFromAws(() => client);
const ids = () => aws.commandCalls(BatchGetSecretValueCommand).map((call) => call.args[0].input.SecretIdList?.length);

beforeEach(() => {
  aws.reset();
  aws.on(BatchGetSecretValueCommand).callsFake(async ({ SecretIdList }: { SecretIdList: string[] }) => ({
    SecretValues: SecretIdList.map((id) => entry(id)),
  }));
});

describe('secretsFromAws', () => {
  test('asks for at most 20 a call, each name once', async () => {
    const names = Array.from({ length: 45 }, (_, index) => `secret/${index}`);

    const found = await read()([...names, 'secret/0']);

    expect(ids()).toEqual([20, 20, 5]);
    expect(found.size).toBe(45);
    expect(found.get('secret/44')).toEqual({ ok: true, value: 'value of secret/44', versionId: 'v1', createdAt: null });
  });

  test('serves a second read from memory, and asks again for what failed', async () => {
    aws.on(BatchGetSecretValueCommand).resolves({ SecretValues: [entry('a')] });
    aws.on(GetSecretValueCommand).rejectsOnce(named('ThrottlingException')).resolves(entry('b'));
    const reader = read();

    const first = await reader(['a', 'b']);
    const second = await reader(['a', 'b']);

    expect(first.get('b')?.ok).toBe(false);
    expect(second.get('b')?.ok).toBe(true);
    expect(aws.commandCalls(BatchGetSecretValueCommand)[1]?.args[0].input.SecretIdList).toEqual(['b']);
  });

  test('finds a secret that was asked for by its full ARN, in its own region', async () => {
    const regions: (string | null)[] = [];
    const { ARN, ...rest } = entry('far');
    const far = ARN.replace('eu-west-1', 'us-east-1');
    aws.on(BatchGetSecretValueCommand).resolves({ SecretValues: [{ ...rest, ARN: far }] });

    const found = await secretsFromAws((region) => {
      regions.push(region);
      return client;
    })([far]);

    expect(regions).toEqual(['us-east-1']);
    expect(found.get(far)?.ok).toBe(true);
  });

  test('a whole batch that is denied costs only what is denied alone', async () => {
    aws.on(BatchGetSecretValueCommand).rejects(named('AccessDeniedException'));
    aws.on(GetSecretValueCommand, { SecretId: 'mine' }).resolves(entry('mine'));
    aws.on(GetSecretValueCommand, { SecretId: 'other' }).rejects(named('AccessDeniedException'));

    const found = await read()(['mine', 'other']);

    expect(found.get('mine')).toMatchObject({ ok: true });
    expect(found.get('other')).toMatchObject({ ok: false, reason: expect.stringContaining('access denied') });
  });

  test.each([
    ['ResourceNotFoundException', '', 'does not exist'],
    ['AccessDeniedException', 'Access to KMS is not allowed', 'secretKeys'],
    ['AccessDeniedException', 'User is not authorized', 'access denied'],
    ['DecryptionFailure', '', 'cannot be decrypted'],
    ['InvalidRequestException', '', 'scheduled for deletion'],
    ['ThrottlingException', '', 'throttled'],
    ['TimeoutError', '', 'TimeoutError'],
    ['Error', 'Region is missing', 'AWS_REGION'],
  ])('%s (%s) says what to do and repeats nothing of the answer', async (name, message, wanted) => {
    aws.on(BatchGetSecretValueCommand).resolves({ Errors: [{ SecretId: 'a', ErrorCode: name, Message: 'hush' }] });
    aws.on(GetSecretValueCommand).rejects(named(name, `${message} hush`));

    const result = (await read()(['a'])).get('a');

    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(wanted) });
    expect(JSON.stringify(result)).not.toContain('hush');
  });

  test('a binary secret comes as bytes, one without a value says so', async () => {
    const { SecretString: _, ...bare } = entry('empty');
    aws.on(BatchGetSecretValueCommand).resolves({
      SecretValues: [{ ...bare, Name: 'binary', SecretBinary: new Uint8Array([1, 2]) }, bare],
    });

    const found = await read()(['binary', 'empty']);

    expect(found.get('binary')).toMatchObject({ ok: true, value: new Uint8Array([1, 2]) });
    expect(found.get('empty')).toMatchObject({ ok: false, reason: expect.stringContaining('no value') });
  });
});

describe('a secret that could not be read now', () => {
  const of = (name: string, own: object = {}) => Object.assign(new Error('AWS says more'), { name, ...own });

  test.each<[string, Error, boolean]>([
    ['a throttle', of('ThrottlingException', { $fault: 'client' }), true],
    ['a 5xx status', of('InternalServiceError', { $fault: 'server', $metadata: { httpStatusCode: 503 } }), true],
    ['a timeout', of('TimeoutError'), true],
    ['a reset', of('Error', { code: 'ECONNRESET' }), true],
    ['a denial', of('AccessDeniedException', { $fault: 'client' }), false],
    ['a secret that is not there', of('ResourceNotFoundException', { $fault: 'client' }), false],
    ['a key that cannot decrypt', of('DecryptionFailure', { $fault: 'client' }), false],
    ['no credentials', of('CredentialsProviderError'), false],
  ])('%s', async (_, error, isTransient) => {
    aws.on(BatchGetSecretValueCommand).rejects(error);
    aws.on(GetSecretValueCommand).rejects(error);
    const transient = isTransient ? { transient: true } : {};
    const failed = { ok: false, reason: expect.any(String), ...transient };

    expect((await read()(['a'])).get('a')).toEqual(failed);
    if (error.name === 'ResourceNotFoundException') return;
    expect(await stagesFromAws(() => client)('a', 'AWSPENDING')).toEqual(failed);
    expect(await pendingVersion('a', 'v2', () => client)).toEqual(failed);
  });
});

describe('stagesFromAws', () => {
  const stage = () => stagesFromAws(() => client);

  test('reads one version by its label, once', async () => {
    const CreatedDate = new Date('2026-11-25T12:00:00Z');
    aws
      .on(GetSecretValueCommand, { SecretId: 'a', VersionStage: 'AWSPENDING' })
      .resolves({ ...entry('a', 'next'), VersionId: 'v2', CreatedDate });
    const read = stage();

    expect([await read('a', 'AWSPENDING'), await read('a', 'AWSPENDING')]).toEqual(
      Array(2).fill({ ok: true, value: 'next', versionId: 'v2', createdAt: CreatedDate.getTime() }),
    );
    expect(aws.commandCalls(GetSecretValueCommand)).toHaveLength(1);
  });

  test('a label that no version has is nothing; what cannot be read says why', async () => {
    aws.on(GetSecretValueCommand, { SecretId: 'a' }).rejects(named('ResourceNotFoundException'));
    aws.on(GetSecretValueCommand, { SecretId: 'b' }).rejects(named('AccessDeniedException'));

    expect(await stage()('a', 'AWSPENDING')).toBeNull();
    expect(await stage()('b', 'AWSPENDING')).toMatchObject({ ok: false, reason: expect.stringContaining('denied') });
  });

  test('that a label is not there is remembered across runs, for a while: each call is charged', async () => {
    aws.on(GetSecretValueCommand).rejects(named('ResourceNotFoundException'));
    const missing = new Map<string, number>();
    let now = 0;
    const read = () =>
      stagesFromAws(
        () => client,
        missing,
        () => now,
      )('a', 'AWSPENDING');

    await read();
    await read();
    expect(aws.commandCalls(GetSecretValueCommand)).toHaveLength(1);
    now += MISSING_STAGE_KEPT;
    await read();
    expect(aws.commandCalls(GetSecretValueCommand)).toHaveLength(2);
  });
});
