/** Clusters of Amazon MSK with the names of their brokers. */
import { GetBootstrapBrokersCommand, paginateListClustersV2 } from '@aws-sdk/client-kafka';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readMsk = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.kafka();
  const ClusterInfoList = await collected(paginateListClustersV2({ client }, {}), (page) => page.ClusterInfoList);
  answers.add({ ClusterInfoList });
  for (const { ClusterArn = '', State } of ClusterInfoList) {
    // A cluster that is being made has no brokers yet.
    if (State !== undefined && State !== 'ACTIVE') continue;
    const brokers = await answers.attempt('GetBootstrapBrokers', ClusterArn, () =>
      client.send(new GetBootstrapBrokersCommand({ ClusterArn })),
    );
    if (brokers !== null) answers.add({ ClusterArn, ...brokers });
  }
};
