/** Reads configurations and keeps what they say. Throws at the end if one could not be read: the alarm watches the function's errors. */
import { Logger } from '@aws-lambda-powertools/logger';
import { storageClient } from '../../shared/aws/clients.ts';
import { required } from '../../shared/aws/environment.ts';
import { clusterExports } from '../../shared/aws/inventory/cluster-exports.ts';
import { inventoryClients } from '../../shared/aws/inventory/inventory-clients.ts';
import { readAwsInventory } from '../../shared/aws/inventory/read-inventory.ts';
import { inventoryStore } from '../../shared/aws/inventory-store.ts';
import { INVENTORY_SERVICES } from '../../shared/model/inventory.ts';
import { takeInventory } from './take-inventory.ts';

const logger = new Logger({ serviceName: 'mtls-monitor-inventory' });
const named = (process.env['SERVICES'] ?? '').split(',');
const services = INVENTORY_SERVICES.filter((service) => named.includes(service));
const bucket = process.env['EXPORTS_BUCKET'];
const storage = storageClient();

export const handler = async (): Promise<void> => {
  const taken = await takeInventory({
    services: () => readAwsInventory(services, inventoryClients()),
    exports: bucket === undefined ? null : clusterExports(storage, bucket),
    store: inventoryStore(storage, required('RUN_BUCKET')),
    now: Date.now,
  });
  for (const each of taken) logger.info('source', { ...each });
  const failed = taken.flatMap((each) => ('failed' in each ? [`${each.source}: ${each.failed}`] : []));
  if (failed.length > 0) throw new Error(`Not read: ${failed.join('; ')}`);
};
