/** `import { testSecret } from 'mtls-monitor/rotation'`: for the step testSecret of a rotation function. docs/rotation.md */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pendingVersion, secretsFromAws, stagesFromAws } from '../../shared/aws/secrets.ts';
import type { Registry } from '../../shared/model/registry.ts';
import type { ReadFile } from '../../shared/pipeline/ports.ts';
import type { CheckPorts } from '../../shared/pipeline/run/checked.ts';
import { testPending } from '../../shared/pipeline/run/test-pending.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import { formatErrors } from '../../shared/registry/format.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';

export type TestSecretRequest = {
  /** Path of the registry, absolute or relative to the working directory. Paths in it are relative to its directory. */
  readonly registry: string;
  /** `SecretId` of the rotation event. */
  readonly secretId: string;
  /** `ClientRequestToken` of the rotation event: the version that is pending. */
  readonly token: string;
};

/** The pending version must not become current: an endpoint refuses it, or the test was inconclusive. The message is safe to log. */
export class PendingRefused extends Error {
  override readonly name = 'PendingRefused';
}

/**
 * Presents the pending version at every endpoint that admits its identity, and resolves with their names once all have accepted it.
 * Rejects with a `PendingRefused` if an endpoint refuses it, cannot be reached or is not trusted, if the version cannot be used (a key that does
 * not match, an expired certificate), and if no endpoint admits its identity: an untested version must not be promoted.
 */
export const testSecret = async ({
  registry: file,
  secretId,
  token,
}: TestSecretRequest): Promise<readonly string[]> => {
  const registry = await readRegistry(file);
  const value = await pendingVersion(secretId, token);
  const results = await testPending(registry, { secret: secretId, value }, ports(), Date.now());
  if (results.length === 0)
    throw new PendingRefused(
      `${secretId}: no endpoint of ${file} admits an identity from this secret; nothing was tested.`,
    );
  const bad = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  if (bad.length > 0) throw new PendingRefused(bad.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return results.map(({ endpoint }) => endpoint ?? '');
};

const readLocalFile: ReadFile = async (path) => {
  try {
    const bytes = await readFile(path);
    return { ok: true, text: bytes.toString('utf8'), bytes };
  } catch (error) {
    return { ok: false, reason: (error as NodeJS.ErrnoException).code ?? 'cannot be read' };
  }
};

const ports = (): CheckPorts => ({
  readSecrets: secretsFromAws(),
  readStage: stagesFromAws(),
  readFile: readLocalFile,
  readEnv: (name) => process.env[name],
  limits: connectionLimits(16),
  clock: Date.now,
  deadline: () => Number.POSITIVE_INFINITY,
  runtimeApi: process.env['AWS_LAMBDA_RUNTIME_API'],
});

const readRegistry = async (file: string): Promise<Registry> => {
  const path = resolve(file);
  const read = await readLocalFile(path);
  if (!read.ok) throw new PendingRefused(`The registry ${path} cannot be read: ${read.reason}`);
  const parsed = parseRegistry(read.text, path);
  if (!parsed.ok) throw new PendingRefused(formatErrors(parsed.errors, read.text, file));
  return parsed.value.registry;
};
