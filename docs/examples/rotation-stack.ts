import { join } from 'node:path';
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** `folder` holds rotate.ts, registry.yaml and the trust bundles that the registry names. */
export class RotationStack extends Stack {
  constructor(scope: Construct, id: string, { folder, ...props }: StackProps & { readonly folder: string }) {
    super(scope, id, props);
    const secret = Secret.fromSecretNameV2(this, 'Checkout', 'mtls-monitor/identity/checkout');
    const rotationLambda = new NodejsFunction(this, 'Rotate', {
      entry: join(folder, 'rotate.ts'),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.minutes(2),
      memorySize: 512,
      bundling: {
        format: OutputFormat.ESM,
        bundleAwsSDK: true,
        banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          // What the function reads from its working directory.
          afterBundling: (_, output) => [`cp ${folder}/registry.yaml ${folder}/*.pem ${output}`],
        },
      },
    });
    // Reads, writes and promotes versions of this one secret, and nothing else.
    secret.addRotationSchedule('Rotation', { rotationLambda, automaticallyAfter: Duration.days(30) });
  }
}
