/** Listeners of VPC Lattice (VPC Lattice API: GetListener, ListListeners; User Guide, "TLS listeners"). */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { has, itemsOf, listIn, placed, unreadBut, wordIn } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';

const isLattice = (field: Field): boolean =>
  has(field, 'arn') && String(field.get('arn').plain()).includes(':vpc-lattice:');
const isListener = (field: Field): boolean => isLattice(field) && has(field, 'protocol') && has(field, 'port');
const isService = (field: Field): boolean => isLattice(field) && has(field, 'dnsEntry', 'customDomainName');

export const vpcLattice: AwsService = {
  title: 'VPC Lattice',
  exports: ['aws vpc-lattice list-services', 'aws vpc-lattice list-listeners --service-identifier ID'],
  knows: (root) => isLattice(root) || listIn(root, 'items').slice(0, 1).some(isLattice),
  read: (roots, context) => {
    const all = [...roots, ...itemsOf(roots, 'items')];
    const services = all.filter(isService);
    const { found, problems } = readEach(all.filter(isListener), (listener) => [claimFor(listener, services, context)]);
    return { claims: found, certificates: [], problems };
  },
};

const PASSED = ['id', 'name', 'serviceArn', 'serviceId', 'defaultAction', 'createdAt', 'lastUpdatedAt'];

const claimFor = (listener: Field, services: readonly Field[], context: ReaderContext): Claim => {
  const arn = listener.get('arn').text() ?? '';
  const protocol = listener.get('protocol').oneOf(['HTTP', 'HTTPS', 'TLS_PASSTHROUGH']);
  const port = listener.get('port').port();
  // `…:service/svc-0a/listener/listener-0b`.
  const service = services.find((each) => wordIn(each, 'arn') === arn.replace(/\/listener\/.*$/, ''));
  const hosts = [service?.get('customDomainName').text(), service?.get('dnsEntry', 'domainName').text()];
  const name = service?.get('name').text() ?? listener.get('name').text() ?? arn;
  const at = placed(listener.get('protocol'), arn);
  const isPassed = protocol === 'TLS_PASSTHROUGH';
  return claimOf('aws', context, {
    at: placed(listener, arn),
    endpoint: {
      name: `${name}:${port}`,
      hosts: hosts.flatMap((host) => (host == null ? [] : [printable(host, 253)])),
      port,
      workload: service === undefined ? null : name,
      protocol: protocol === 'HTTPS' ? 'https' : protocol === 'HTTP' ? 'http' : 'tls',
    },
    clientCertificate: isPassed
      ? null
      : said<ClientCertificate>('none', at, 'VPC Lattice asks for no client certificate where it ends TLS'),
    plaintext: isPassed ? null : said(protocol === 'HTTP' ? 'allowed' : 'refused', at),
    notes: isPassed
      ? [
          'The listener passes TLS on: whether a client certificate is required is decided behind it, and an auth policy sees anonymous clients only.',
        ]
      : [],
    unread: unreadBut(listener, PASSED),
  });
};
