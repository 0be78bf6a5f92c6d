/** Values of the construct's properties, as a user of JavaScript or of the context may get them wrong. Each throws a `DeploymentError` that names the value. */
import { Token } from 'aws-cdk-lib';
import { METRIC_LEVELS, type MetricLevel } from '../shared/model/names.ts';
import { printable } from '../shared/registry/error.ts';
import { EMAIL } from '../shared/registry/monitor-document.ts';
import { advise } from '../shared/registry/nearest.ts';
import { DeploymentError } from './deployment-error.ts';

const KEY = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;
const PRIVATE_CA = /^arn:[\w-]+:acm-pca:[\w-]+:\d{12}:certificate-authority\/[\w-]+$/;

export const levelOf = (value: string): MetricLevel => {
  const level = METRIC_LEVELS.find((known) => known === value);
  if (level === undefined)
    throw new DeploymentError(
      `Unknown value of metrics: ${printable(String(value), 60)}${advise(String(value), METRIC_LEVELS)}`,
    );
  return level;
};

export const emailOf = (value: string): string => {
  if (!(Token.isUnresolved(value) || EMAIL.test(value)))
    throw new DeploymentError(`notificationEmail: ${printable(value, 200)} is not an email address.`);
  return value;
};

export const keyArnOf = (value: string): string => {
  if (!(Token.isUnresolved(value) || KEY.test(value))) {
    throw new DeploymentError(`secretKeys: ${value} is not the ARN of a KMS key (an alias cannot be granted).`);
  }
  return value;
};

export const caArnOf = (value: string): string => {
  if (!(Token.isUnresolved(value) || PRIVATE_CA.test(value))) {
    throw new DeploymentError(`custodian: ${value} is not the ARN of a private CA (AWS Private CA).`);
  }
  return value;
};
