/** Clients of the services whose configuration is read, made when they are asked for. Region and credentials come from the environment. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IoTClient } from '@aws-sdk/client-iot';
import { KafkaClient } from '@aws-sdk/client-kafka';
import type { S3Client } from '@aws-sdk/client-s3';
import { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import { PATIENT, storageClient } from '../clients.ts';

export type InventoryClients = {
  readonly balancers: () => ElasticLoadBalancingV2Client;
  readonly rest: () => APIGatewayClient;
  readonly http: () => ApiGatewayV2Client;
  readonly cloudFront: () => CloudFrontClient;
  readonly kafka: () => KafkaClient;
  readonly privateCa: () => ACMPCAClient;
  readonly iot: () => IoTClient;
  readonly lattice: () => VPCLatticeClient;
  readonly ecs: () => ECSClient;
  readonly storage: () => S3Client;
  /** A text behind a link that AWS gave, at most 8 MiB. Rejects for any other answer than 200. */
  readonly linked: (url: string) => Promise<string>;
};

export const inventoryClients = (): InventoryClients => ({
  balancers: () => new ElasticLoadBalancingV2Client(PATIENT),
  rest: () => new APIGatewayClient(PATIENT),
  http: () => new ApiGatewayV2Client(PATIENT),
  cloudFront: () => new CloudFrontClient(PATIENT),
  kafka: () => new KafkaClient(PATIENT),
  privateCa: () => new ACMPCAClient({ maxAttempts: 5, retryMode: 'adaptive' }),
  iot: () => new IoTClient(PATIENT),
  lattice: () => new VPCLatticeClient(PATIENT),
  ecs: () => new ECSClient(PATIENT),
  storage: storageClient,
  linked: textBehind,
});

const MOST_BYTES = 8 * 1024 * 1024;

const textBehind = async (url: string): Promise<string> => {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
  const size = Number(answer.headers.get('content-length') ?? 0);
  if (!answer.ok || size > MOST_BYTES) throw new Refused(answer.status);
  const text = await answer.text();
  if (text.length > MOST_BYTES) throw new Refused(answer.status);
  return text;
};

class Refused extends Error {
  override readonly name: string;
  constructor(status: number) {
    super();
    this.name = `status.${status}`;
  }
}
