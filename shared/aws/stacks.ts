/** What CloudFormation knows of a deployed stack. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** Outputs by their names. Rejects if AWS refuses, or has no such stack. `stack`: a name, or an ARN. */
export const outputsOf = async (stack: string): Promise<Readonly<Record<string, string>>> => {
  const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stack }));
  return Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
};
