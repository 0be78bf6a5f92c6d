/** The app's settings, from cdk.json or `-c name=value`. */

import { printable } from '../shared/registry/error.ts';
import { advise } from '../shared/registry/nearest.ts';
import { DeploymentError } from './deployment-error.ts';
import { inventorySourceOf, truststoreOf } from './inventory-props.ts';
import { checkedConcurrency } from './monitor-concurrency.ts';
import type { OwnStackProps } from './monitor-props.ts';
import { caArnOf, emailOf, keyArnOf, levelOf } from './prop-values.ts';

const KEYS = [
  'registry',
  'stackName',
  'metrics',
  'notificationEmail',
  'secretKeys',
  'maxConcurrency',
  'custodian',
  'inventory',
  'truststores',
  'denyPrivate',
  'allowAddresses',
] as const;
/** What stands in the registry: a redeploy without the context must not lose it. */
const IN_THE_REGISTRY: Readonly<Record<string, string>> = {
  budget: '`monitor.budget`',
  runbook: '`monitor.runbook`',
  vantage: '`vantages`',
};
/** Context keys of the CDK's own command line that are plain words; all its other keys contain a colon, a slash or an @. */
const OF_THE_CDK: readonly string[] = ['acknowledged-issue-numbers', 'cli-telemetry'];
const isOurs = (key: string): boolean => /^vantage\b/.test(key) || !(/[:/@$]/.test(key) || OF_THE_CDK.includes(key));

/** Throws a `DeploymentError` that names all unknown keys: a misspelled `notificationEmail` must not be ignored. */
const refuseOthers = (context: Readonly<Record<string, unknown>>): void => {
  const faults = Object.keys(context)
    .filter((key) => isOurs(key) && !(KEYS as readonly string[]).includes(key))
    .map((key) => {
      const [first = ''] = key.split('.');
      const place = Object.hasOwn(IN_THE_REGISTRY, first) ? IN_THE_REGISTRY[first] : undefined;
      if (place !== undefined) return `The context has no ${key}: it stands in the registry, as ${place}.`;
      return `Unknown context value ${printable(key, 60)}${advise(key, KEYS)}`;
    });
  if (faults.length > 0) throw new DeploymentError(faults.join('\n'));
};

/** Returns the construct's properties. `-c` gives strings only; cdk.json may hold lists. Throws a `DeploymentError` for an unknown key or an invalid value. */
export const propsFromContext = (context: Readonly<Record<string, unknown>>): OwnStackProps => {
  refuseOthers(context);
  const metrics = text(context, 'metrics');
  const notificationEmail = text(context, 'notificationEmail');
  const maxConcurrency = context['maxConcurrency'];
  const secretKeys = list(context, 'secretKeys');
  const custodian = list(context, 'custodian');
  const inventory = list(context, 'inventory');
  const truststores = list(context, 'truststores');
  const allowAddresses = list(context, 'allowAddresses');
  return {
    registry: text(context, 'registry') ?? 'registry.yaml',
    ...(metrics !== undefined && { metrics: levelOf(metrics) }),
    ...(notificationEmail !== undefined && { notificationEmail: emailOf(notificationEmail) }),
    ...(maxConcurrency !== undefined && { maxConcurrency: concurrencyOf(maxConcurrency) }),
    secretKeys: secretKeys.map(keyArnOf),
    ...(custodian.length > 0 && { custodian: custodian.map(caArnOf) }),
    ...(inventory.length > 0 && { inventory: inventory.map(inventorySourceOf) }),
    ...(truststores.length > 0 && { truststores: truststores.map(truststoreOf) }),
    ...(context['denyPrivate'] !== undefined && { denyPrivate: switchOf('denyPrivate', context['denyPrivate']) }),
    ...(allowAddresses.length > 0 && { allowAddresses }),
  };
};

/** CloudFormation, CreateStack, StackName. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,99}$/;

/** Returns the stack's name, by default `MtlsMonitor`: a second monitor of one account and region, or a stage, needs another. Throws a `DeploymentError`. */
export const stackNameFromContext = (context: Readonly<Record<string, unknown>>): string => {
  const name = text(context, 'stackName') ?? 'MtlsMonitor';
  if (!STACK_NAME.test(name))
    throw new DeploymentError(
      `stackName: ${name} is no name of a stack: a letter first, then letters, digits and -, at most 100.`,
    );
  return name;
};

const text = (context: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = context[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new DeploymentError(`The context value ${name} has to be a text that is not empty.`);
};

const switchOf = (name: string, value: unknown): boolean => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new DeploymentError(`The context value ${name} has to be true or false.`);
};

/** Reads a list, or a text separated by commas. */
const list = (context: Readonly<Record<string, unknown>>, name: string): readonly string[] => {
  const value = context[name] ?? [];
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
  if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts.filter(Boolean);
  throw new DeploymentError(`The context value ${name} has to be a list of texts.`);
};

const concurrencyOf = (value: unknown): number =>
  checkedConcurrency(typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value);
