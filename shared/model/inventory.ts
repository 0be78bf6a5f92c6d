/** The inventory: configurations that a scheduled function reads, and where it keeps what they say. */

/** Services whose live configuration can be read; each is a source of its own. */
export const INVENTORY_SERVICES = [
  'load-balancers',
  'api-gateway',
  'cloudfront',
  'msk',
  'private-ca',
  'iot',
  'vpc-lattice',
  'ecs',
] as const;
export type InventoryService = (typeof INVENTORY_SERVICES)[number];

/** The readings, one object for each source. */
export const INVENTORY = 'inventory/';
/** What clusters put: `exports/<source>/<file>`. */
export const EXPORTS = 'exports/';

/** `aws-` and the service: a source of exports cannot have such a name. */
export const serviceSource = (service: InventoryService): string => `aws-${service}`;
const SOURCE = /^(?!aws-)[a-z0-9][a-z0-9._-]{0,62}$/;

/** `exports/<source>/<file>` → its source; null for a key of another form. */
export const sourceOfExport = (key: string): string | null => {
  const [prefix, source = '', ...file] = key.split('/');
  return `${prefix}/` === EXPORTS && SOURCE.test(source) && file.join('/') !== '' ? source : null;
};

export const inventoryKey = (source: string): string => `${INVENTORY}${encodeURIComponent(source)}.json`;
