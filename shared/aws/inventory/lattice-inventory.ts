/** Services of VPC Lattice with their listeners. */
import { paginateListListeners, paginateListServices } from '@aws-sdk/client-vpc-lattice';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readLattice = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.lattice();
  const items = await collected(paginateListServices({ client }, {}), (page) => page.items);
  answers.add({ items });
  for (const { arn: serviceIdentifier = '' } of items) {
    const pages = () => paginateListListeners({ client }, { serviceIdentifier });
    const listeners = await answers.attempt('ListListeners', serviceIdentifier, () =>
      collected(pages(), (page) => page.items),
    );
    if (listeners !== null) answers.add({ items: listeners });
  }
};
