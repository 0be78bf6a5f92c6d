/** Listeners of Application and Network Load Balancers (Elastic Load Balancing API, version 2015-12-01: DescribeListeners). */

import type { Claim, ClientCertificate, Said } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { knownWord } from '../../known-word.ts';
import type { ReaderContext } from '../../reader.ts';
import { has, itemsOf, listHas, placed, resourceOf, unreadBut } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';
import { filtersIn } from './elb-client-filters.ts';
import { type TrustStores, trustStoresIn } from './elb-trust-stores.ts';
import { type Door, doorOf, waysAround } from './elb-ways.ts';

export const loadBalancers: AwsService = {
  title: 'Elastic Load Balancing',
  exports: [
    'aws elbv2 describe-load-balancers',
    'aws elbv2 describe-listeners --load-balancer-arn ARN',
    'aws elbv2 describe-trust-stores',
    'aws elbv2 describe-trust-store-revocations --trust-store-arn ARN',
  ],
  knows: (root) =>
    has(root, 'TrustStores', 'TrustStoreRevocations') ||
    listHas(root, 'Listeners', 'ListenerArn') ||
    listHas(root, 'LoadBalancers', 'LoadBalancerArn'),
  read: (roots, context, bundles) => {
    const stores = trustStoresIn(roots, bundles);
    const balancers = itemsOf(roots, 'LoadBalancers');
    const doors = readEach(itemsOf(roots, 'Listeners'), (listener) => [doorOf(listener, balancers)]);
    const { found, problems } = readEach(doors.found, (door) => claimsOf(door, doors.found, stores, context));
    return { claims: found, certificates: [], problems: [...doors.problems, ...problems] };
  },
};

const SCHEMES: Readonly<Record<string, string>> = { HTTP: 'http', HTTPS: 'https', TLS: 'tls' };
/** Elastic Load Balancing, Application Load Balancers, "HTTP headers and mutual TLS". */
const HEADERS = {
  verify: ['Serial-Number', 'Issuer', 'Subject', 'Validity', 'Leaf'].map((each) => `X-Amzn-Mtls-Clientcert-${each}`),
  passthrough: ['X-Amzn-Mtls-Clientcert'],
} as const;

const claimsOf = (
  door: Door,
  doors: readonly Door[],
  stores: TrustStores,
  context: ReaderContext,
): readonly Claim[] => {
  const { listener, arn, port, protocol, kind } = door;
  // Nothing of TLS is said of datagrams and of GENEVE.
  if (kind === 'gwy' || !['HTTP', 'HTTPS', 'TLS', 'TCP'].includes(protocol)) return [];
  const isTls = protocol === 'HTTPS' || protocol === 'TLS';
  const at = placed(listener, arn);
  const plaintext =
    protocol === 'TCP'
      ? null
      : said(
          isTls ? ('refused' as const) : ('allowed' as const),
          placed(listener.get('Protocol'), arn),
          `a listener for ${protocol}`,
        );
  const mutual = isTls ? mutualOf(door, stores) : { clientCertificate: withoutTls(door), notes: notesOf(door) };
  return [
    claimOf('aws', context, {
      at,
      endpoint: {
        name: `${resourceOf(arn).split('/').slice(1, 3).join('/')}:${port}`,
        hosts: [...door.hosts],
        port,
        workload: door.name,
        protocol: knownWord(SCHEMES, protocol) ?? null,
      },
      plaintext,
      ...mutual,
      otherWays: door.mode === 'off' ? [] : waysAround(door, doors),
      unread: unreadBut(listener, PASSED),
    }),
  ];
};

const PASSED = ['ListenerArn', 'LoadBalancerArn', 'SslPolicy', 'DefaultActions', 'AlpnPolicy', 'Certificates'];

const withoutTls = ({ listener, protocol, arn }: Door): Said<ClientCertificate> =>
  protocol === 'TCP' ? null : said('none', placed(listener.get('Protocol'), arn), 'a listener without TLS');

const notesOf = ({ protocol }: Door): string[] =>
  protocol === 'TCP'
    ? ['The listener passes TCP on: whether a client certificate is required is decided behind it.']
    : [];

const CERTIFICATES = { off: 'none', passthrough: 'passed-through', verify: 'required' } as const;

type Mutual = Partial<Claim> & Pick<Claim, 'notes'>;

const mutualOf = (door: Door, stores: TrustStores): Mutual => {
  const { listener, arn, mode, kind } = door;
  const mutual = listener.get('MutualAuthentication');
  const because = mutual.get('Mode').isThere ? undefined : 'without a mode mutual authentication is off';
  const clientCertificate = said<ClientCertificate>(CERTIFICATES[mode], placed(mutual.get('Mode'), arn), because);
  mutual.get('AdvertiseTrustStoreCaNames').text();
  const isApplication = kind === 'app';
  if (mode !== 'verify')
    return { clientCertificate, headers: mode === 'off' ? [] : [...HEADERS.passthrough], notes: [] };
  return {
    clientCertificate,
    headers: isApplication ? [...HEADERS.verify] : [],
    ...verified(door, mutual, stores),
  };
};

const verified = ({ arn, kind }: Door, mutual: Field, stores: TrustStores): Mutual => {
  const ignores = mutual.get('IgnoreClientCertificateExpiry');
  const store = mutual.get('TrustStoreArn');
  const at = placed(store, arn);
  const found = stores.of(store.text() ?? '');
  const admission =
    kind === 'net'
      ? filtersIn(mutual, arn)
      : said(
          { rules: [], otherwise: 'admit' as const },
          at,
          'an Application Load Balancer admits every certificate that its trust store verifies',
        );
  const removed = mutual.get('TrustStoreAssociationStatus').text() === 'removed';
  return {
    authorities: found.authorities === null ? null : said(found.authorities, found.at ?? at),
    revocation: found.revocation,
    expiry: said(
      ignores.boolean() === true ? 'ignored' : 'checked',
      placed(ignores, arn),
      ignores.isThere ? undefined : 'expired certificates are refused unless IgnoreClientCertificateExpiry is true',
    ),
    admission,
    notes: [
      ...found.notes,
      ...(removed ? ['The trust store is no longer shared with this account.'] : []),
      ...(kind === 'net' && admission === null
        ? [
            'The source says nothing of identity filters: an AWS CLI or SDK that is older than they are leaves them out.',
          ]
        : []),
    ],
  };
};
