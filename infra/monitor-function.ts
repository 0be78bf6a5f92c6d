/** One Lambda function: bundled with its SDK, and with a role that may only write the function's own log. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { BUNDLING, type FunctionName } from './function-bundling.ts';
import type { VantageNetwork } from './monitor-vantages.ts';

const ROOT = join(import.meta.dirname, '..');

export type MonitorFunctionProps = {
  /** A folder of `functions/` with a `handler.ts`. */
  readonly name: FunctionName;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB; 1769 is one virtual CPU (AWS Lambda, memory configuration). */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Default: outside a VPC. */
  readonly network?: VantageNetwork | null;
  /** Whether it reaches IPv6 addresses from its VPC. Default: false. */
  readonly ipv6?: boolean;
};

const inNetwork = ({ vpc, subnets, securityGroups }: VantageNetwork, ipv6: boolean) => ({
  vpc,
  ...(ipv6 && { ipv6AllowedForDualStack: true, ...(securityGroups === undefined && { allowAllIpv6Outbound: true }) }),
  ...(subnets !== undefined && { vpcSubnets: subnets }),
  ...(securityGroups !== undefined && { securityGroups: [...securityGroups] }),
});

export const monitorFunction = (
  scope: Construct,
  id: string,
  { name, environment, network = null, ipv6 = false, ...props }: MonitorFunctionProps,
): Lambda => {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `mtls-monitor: ${props.description}`,
  });
  logGroup.grantWrite(role);
  const whole = {
    ...props,
    ...(network !== null && inNetwork(network, ipv6)),
    role,
    logGroup,
    environment: { ...environment },
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
  };
  // The package has the functions bundled; a checkout bundles its sources at each synth.
  const bundled = join(ROOT, 'lambda', name);
  if (existsSync(bundled)) {
    return new Lambda(scope, id, { ...whole, handler: 'index.handler', code: Code.fromAsset(bundled) });
  }
  return new NodejsFunction(scope, id, {
    ...whole,
    entry: join(ROOT, 'functions', name, 'handler.ts'),
    projectRoot: ROOT,
    depsLockFilePath: join(ROOT, 'package-lock.json'),
    bundling: {
      format: OutputFormat.ESM,
      target: BUNDLING.target,
      mainFields: [...BUNDLING.mainFields],
      minify: true,
      logLevel: LogLevel.WARNING,
      bundleAwsSDK: true,
      banner: BUNDLING.banner,
    },
  });
};
