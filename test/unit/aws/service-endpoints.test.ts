/** The SDK's settings by which a deployment leads the probe function's calls to the VPC endpoints of its vantage (`infra/vantage-endpoints.ts`). */
import { createServer } from 'node:http';
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test, vi } from 'vitest';
import { metricsClient, secretsClient } from '../../../shared/aws/clients.ts';
import { listen } from '../../helpers/peers.ts';

afterEach(() => vi.unstubAllEnvs());

test('Secrets Manager and CloudWatch are asked where the environment says, each at its own', async () => {
  const asked: string[] = [];
  const serving = (name: string) =>
    listen(
      createServer((request, response) => {
        asked.push(name);
        request
          .resume()
          .on('end', () => response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end('{}'));
      }),
    );
  const servers = await Promise.all([serving('secrets'), serving('metrics')]);
  for (const [name, value] of Object.entries({
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${servers[0].port}`,
    AWS_ENDPOINT_URL_CLOUDWATCH: `http://127.0.0.1:${servers[1].port}`,
  }))
    vi.stubEnv(name, value);
  await secretsClient(null)
    .send(new GetSecretValueCommand({ SecretId: 'a' }))
    .catch(() => null);
  await metricsClient()
    .send(new ListMetricsCommand({}))
    .catch(() => null);
  await Promise.all(servers.map(({ stop }) => stop()));
  expect(asked).toEqual(['secrets', 'metrics']);
});
