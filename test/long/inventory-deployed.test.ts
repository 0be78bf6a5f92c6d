/** The inventory as it is deployed: its bundle runs, reads what the emulator has and what a cluster has put, and keeps both; a broken export is told. A run then holds it against the wire. */
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventoryStore } from '../../shared/aws/inventory-store.ts';
import type { Outputs } from '../aws/support/deploy.ts';
import { askFunction } from '../aws/support/deployed-roles.ts';
import { configOf, runOnce, s3Of } from '../aws/support/monitor.ts';
import { NOTIFICATIONS, type Queue, type Received, subscribe } from '../aws/support/queue.ts';
import { type RelyingParty, relyingParty } from '../aws/support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from '../aws/support/world.ts';

const tools = await canDeploy();

describe.skipIf(!tools.ok)(`a deployed inventory${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  let world: World;
  let outputs: Outputs;
  let server: RelyingParty;
  let inbox: Queue;
  const put = (Key: string, Body: string) =>
    s3Of(world.emulator).send(new PutObjectCommand({ Bucket: outputs.RunBucketName, Key, Body }));

  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool, true);
    server = await relyingParty(world.pki.files);
    await server.become('strict');
    await storeIdentity(world, 'payments');
    outputs = await world.deployed(
      {
        version: 1,
        monitor: { notify: { email: ['oncall@corp.example'] } },
        schedules: { default: { enforcement: '24h', isolation: '24h', certificates: '24h' } },
        defaults: { timeout: '3s' },
        trustBundles: { lab: { file: world.pki.files.ca } },
        identities: { payments: { secret: 'monitor/identity/payments' } },
        sources: { prod: { export: true } },
        endpoints: [
          {
            name: 'payments',
            url: `https://127.0.0.1:${server.port}/healthz`,
            trustBundle: 'lab',
            admits: ['payments'],
          },
        ],
      },
      { inventory: 'load-balancers' },
    );
    inbox = await subscribe(world.emulator, outputs.NotificationTopicArn, 'inbox', NOTIFICATIONS);
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

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
    expect(cluster?.certificates).toMatchObject([{ name: 'shop/orders', notAfter: '2027-01-01T00:00:00.000Z' }]);
  });

  /** What the mesh of the cluster says of the relying party. */
  const policies = (mode: string) =>
    JSON.stringify([
      {
        ...{ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' },
        ...{ metadata: { name: 'default', namespace: 'shop' }, spec: { mtls: { mode } } },
      },
      {
        ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'payments', namespace: 'shop' } },
        spec: {
          selector: { app: 'payments' },
          ports: [{ name: 'https', port: server.port }],
          externalIPs: ['127.0.0.1'],
        },
      },
    ]);
  const runAndReceive = async (): Promise<readonly Received[]> => {
    await askFunction(world.emulator, 'MonitorInventory');
    expect(await runOnce(world.emulator, outputs, {})).toMatchObject({ status: 'SUCCEEDED' });
    return inbox.receive();
  };

  test('a policy that says STRICT, and a server that is so: nothing to tell', async () => {
    await put('exports/prod/mesh.json', policies('STRICT'));
    expect(await runAndReceive()).toEqual([]);
  });

  test('a server that is open although the policy says STRICT: one critical message, which says both', async () => {
    await server.become('open');
    const [message, ...more] = await runAndReceive();
    expect(more).toEqual([]);
    expect(message?.document.items).toMatchObject([
      {
        cause: 'ASKS_BUT_DOES_NOT_VERIFY',
        severity: 'critical',
        configured: expect.stringMatching(
          /^prod says that payments requires a client certificate \(exports\/prod\/mesh\.json:1, /,
        ),
      },
    ]);
  });

  test('right again, and then only the policy is not: a warning about the policy', async () => {
    await server.become('strict');
    expect((await runAndReceive()).map(({ document }) => document.kind)).toEqual(['recovery']);
    await put('exports/prod/mesh.json', policies('PERMISSIVE'));
    const [message, ...more] = await runAndReceive();
    expect(more).toEqual([]);
    expect(message?.document).toMatchObject({ kind: 'regression', severity: 'warning' });
    expect(message?.document.items).toMatchObject([
      {
        code: 'CONFIGURATION_SAYS_OPEN',
        incident: { thing: { kind: 'configuration', label: 'PeerAuthentication shop/default of prod' } },
      },
    ]);
  });

  test('an endpoint that nobody watches is told as what the source is about', async () => {
    const [service] = JSON.parse(policies('PERMISSIVE')).slice(1);
    const other = {
      ...service,
      metadata: { name: 'ledger', namespace: 'shop' },
      spec: { ...service.spec, ports: [{ name: 'https', port: 9443 }] },
    };
    await put('exports/prod/more.json', JSON.stringify(other));
    const messages = await runAndReceive();
    expect(messages.flatMap(({ document }) => document.items)).toMatchObject([
      { code: 'ENDPOINT_UNWATCHED', check: 'source-health/prod' },
    ]);
  });
});
