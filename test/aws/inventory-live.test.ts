/**
 * The live configuration of AWS services, read from the emulator (ministack). It has no trust stores of load balancers, no viewer mTLS of CloudFront and no
 * VPC Lattice: what those answer is tested with documented JSON, in test/unit/claims.
 */
import { APIGatewayClient, CreateDomainNameCommand, CreateRestApiCommand } from '@aws-sdk/client-api-gateway';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InventoryClients, inventoryClients } from '../../shared/aws/inventory/inventory-clients.ts';
import { readAwsInventory } from '../../shared/aws/inventory/read-inventory.ts';
import { readSource } from '../../shared/claims/read-source.ts';
import type { InventoryService } from '../../shared/model/inventory.ts';
import { mintTestPki } from '../../shared/pki/test-pki/lab-pki.ts';
import { type Emulator, startEmulator } from './support/emulator.ts';
import { configOf } from './support/monitor.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();
const BUCKET = 'corp-example-trust';
const URI = `s3://${BUCKET}/partners.pem`;
/** All that it has, and one that it does not have. */
const HERE: readonly InventoryService[] = ['load-balancers', 'api-gateway', 'cloudfront', 'iot', 'ecs', 'vpc-lattice'];

describe.skipIf(!tools.ok)(`an inventory of what the emulator has${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  let emulator: Emulator;
  let clients: InventoryClients;
  let pem = '';
  let storage: S3Client;

  beforeAll(async () => {
    if (!tools.ok) return;
    emulator = await startEmulator(tools.tool, true);
    const config = configOf(emulator);
    storage = new S3Client({ ...config, forcePathStyle: true });
    clients = {
      ...inventoryClients(),
      storage: () => storage,
      // Tried once: the emulator has none.
      lattice: () => new VPCLatticeClient({ ...config, maxAttempts: 1 }),
      rest: () => new APIGatewayClient(config),
      balancers: () => new ElasticLoadBalancingV2Client(config),
    };
    for (const [name, value] of Object.entries(emulator.env)) if (name.startsWith('AWS_')) process.env[name] = value;
    pem = (await mintTestPki(Date.now())).root.certificatePem;
    await storage.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await storage.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  });
  afterAll(() => emulator?.stop());

  const put = async (): Promise<string> => {
    const { VersionId = '' } = await storage.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: 'partners.pem', Body: pem }),
    );
    return VersionId;
  };
  const readLive = async (service: InventoryService) => {
    const [answers] = await readAwsInventory([service], clients);
    if (answers === undefined) throw new Error('no answers');
    expect(answers.failed).toBe(null);
    const reading = readSource(answers.files, { source: 'aws', readAt: Date.now(), now: Date.now() });
    expect(reading.problems).toEqual([]);
    return { reading, problems: answers.problems };
  };

  test('listeners of a load balancer, as they are', async () => {
    const client = clients.balancers();
    const { LoadBalancers = [] } = await client.send(
      new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1'] }),
    );
    const [{ LoadBalancerArn = '', DNSName = '' } = {}] = LoadBalancers;
    const forward = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200' } }];
    await client.send(
      new CreateListenerCommand({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions: forward }),
    );
    await client.send(
      new CreateListenerCommand({ LoadBalancerArn, Port: 443, Protocol: 'HTTPS', DefaultActions: forward }),
    );
    const { reading } = await readLive('load-balancers');
    expect(
      reading.claims.map(({ endpoint, clientCertificate }) => [
        endpoint.hosts,
        endpoint.port,
        clientCertificate?.value,
      ]),
    ).toEqual([
      [[DNSName], 80, 'none'],
      [[DNSName], 443, 'none'],
    ]);
    expect(reading.claims[0]?.at).toMatchObject({
      file: null,
      line: null,
      object: expect.stringContaining(':listener/app/web/'),
    });
  });

  test('a domain of API Gateway with its truststore, before and after that is replaced', async () => {
    const client = clients.rest();
    const truststoreVersion = await put();
    const mutualTlsAuthentication = { truststoreUri: URI, truststoreVersion };
    await client.send(new CreateRestApiCommand({ name: 'orders' }));
    await client.send(
      new CreateDomainNameCommand({
        domainName: 'api.corp.example',
        endpointConfiguration: { types: ['REGIONAL'] },
        mutualTlsAuthentication,
      }),
    );
    const { reading } = await readLive('api-gateway');
    const [claim] = reading.claims;
    expect(claim).toMatchObject({
      endpoint: { hosts: ['api.corp.example'] },
      clientCertificate: { value: 'required' },
    });
    expect(claim?.authorities?.value).toHaveLength(1);
    const newest = await put();
    const [later] = (await readLive('api-gateway')).reading.claims;
    expect(later?.authorities).toBe(null);
    expect(later?.notes.join(' ')).toContain(`the newest is ${newest}`);
  });

  test('each service by itself: one that is not there loses none of the others', async () => {
    const all = await readAwsInventory(HERE, clients);
    expect(all.map(({ service }) => service)).toEqual(HERE);
    const read = all.filter(({ failed }) => failed === null).map(({ service }) => service);
    expect(read).toEqual(['load-balancers', 'api-gateway', 'cloudfront', 'iot', 'ecs']);
    for (const { failed } of all)
      if (failed !== null) expect(failed).toMatch(/^(access denied|it could not be asked) \(/);
  });
});
