/** Finds what a stack has named in its outputs. Used by the command line only. */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ShowableError } from '../model/showable-error.ts';

/** CloudFormation, logical ids: of a construct, its path stands before the name, and eight characters of a digest behind. */
const isNamed = (key: string, name: string): boolean => key === name || new RegExp(`${name}[0-9A-F]{8}$`).test(key);

/** The value of the output; rejects with a `ShowableError` if there is no such stack, or not exactly one such output. */
export const stackOutput = async (client: CloudFormationClient, stack: string, name: string): Promise<string> => {
  const { Stacks: [found] = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((error: Error) => Promise.reject(new ShowableError(`the stack ${stack} cannot be read: ${whyOf(error)}`)));
  const all = found?.Outputs ?? [];
  const values = all.flatMap(({ OutputKey = '', OutputValue }) =>
    isNamed(OutputKey, name) ? (OutputValue ?? []) : [],
  );
  const [value, ...more] = values;
  if (value === undefined)
    throw new ShowableError(`the stack ${stack} has no output ${name}: is it a monitor’s stack?`);
  if (more.length > 0)
    throw new ShowableError(
      `the stack ${stack} has ${values.length} outputs ${name}: name the table with --table, one of ${values.join(', ')}`,
    );
  return value;
};

const whyOf = (error: Error): string =>
  error.name === 'ValidationError' ? 'there is none of this name in this account and region' : error.name;
