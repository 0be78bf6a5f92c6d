/** Keeps the faulty test identities valid for their test. Throws at the end if one could not be kept: the alarm watches the function's errors. */
import { Logger } from '@aws-lambda-powertools/logger';
import { secretsClient } from '../../shared/aws/clients.ts';
import { required } from '../../shared/aws/environment.ts';
import { privateCaClient, privateCas } from '../../shared/aws/private-ca.ts';
import { secretVersions } from '../../shared/aws/secret-versions.ts';
import type { KeptIdentity } from '../../shared/custodian/kept-identity.ts';
import { keepIdentities } from '../../shared/pipeline/custodian/keep-identities.ts';

const logger = new Logger({ serviceName: 'mtls-monitor-custodian' });
const kept = JSON.parse(required('KEPT')) as readonly KeptIdentity[];
const ports = {
  ...secretVersions(secretsClient(null)),
  ...privateCas(privateCaClient(), required('PRIVATE_CAS').split(',')),
};

export const handler = async (): Promise<void> => {
  const results = await keepIdentities(kept, ports, Date.now);
  for (const each of results) logger.info('kept', { ...each });
  const failed = results.flatMap((each) => ('failed' in each ? [`${each.identity}: ${each.failed}`] : []));
  if (failed.length > 0) throw new Error(`Not kept alive: ${failed.join('; ')}`);
};
