/** Client certificates of AWS IoT Core with their status, and its endpoint. */
import { DescribeEndpointCommand, paginateListCertificates } from '@aws-sdk/client-iot';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readIot = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.iot();
  const certificates = await collected(paginateListCertificates({ client }, {}), (page) => page.certificates);
  answers.add({ certificates });
  const endpoint = await answers.attempt('DescribeEndpoint', 'iot:Data-ATS', () =>
    client.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' })),
  );
  if (endpoint !== null) answers.add(endpoint);
};
