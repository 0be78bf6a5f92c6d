/** The live inventory: pages are followed, what one object or one service is refused loses nothing else, and answers read as the CLI's documents do. */
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTrustStoreRevocationsCommand,
  DescribeTrustStoresCommand,
  ElasticLoadBalancingV2Client,
  GetTrustStoreCaCertificatesBundleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetBootstrapBrokersCommand, KafkaClient, ListClustersV2Command } from '@aws-sdk/client-kafka';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { inventoryClients } from '../../../shared/aws/inventory/inventory-clients.ts';
import { readAwsInventory } from '../../../shared/aws/inventory/read-inventory.ts';
import { readSource } from '../../../shared/claims/read-source.ts';
import { mintTestPki } from '../../../shared/pki/test-pki/lab-pki.ts';

const NOW = Date.UTC(2026, 11, 1);
const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const STORE = `${ACCOUNT}:truststore/partners/73e2`;
const balancer = (name: string) => ({
  ...{ LoadBalancerArn: `${ACCOUNT}:loadbalancer/app/${name}/50dc`, DNSName: `${name}.elb.amazonaws.com` },
  ...{ Type: 'application' as const, CreatedTime: new Date(NOW) },
});
const listener = (name: string) => ({
  ...{
    ListenerArn: `${ACCOUNT}:listener/app/${name}/50dc/f2f7`,
    LoadBalancerArn: `${ACCOUNT}:loadbalancer/app/${name}/50dc`,
  },
  ...{ Port: 443, Protocol: 'HTTPS' as const, MutualAuthentication: { Mode: 'verify', TrustStoreArn: STORE } },
});
const denied = Object.assign(new Error('User arn:aws:sts::111122223333:assumed-role/x is not authorized'), {
  name: 'AccessDenied',
});

const balancers = mockClient(ElasticLoadBalancingV2Client);
const kafka = mockClient(KafkaClient);
let pem = '';
beforeEach(async () => {
  balancers.reset();
  kafka.reset();
  process.env['AWS_REGION'] = 'eu-west-1';
  pem ||= (await mintTestPki(NOW)).root.certificatePem;
  balancers.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [balancer('web')], NextMarker: 'more' });
  balancers.on(DescribeLoadBalancersCommand, { Marker: 'more' }).resolves({ LoadBalancers: [balancer('api')] });
  for (const name of ['web', 'api'])
    balancers
      .on(DescribeListenersCommand, { LoadBalancerArn: `${ACCOUNT}:loadbalancer/app/${name}/50dc` })
      .resolves({ Listeners: [listener(name)] });
  balancers
    .on(DescribeTrustStoresCommand)
    .resolves({ TrustStores: [{ TrustStoreArn: STORE, Name: 'partners', Status: 'ACTIVE' }] });
  balancers.on(DescribeTrustStoreRevocationsCommand).resolves({ TrustStoreRevocations: [] });
  balancers
    .on(GetTrustStoreCaCertificatesBundleCommand)
    .resolves({ Location: 'https://bucket.s3.amazonaws.com/key?X-Amz-Signature=1' });
});

const clients = () => ({ ...inventoryClients(), linked: () => Promise.resolve(pem) });
const readOne = async () => {
  const [answers] = await readAwsInventory(['load-balancers'], clients());
  const reading = readSource(answers?.files ?? [], { source: 'aws-load-balancers', readAt: NOW, now: NOW });
  return { answers, reading };
};

test('follows pages, and says what the trust store trusts and revokes', async () => {
  const { answers, reading } = await readOne();
  expect([answers?.failed, answers?.problems, reading.problems]).toEqual([null, [], []]);
  expect(reading.claims.map(({ endpoint }) => endpoint.hosts)).toEqual([
    ['web.elb.amazonaws.com'],
    ['api.elb.amazonaws.com'],
  ]);
  for (const claim of reading.claims) {
    expect(claim.authorities?.value).toHaveLength(1);
    expect(claim.revocation?.value).toBe('none');
    expect(claim.at).toMatchObject({ file: null, line: null });
  }
});

test('what one object is refused is a problem of it, without AWS’s own words', async () => {
  balancers.on(DescribeListenersCommand, { LoadBalancerArn: `${ACCOUNT}:loadbalancer/app/web/50dc` }).rejects(denied);
  balancers.on(DescribeTrustStoreRevocationsCommand).rejects(denied);
  const { answers, reading } = await readOne();
  expect(reading.claims.map(({ endpoint }) => endpoint.hosts)).toEqual([['api.elb.amazonaws.com']]);
  expect(reading.claims[0]?.revocation).toBe(null);
  expect(answers?.problems).toEqual([
    expect.objectContaining({ message: 'DescribeListeners: access denied (AccessDenied): the role may not call it' }),
    expect.objectContaining({ at: { file: null, line: null, object: STORE } }),
  ]);
});

test('a service that is refused loses none of the others', async () => {
  balancers.on(DescribeLoadBalancersCommand).rejects(denied);
  kafka.on(ListClustersV2Command).resolves({
    ClusterInfoList: [
      {
        ClusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/a/1',
        ClusterName: 'a',
        State: 'ACTIVE',
        Provisioned: undefined,
      },
    ],
  });
  kafka
    .on(GetBootstrapBrokersCommand)
    .resolves({ BootstrapBrokerStringTls: 'b-1.a.x.c2.kafka.eu-west-1.amazonaws.com:9094' });
  const [first, second] = await readAwsInventory(['load-balancers', 'msk'], clients());
  expect(first).toMatchObject({ files: [], failed: 'access denied (AccessDenied): the role may not call it' });
  const reading = readSource(second?.files ?? [], { source: 'aws-msk', readAt: NOW, now: NOW });
  expect([second?.failed, reading.problems]).toEqual([null, []]);
  expect(reading.claims[0]?.endpoint.hosts).toEqual(['b-1.a.x.c2.kafka.eu-west-1.amazonaws.com']);
});
