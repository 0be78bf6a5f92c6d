/** What a function in a VPC needs besides its own calls. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { explain } from './monitor-grants.ts';

/** Those of AWS's own policy for functions in a VPC (AWSLambdaVPCAccessExecutionRole), without the logs. */
const NETWORK_ACTIONS = [
  'CreateNetworkInterface',
  'DeleteNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
].map((action) => `ec2:${action}`);

/**
 * Lambda makes the function's network interfaces with the function's own role. The function's code is denied the same calls: only it makes calls with a
 * `lambda:SourceFunctionArn` (AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC").
 */
export const allowNetworkInterfaces = (fn: Lambda): void => {
  const anyFunction = Stack.of(fn).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const conditions = { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } };
  fn.addToRolePolicy(new PolicyStatement({ actions: NETWORK_ACTIONS, resources: ['*'] }));
  fn.addToRolePolicy(
    new PolicyStatement({ effect: Effect.DENY, actions: NETWORK_ACTIONS, resources: ['*'], conditions }),
  );
  explain(
    fn.role ?? fn,
    'Resource::*',
    'Lambda makes and removes the network interfaces, whose ids are not known at deployment; the function’s code is denied these calls.',
  );
};
