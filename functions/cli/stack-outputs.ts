/** The outputs of a deployed stack, for commands that look at what is deployed. */
import { UsageError } from './exit.ts';

/** Outputs by their names. Rejects with a `UsageError` if AWS refuses, or has no such stack. Loads the SDK only if it is used. */
export const stackOutputs = async (stack: string): Promise<Record<string, string>> => {
  const { outputsOf } = await import('../../shared/aws/stacks.ts');
  try {
    return { ...(await outputsOf(stack)) };
  } catch (error) {
    throw awsRefused(`--stack ${stack} cannot be read`, error);
  }
};

/** A `UsageError` with what AWS said; the error itself where it is a fault of ours. */
export const awsRefused = (what: string, error: unknown): unknown => {
  const { name, message, $metadata, $fault } = error as Error & {
    readonly $metadata?: object;
    readonly $fault?: string;
  };
  const isAws = $metadata !== undefined || $fault !== undefined;
  if (!isAws && !/credential|region|profile|token|ENOTFOUND|ECONN/i.test(`${name} ${message}`)) return error;
  return new UsageError(
    `${what}: ${message} (the credentials and the region are those of the environment, AWS_PROFILE and AWS_REGION)`,
  );
};

/** CloudFormation, logical ids: of a construct, its path stands before the name, and a digest in hexadecimal behind. */
const isNamed = (key: string, name: string): boolean => new RegExp(`${name}[0-9A-F]*$`).test(key);

/**
 * One of the monitor's outputs: by its name in a stack of its own, or behind the construct's path in another. Throws a `UsageError` for a stack without
 * it, and for one with several monitors.
 */
export const outputNamed = (outputs: Readonly<Record<string, string>>, name: string, stack: string): string => {
  const own = outputs[name];
  if (own !== undefined) return own;
  const found = Object.entries(outputs).filter(([key]) => isNamed(key, name));
  const [first, ...others] = found;
  if (first === undefined)
    throw new UsageError(
      `the stack ${stack} has no output ${name}: it is no monitor, one of an older version, or one whose construct was not asked for addOutputs()`,
    );
  if (others.length > 0)
    throw new UsageError(
      `the stack ${stack} has several monitors: ${found.map(([key, value]) => `${key} (${value})`).join(', ')}`,
    );
  return first[1];
};
