/** The number of probe functions that may run at a time. */
import { Token } from 'aws-cdk-lib';
import { DeploymentError } from './deployment-error.ts';

/** Most child executions of one map run (Step Functions, "Service quotas"). 0 would mean no bound. */
const MOST = 10_000;

/** Returns the value. Throws a `DeploymentError` if it is not a whole number from 1 to 10,000. */
export const checkedConcurrency = (value: unknown): number => {
  if (typeof value === 'number' && (Token.isUnresolved(value) || isWithin(value))) return value;
  throw new DeploymentError(`maxConcurrency: ${String(value)} is not a whole number from 1 to ${MOST}.`);
};

const isWithin = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MOST;
