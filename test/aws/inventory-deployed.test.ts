/** The inventory as it is deployed: its bundle runs, reads what the emulator has and what a cluster has put, and keeps both; a broken export is told. */
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventoryStore } from '../../shared/aws/inventory-store.ts';
import type { Outputs } from './support/deploy.ts';
import { askFunction } from './support/deployed-roles.ts';
import { configOf, s3Of } from './support/monitor.ts';
import { canDeploy, startWorld, type World } from './support/world.ts';

const tools = await canDeploy();

describe.skipIf(!tools.ok)(`a deployed inventory${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  let world: World;
  let outputs: Outputs;
  const put = (Key: string, Body: string) =>
    s3Of(world.emulator).send(new PutObjectCommand({ Bucket: outputs.RunBucketName, Key, Body }));

  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool, true);
    const endpoint = { name: 'payments', url: 'https://payments.corp.example/', admits: ['checkout'] };
    outputs = await world.deployed(
      { version: 1, identities: { checkout: { secret: 'a' } }, endpoints: [endpoint] },
      { inventory: 'load-balancers,exports', notificationEmail: 'oncall@corp.example' },
    );
  });
  afterAll(() => world?.end());

  test('reads live listeners and an export, and keeps a reading of each', async () => {
    const client = new ElasticLoadBalancingV2Client(configOf(world.emulator));
    const { LoadBalancers = [] } = await client.send(
      new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1'] }),
    );
    const [{ LoadBalancerArn = '' } = {}] = LoadBalancers;
    const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200' } }];
    await client.send(new CreateListenerCommand({ LoadBalancerArn, Port: 443, Protocol: 'HTTPS', DefaultActions }));
    const certificate = {
      ...{ apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'orders', namespace: 'shop' } },
      ...{ spec: { dnsNames: ['orders.corp.example'] }, status: { notAfter: '2027-01-01T00:00:00Z' } },
    };
    await put(
      'exports/prod/certificates.json',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [certificate] }),
    );
    await put('exports/broken/all.json', '{');
    expect(await askFunction(world.emulator, 'MonitorInventory')).toMatchObject({
      errorMessage: expect.stringContaining('broken: nothing in it can be read'),
    });
    const readings = await inventoryStore(s3Of(world.emulator), outputs.RunBucketName).load();
    expect(readings.map(({ source }) => source)).toEqual(['aws-load-balancers', 'prod']);
    const [live, cluster] = readings;
    expect(live?.claims).toMatchObject([{ endpoint: { port: 443 }, clientCertificate: { value: 'none' } }]);
    expect(cluster?.certificates).toMatchObject([{ name: 'orders', notAfter: '2027-01-01T00:00:00.000Z' }]);
  });
});
