/** Services of ECS, of all clusters: ten at a time (API_DescribeServices). */
import { DescribeServicesCommand, paginateListClusters, paginateListServices } from '@aws-sdk/client-ecs';
import { chunks } from '../chunks.ts';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readEcs = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.ecs();
  const clusters = await collected(paginateListClusters({ client }, {}), (page) => page.clusterArns);
  answers.add({ services: [] });
  for (const cluster of clusters) {
    const pages = () => paginateListServices({ client }, { cluster });
    const names = await answers.attempt('ListServices', cluster, () => collected(pages(), (page) => page.serviceArns));
    for (const services of chunks(names ?? [], 10)) {
      const answer = await answers.attempt('DescribeServices', cluster, () =>
        client.send(new DescribeServicesCommand({ cluster, services: [...services] })),
      );
      if (answer !== null) answers.add({ services: answer.services ?? [] });
    }
  }
};
