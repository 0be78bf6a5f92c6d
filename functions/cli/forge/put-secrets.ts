/** Puts forged identities into Secrets Manager, in the form that the monitor reads. */
import { ShowableError } from '../../../shared/model/showable-error.ts';
import { TEST_IDENTITIES, type TestSet } from '../../../shared/pki/test-pki/test-set.ts';
import { UsageError } from '../exit.ts';
import { keyPem } from './files.ts';
import { secretNameOf } from './registry-text.ts';

/** Loads the SDK only when it is used. */
const writer = async () => {
  const { secretWriter } = await import('../../../shared/aws/secret-writer.ts');
  return secretWriter();
};

/** Turns AWS's refusal into a `UsageError`: the caller can correct it. */
const asUsage = (error: unknown): Promise<never> =>
  Promise.reject(error instanceof ShowableError ? new UsageError(error.message) : error);

/** Returns the names of the existing secrets. Rejects with a `UsageError` if there are any, unless `force`. */
export const existingSecrets = async (prefix: string, force: boolean): Promise<ReadonlySet<string>> => {
  const { exists } = await writer();
  const names = TEST_IDENTITIES.map((name) => secretNameOf(prefix, name));
  const found: string[] = [];
  for (const name of names) if (await exists(name).catch(asUsage)) found.push(name);
  if (found.length > 0 && !force)
    throw new UsageError(
      `${found.join(', ')}: exists already and is left as it is (--force puts a new version, --prefix chooses other names)`,
    );
  return new Set(found);
};

export const writeSecrets = async (
  { identities }: TestSet,
  prefix: string,
  existing: ReadonlySet<string>,
): Promise<void> => {
  const { create, replace } = await writer();
  for (const name of TEST_IDENTITIES) {
    const secret = secretNameOf(prefix, name);
    const issued = identities[name];
    const value = JSON.stringify({ certificate: issued.certificatePem, privateKey: keyPem(issued) });
    const write = existing.has(secret)
      ? replace(secret, value)
      : create(secret, value, `mtls-monitor forge: the test identity ${name}`);
    await write.catch(asUsage);
  }
};
