/** The live configuration of AWS services, as the documents that the AWS CLI prints: one reader reads both. Only reading operations are called. */
import type { ReadingProblem } from '../../model/claim.ts';
import type { InventoryService } from '../../model/inventory.ts';
import { readApiGateway } from './api-gateway-inventory.ts';
import { readCloudFront } from './cloudfront-inventory.ts';
import { readEcs } from './ecs-inventory.ts';
import { readLoadBalancers } from './elb-inventory.ts';
import { type AnswerFile, Answers, reasonOf } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';
import { readIot } from './iot-inventory.ts';
import { readLattice } from './lattice-inventory.ts';
import { readMsk } from './msk-inventory.ts';
import { readPrivateCas } from './private-ca-inventory.ts';

/** A call whose answer everything else of the service depends on rejects; one of a single object is a problem. */
const READERS: Readonly<Record<InventoryService, (answers: Answers, clients: InventoryClients) => Promise<void>>> = {
  'load-balancers': readLoadBalancers,
  'api-gateway': readApiGateway,
  cloudfront: readCloudFront,
  msk: readMsk,
  'private-ca': readPrivateCas,
  iot: readIot,
  'vpc-lattice': readLattice,
  ecs: readEcs,
};

export type ServiceAnswers = {
  readonly service: InventoryService;
  readonly files: readonly AnswerFile[];
  /** Objects that could not be read. */
  readonly problems: readonly ReadingProblem[];
  /** Why nothing of the service could be read, as a clause; null where it could. */
  readonly failed: string | null;
};

/** One after the other: nobody waits, and AWS throttles bursts. Never rejects: a service that cannot be read loses nothing of the others. */
export const readAwsInventory = async (
  services: readonly InventoryService[],
  clients: InventoryClients,
): Promise<readonly ServiceAnswers[]> => {
  const read: ServiceAnswers[] = [];
  for (const service of services) read.push(await readService(service, clients));
  return read;
};

const readService = async (service: InventoryService, clients: InventoryClients): Promise<ServiceAnswers> => {
  const answers = new Answers();
  try {
    await READERS[service](answers, clients);
    return { service, files: answers.files, problems: answers.problems, failed: null };
  } catch (error) {
    return { service, files: [], problems: [], failed: reasonOf(error) };
  }
};
