/** Load balancers with their listeners; trust stores with their CAs and revocations. */
import {
  DescribeTrustStoreRevocationsCommand,
  GetTrustStoreCaCertificatesBundleCommand,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeTrustStores,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readLoadBalancers = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.balancers();
  const LoadBalancers = await collected(paginateDescribeLoadBalancers({ client }, {}), (page) => page.LoadBalancers);
  answers.add({ LoadBalancers });
  for (const { LoadBalancerArn = '', Type } of LoadBalancers) {
    if (Type === 'gateway') continue;
    const pages = () => paginateDescribeListeners({ client }, { LoadBalancerArn });
    const Listeners = await answers.attempt('DescribeListeners', LoadBalancerArn, () =>
      collected(pages(), (page) => page.Listeners),
    );
    if (Listeners !== null) answers.add({ Listeners });
  }
  const stores = await answers.attempt('DescribeTrustStores', 'trust stores', () =>
    collected(paginateDescribeTrustStores({ client }, {}), (page) => page.TrustStores),
  );
  if (stores === null) return;
  answers.add({ TrustStores: stores });
  for (const { TrustStoreArn = '' } of stores) await readTrustStore(TrustStoreArn, answers, clients, client);
};

const readTrustStore = async (
  TrustStoreArn: string,
  answers: Answers,
  clients: InventoryClients,
  client: ReturnType<InventoryClients['balancers']>,
): Promise<void> => {
  const revocations = await answers.attempt('DescribeTrustStoreRevocations', TrustStoreArn, () =>
    client.send(new DescribeTrustStoreRevocationsCommand({ TrustStoreArn })),
  );
  // An answer without revocations does not say whose it is.
  if (revocations !== null)
    answers.add({ TrustStoreArn, TrustStoreRevocations: revocations.TrustStoreRevocations ?? [] });
  const Pem = await answers.attempt('GetTrustStoreCaCertificatesBundle', TrustStoreArn, async () => {
    const { Location = '' } = await client.send(new GetTrustStoreCaCertificatesBundleCommand({ TrustStoreArn }));
    return clients.linked(Location);
  });
  if (Pem !== null) answers.add({ TrustStoreBundle: { Of: TrustStoreArn, Pem } });
};
