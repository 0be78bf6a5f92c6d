/** The functions of a deployed stack with the policies of their roles, as the emulator's IAM has them. */
import { createHash } from 'node:crypto';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Emulator } from './emulator.ts';
import type { Statement } from './iam-policies.ts';
import type { Deployed } from './iam-requests.ts';
import { configOf } from './monitor.ts';

export type DeployedFunction = {
  /** `Plan`, `Probe`, `Report`, `Widget` or `Inventory`. */
  readonly name: string;
  /** Of the credentials that the emulator gives it. */
  readonly accessKey: string;
  readonly statements: readonly Statement[];
};

/** The emulator does not check root's signature. */
const rootOf = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

const ask = async ({ env }: Emulator, service: string, path: string, form?: Readonly<Record<string, string>>) => {
  const answer = await fetch(`${env['AWS_ENDPOINT_URL']}${path}`, {
    headers: { authorization: rootOf(service) },
    ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.text();
};

const textsOf = (xml: string, element: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text = '']) => text);

const statementsOf = async (emulator: Emulator, RoleName: string): Promise<readonly Statement[]> => {
  const iam = (Action: string, more = {}) => ask(emulator, 'iam', '/', { Action, RoleName, ...more });
  const [attached] = textsOf(await iam('ListAttachedRolePolicies'), 'PolicyArn');
  if (attached !== undefined) throw new Error(`${RoleName} has a managed policy, which is not read here: ${attached}`);
  const names = textsOf(await iam('ListRolePolicies'), 'member');
  const documents = await Promise.all(names.map((PolicyName) => iam('GetRolePolicy', { PolicyName })));
  return documents
    .flatMap((xml) => textsOf(xml, 'PolicyDocument'))
    .flatMap((text) => JSON.parse(decodeURIComponent(text)).Statement);
};

/** The emulator derives a function's access key from its ARN and its role's (its `execution_credentials`). */
const accessKeyOf = (functionArn: string, role: string): string =>
  `ASIA${createHash('sha256').update(`${functionArn}:${role}`).digest('hex').slice(0, 16).toUpperCase()}`;

export const deployedFunctions = async (emulator: Emulator): Promise<readonly DeployedFunction[]> => {
  const { Functions } = JSON.parse(await ask(emulator, 'lambda', '/2015-03-31/functions'));
  return Promise.all(
    Functions.map(async ({ FunctionArn, FunctionName, Role }: Readonly<Record<string, string>>) => ({
      name: /Monitor(Plan|Probe|Report|Widget|Inventory)/.exec(FunctionName ?? '')?.[1] ?? FunctionName,
      accessKey: accessKeyOf(FunctionArn ?? '', Role ?? ''),
      statements: await statementsOf(emulator, Role?.split('/').at(-1) ?? ''),
    })),
  );
};

/** Calls the function whose name has this part. Returns what it answers. */
export const askFunction = async (emulator: Emulator, part: string, event: object = {}): Promise<unknown> => {
  const { Functions } = JSON.parse(await ask(emulator, 'lambda', '/2015-03-31/functions'));
  const { FunctionName } = Functions.find((each: { FunctionName: string }) => each.FunctionName.includes(part));
  const answer = await fetch(`${emulator.env['AWS_ENDPOINT_URL']}/2015-03-31/functions/${FunctionName}/invocations`, {
    method: 'POST',
    headers: { authorization: rootOf('lambda') },
    body: JSON.stringify(event),
  });
  return answer.json();
};

/** Calls the dashboard's widget, as CloudWatch does. Returns what it answers. */
export const askWidget = async (emulator: Emulator, event: object): Promise<string> =>
  String(await askFunction(emulator, 'MonitorWidget', event));

/** The emulator's topics do not name their key: it is the only one of the account. */
const onlyKey = async ({ env }: Emulator): Promise<string> => {
  const answer = await fetch(env['AWS_ENDPOINT_URL'] ?? '', {
    method: 'POST',
    headers: { authorization: rootOf('kms'), 'x-amz-target': 'TrentService.ListKeys' },
    body: '{}',
  });
  const { Keys } = (await answer.json()) as { readonly Keys: readonly { readonly KeyArn: string }[] };
  const [key, ...more] = Keys;
  if (key === undefined || more.length > 0) throw new Error(`${Keys.length} keys in place of one`);
  return key.KeyArn;
};

export const deployedArns = async (emulator: Emulator, encryptsAll: boolean): Promise<Deployed> => {
  const { SecretList = [] } = await new SecretsManagerClient(configOf(emulator)).send(new ListSecretsCommand({}));
  const secrets = new Map(SecretList.map(({ Name = '', ARN = '' }) => [Name, ARN]));
  const secretArn = (name: string) => {
    const arn = secrets.get(name);
    if (arn === undefined) throw new Error(`There is no secret ${name}`);
    return arn;
  };
  return { secretArn, topicKey: await onlyKey(emulator), encryptsAll };
};
