/** Clusters of Amazon MSK (Amazon MSK API: Clusters, v2 clusters, Bootstrap Brokers); ports: Developer Guide, "Port information". */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { type Bundles, bundleOf } from './aws-bundles.ts';
import { has, itemsOf, placed, unreadBut, wordIn } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';

export const msk: AwsService = {
  title: 'Amazon MSK',
  exports: [
    'aws kafka list-clusters',
    'aws kafka list-clusters-v2',
    'aws kafka describe-cluster --cluster-arn ARN',
    'aws kafka get-bootstrap-brokers --cluster-arn ARN',
  ],
  knows: (root) => has(root, 'ClusterInfo', 'ClusterInfoList', 'ClusterArn', ...BROKERS),
  read: (roots, context, bundles) => {
    const clusters = [
      ...roots.filter((root) => has(root, 'ClusterInfo')).map((root) => root.get('ClusterInfo')),
      ...itemsOf(roots, 'ClusterInfoList'),
    ];
    const { found, problems } = readEach(clusters, (cluster) => claimsOf(cluster, roots, bundles, context));
    return { claims: found, certificates: [], problems };
  },
};

const BROKERS = [
  'BootstrapBrokerString',
  'BootstrapBrokerStringTls',
  'BootstrapBrokerStringPublicTls',
  'BootstrapBrokerStringSaslIam',
  'BootstrapBrokerStringSaslScram',
] as const;
const TLS_PORT = 9094;

const claimsOf = (
  cluster: Field,
  roots: readonly Field[],
  bundles: Bundles,
  context: ReaderContext,
): readonly Claim[] => {
  const arn = cluster.get('ClusterArn').text();
  const name = cluster.get('ClusterName').text() ?? '';
  // Serverless clusters know IAM only.
  const body = cluster.get('Provisioned').isThere ? cluster.get('Provisioned') : cluster;
  const how = body.get('ClientAuthentication');
  const tls = how.get('Tls');
  const open = how.get('Unauthenticated', 'Enabled');
  const isTls = tls.get('Enabled').boolean() === true;
  const isOpen = open.boolean() === true;
  const at = placed(cluster, arn);
  const clientBroker = body.get('EncryptionInfo', 'EncryptionInTransit', 'ClientBroker');
  const clients = clientBroker.oneOf(['TLS', 'TLS_PLAINTEXT', 'PLAINTEXT']);
  if (clients === 'PLAINTEXT') return [plainCluster(cluster, arn, name, context, clientBroker)];
  return [
    claimOf('aws', context, {
      at,
      endpoint: { name, hosts: hostsOf(name, arn, roots), port: TLS_PORT, protocol: 'kafkas' },
      clientCertificate: certificateOf(isTls, isOpen, isOpen ? placed(open, arn) : placed(tls, arn)),
      plaintext: said('refused', placed(clientBroker, arn), `port ${TLS_PORT} speaks TLS only`),
      ...(isTls && {
        authorities: said(authoritiesOf(tls, bundles), placed(tls.get('CertificateAuthorityArnList'), arn)),
        revocation: said('none', placed(tls, arn), 'Amazon MSK reads no revocation list'),
      }),
      otherWays: isTls ? waysOf(how, clients, clientBroker, arn) : [],
      notes: isTls
        ? ['Whom the brokers admit to which topic stands in the ACLs of Kafka, which the source does not have.']
        : [],
      unread: unreadBut(how),
    }),
  ];
};

const certificateOf = (isTls: boolean, isOpen: boolean, at: Claim['at']): Claim['clientCertificate'] => {
  const value: ClientCertificate = isTls ? (isOpen ? 'optional' : 'required') : 'none';
  const because = isTls
    ? isOpen
      ? 'Unauthenticated is enabled beside Tls'
      : undefined
    : 'Tls is not enabled under ClientAuthentication';
  return said(value, at, because);
};

const plainCluster = (cluster: Field, arn: string | null, name: string, context: ReaderContext, field: Field): Claim =>
  claimOf('aws', context, {
    at: placed(cluster, arn),
    endpoint: { name, port: 9092, protocol: 'kafka' },
    clientCertificate: said('none', placed(field, arn), 'ClientBroker is PLAINTEXT'),
    plaintext: said('allowed', placed(field, arn)),
  });

const authoritiesOf = (tls: Field, bundles: Bundles) =>
  tls
    .get('CertificateAuthorityArnList')
    .texts()
    .flatMap(
      (arn) => bundleOf(bundles, arn, null)?.authorities ?? [{ subject: printable(arn), sha256: null, notAfter: null }],
    );

const waysOf = (how: Field, clients: string | null, field: Field, arn: string | null): Claim['otherWays'] => [
  // Without the field it is TLS only for new clusters and both for old ones: nothing is said.
  ...(clients === 'TLS_PLAINTEXT'
    ? [{ what: 'port 9092 of the brokers, in plaintext', url: null, at: placed(field, arn) }]
    : []),
  ...(['Iam', 'Scram'] as const)
    .map((each) => how.get('Sasl', each, 'Enabled'))
    .flatMap((enabled, index) =>
      enabled.boolean() === true
        ? [
            {
              what: `port ${index === 0 ? '9098' : '9096'} of the brokers, which asks for SASL/${index === 0 ? 'IAM' : 'SCRAM'} instead of a certificate`,
              url: null,
              at: placed(enabled, arn),
            },
          ]
        : [],
    ),
];

/** `b-1.payments.abcde.c2.kafka.eu-west-1.amazonaws.com:9094,…`: the second label is the cluster's name. */
const hostsOf = (name: string, arn: string | null, roots: readonly Field[]): string[] =>
  roots
    .filter((root) => has(root, ...BROKERS))
    .flatMap((root) => {
      const own = wordIn(root, 'ClusterArn');
      const names = ['BootstrapBrokerStringTls', 'BootstrapBrokerStringPublicTls'] as const;
      const hosts = names
        .flatMap((each) => wordIn(root, each)?.split(',') ?? [])
        .map((each) => each.trim().replace(/:\d+$/, ''));
      return hosts.filter((host) => (own === null ? host.split('.')[1] === name.toLowerCase() : own === arn));
    })
    .map((host) => printable(host, 253));
