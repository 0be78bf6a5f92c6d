/** One Lambda function: bundled with its SDK, and with a role that may only write the function's own log. */
import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

const ROOT = join(import.meta.dirname, '..');
/** Defines `require`, which ES modules do not have: CommonJS dependencies call it for Node's own modules. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

export type MonitorFunctionProps = {
  /** A folder of `functions/` with a `handler.ts`. */
  readonly name: 'plan' | 'probe' | 'report' | 'custodian';
  readonly description: string;
  readonly timeout: Duration;
  /** MiB; 1769 is one virtual CPU (AWS Lambda, memory configuration). */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
};

export const monitorFunction = (
  scope: Construct,
  id: string,
  { name, environment, ...props }: MonitorFunctionProps,
): NodejsFunction => {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `mtls-monitor: ${props.description}`,
  });
  logGroup.grantWrite(role);
  return new NodejsFunction(scope, id, {
    ...props,
    role,
    logGroup,
    environment: { ...environment },
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    entry: join(ROOT, 'functions', name, 'handler.ts'),
    projectRoot: ROOT,
    depsLockFilePath: join(ROOT, 'package-lock.json'),
    bundling: {
      format: OutputFormat.ESM,
      target: 'node24',
      mainFields: ['module', 'main'],
      minify: true,
      logLevel: LogLevel.WARNING,
      bundleAwsSDK: true,
      banner: REQUIRE,
    },
  });
};
