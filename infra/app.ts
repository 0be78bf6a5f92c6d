/** `npx cdk synth|deploy`: one stack from the context. No credentials, no look-ups. */
import { App } from 'aws-cdk-lib';
import { propsFromContext, stackNameFromContext } from './context-props.ts';
import { DeploymentError } from './deployment-error.ts';
import { MonitorStack } from './monitor-stack.ts';

// cdk.json starts this through `npm exec -c`, which passes its own command to every npx below it in this variable: the bundler's npx would refuse to run.
delete process.env['npm_config_call'];

const app = new App();
try {
  const context = app.node.getAllContext();
  new MonitorStack(app, stackNameFromContext(context), propsFromContext(context));
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
