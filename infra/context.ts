/** The app's settings, from cdk.json or `-c name=value`. */
import { METRIC_LEVELS, type MetricLevel } from '../shared/model/names.ts';
import { DeploymentError } from './monitor-registry.ts';
import type { MtlsMonitorProps } from './mtls-monitor.ts';

/** `-c` gives strings only; cdk.json may hold lists. Throws a `DeploymentError` for what it does not understand. */
export const propsFromContext = (context: Readonly<Record<string, unknown>>): MtlsMonitorProps => {
  const vantages = Object.keys(context).filter((key) => key === 'vantage' || key.startsWith('vantage.'));
  if (vantages.length > 0) throw new DeploymentError(`${vantages.join(', ')}: vantages are not built yet.`);
  const metrics = text(context, 'metrics');
  const notificationEmail = text(context, 'notificationEmail');
  const secretKeys = list(context, 'secretKeys');
  const custodian = list(context, 'custodian');
  return {
    registry: text(context, 'registry') ?? 'registry.yaml',
    ...(metrics !== undefined && { metrics: levelOf(metrics) }),
    ...(notificationEmail !== undefined && { notificationEmail: emailOf(notificationEmail) }),
    secretKeys: secretKeys.map(keyArnOf),
    ...(custodian.length > 0 && { custodian: custodian.map(caArnOf) }),
  };
};

const text = (context: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = context[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new DeploymentError(`The context value ${name} has to be a text that is not empty.`);
};

/** A list, or a text with commas between. */
const list = (context: Readonly<Record<string, unknown>>, name: string): readonly string[] => {
  const value = context[name] ?? [];
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
  if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts.filter(Boolean);
  throw new DeploymentError(`The context value ${name} has to be a list of texts.`);
};

const levelOf = (value: string): MetricLevel => {
  const level = METRIC_LEVELS.find((known) => known === value);
  if (level === undefined) throw new DeploymentError(`metrics: ${value} is none of ${METRIC_LEVELS.join(', ')}.`);
  return level;
};

const emailOf = (value: string): string => {
  if (!/^\S+@\S+$/.test(value)) throw new DeploymentError(`notificationEmail: ${value} is not an email address.`);
  return value;
};

const keyArnOf = (value: string): string => {
  if (!/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(value)) {
    throw new DeploymentError(`secretKeys: ${value} is not the ARN of a KMS key (an alias cannot be granted).`);
  }
  return value;
};

const caArnOf = (value: string): string => {
  if (!/^arn:[\w-]+:acm-pca:[\w-]+:\d{12}:certificate-authority\/[\w-]+$/.test(value)) {
    throw new DeploymentError(`custodian: ${value} is not the ARN of a private CA (AWS Private CA).`);
  }
  return value;
};
