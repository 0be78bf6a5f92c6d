/** The name of a monitor, by which its metrics, alarms and dashboard are told from another's. */
import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { claimedBefore } from './claimed-once.ts';
import { DeploymentError } from './deployment-error.ts';

/** A dashboard's name has these characters only (API_PutDashboard); an alarm's adds a suffix, and has 255 at most (API_PutMetricAlarm). */
const NAME = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * Returns `name`, by default the stack's. Throws a `DeploymentError` for a name that a dashboard cannot have, and if another monitor of the same app has
 * it in the same account and region: their metrics would mix, and a dead one would look alive.
 */
export const monitorName = (scope: Construct, name?: string): string => {
  const own = name ?? Stack.of(scope).stackName;
  if (!Token.isUnresolved(own) && !NAME.test(own)) {
    throw new DeploymentError(`name: ${own} is no name of a monitor: letters, digits, - and _ only, at most 100.`);
  }
  const other = claimedBefore(scope, 'name', own);
  if (other === null) return own;
  throw new DeploymentError(
    `${scope.node.path} and ${other.node.path} are both named ${own}: give one of them another \`name\`, since metrics, alarms and dashboard are named after it.`,
  );
};
