/** Services of ECS with Service Connect (Amazon ECS API, ServiceConnectConfiguration): TLS between its proxies, and no client certificates. */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { itemsOf, listHas, listIn, placed } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';

export const serviceConnect: AwsService = {
  title: 'ECS Service Connect',
  exports: ['aws ecs describe-services --cluster CLUSTER --services SERVICE'],
  knows: (root) => listHas(root, 'services', 'serviceArn'),
  read: (roots, context) => {
    const { found, problems } = readEach(itemsOf(roots, 'services'), (service) => claimsOf(service, context));
    return { claims: found, certificates: [], problems };
  },
};

/** Only the deployment that new tasks get: PRIMARY. */
const claimsOf = (service: Field, context: ReaderContext): readonly Claim[] => {
  const arn = service.get('serviceArn').text();
  const primary = listIn(service, 'deployments').find((each) => each.get('status').text() === 'PRIMARY');
  const connect = primary?.get('serviceConnectConfiguration');
  if (connect === undefined || connect.get('enabled').boolean() !== true) return [];
  const namespace = (connect.get('namespace').text() ?? '').split('/').at(-1);
  return listIn(connect, 'services').flatMap((each) => {
    const discovery = each.get('discoveryName').text() ?? each.get('portName').text() ?? '';
    return listIn(each, 'clientAliases').map((alias): Claim => {
      const host = alias.get('dnsName').text() ?? `${discovery}.${namespace}`;
      return claimFor({ each, alias, host, arn, name: service.get('serviceName').text() ?? discovery }, context);
    });
  });
};

type Alias = {
  readonly each: Field;
  readonly alias: Field;
  readonly host: string;
  readonly arn: string | null;
  readonly name: string;
};

const claimFor = ({ each, alias, host, arn, name }: Alias, context: ReaderContext): Claim => {
  const tls = each.get('tls');
  const isTls = tls.isThere;
  const issuer = tls.get('issuerCertificateAuthority', 'awsPcaAuthorityArn').text();
  const at = placed(isTls ? tls : each, arn);
  return claimOf('aws', context, {
    at: placed(alias, arn),
    endpoint: {
      name: `${name} ${printable(host, 253)}`,
      hosts: [printable(host, 253)],
      port: alias.get('port').port(),
      workload: name,
      protocol: isTls ? 'tls' : null,
    },
    clientCertificate: said<ClientCertificate>(
      'none',
      at,
      isTls ? 'ServiceConnectTlsConfiguration has no setting for client certificates' : 'no tls is configured',
    ),
    plaintext: said(isTls ? 'refused' : 'allowed', at),
    notes: isTls
      ? [
          `Its proxies encrypt with certificates of ${printable(issuer ?? 'a private CA', 200)}; that is no mutual TLS.`,
          'The port of the container itself answers in plaintext to whoever reaches the task.',
        ]
      : [],
  });
};
