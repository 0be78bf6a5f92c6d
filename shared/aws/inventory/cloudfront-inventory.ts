/** Distributions, and the trust stores of those with viewer mTLS. */
import { GetTrustStoreCommand, paginateListDistributions } from '@aws-sdk/client-cloudfront';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readCloudFront = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.cloudFront();
  const Items = await collected(paginateListDistributions({ client }, {}), (page) => page.DistributionList?.Items);
  answers.add({ DistributionList: { Items, Quantity: Items.length } });
  const ids = Items.flatMap(({ ViewerMtlsConfig }) => ViewerMtlsConfig?.TrustStoreConfig?.TrustStoreId ?? []);
  for (const Identifier of new Set(ids)) {
    const store = await answers.attempt('GetTrustStore', Identifier, () =>
      client.send(new GetTrustStoreCommand({ Identifier })),
    );
    if (store !== null) answers.add(store);
  }
};
