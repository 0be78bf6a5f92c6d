/**
 * Custom domain names of API Gateway: of its REST API (`domainName`) and of its second version (`DomainName`), which tell of the same domains. What the
 * modes mean stands in the Amazon API Gateway Developer Guide, "Mutual TLS authentication".
 */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { type Apis, apisIn, knowsApis } from './api-gateway-apis.ts';
import { type Bundles, bundleOf } from './aws-bundles.ts';
import { either, has, itemsOf, listHas, placed, unreadBut } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';
import { newestIn } from './s3-versions.ts';

const OWN = [
  'endpointConfiguration',
  'regionalDomainName',
  'distributionDomainName',
  'mutualTlsAuthentication',
] as const;
const isDomain = (root: Field): boolean =>
  (has(root, 'domainName') && has(root, ...OWN)) || (has(root, 'DomainName') && has(root, 'DomainNameConfigurations'));

export const apiGateway: AwsService = {
  title: 'API Gateway',
  exports: [
    'aws apigateway get-domain-names',
    'aws apigateway get-rest-apis',
    'aws apigatewayv2 get-domain-names',
    'aws apigatewayv2 get-apis',
    'aws s3api list-object-versions --bucket BUCKET --prefix KEY',
  ],
  knows: (root) =>
    isDomain(root) ||
    listHas(root, 'items', ...OWN) ||
    listHas(root, 'Items', 'DomainNameConfigurations') ||
    knowsApis(root) ||
    listHas(root, 'Versions', 'VersionId'),
  read: (roots, context, bundles) => {
    const listed = itemsOf(roots, 'items', 'Items').filter((item) => isDomain(item));
    const domains = [...roots.filter(isDomain), ...listed];
    // Both APIs list a regional domain.
    const once = [...new Map(domains.toReversed().map((each) => [nameOf(each), each])).values()].toReversed();
    const apis = apisIn(roots, once.filter(isMutualIn).length);
    const { found, problems } = readEach(once, (domain) => [claimFor(domain, { apis, roots, bundles }, context)]);
    return { claims: found, certificates: [], problems };
  },
};

const nameOf = (domain: Field): string => {
  const name = either(domain, 'domainName', 'DomainName');
  return name.kind === 'scalar' ? (name.text() ?? '') : '';
};
const mutualOf = (domain: Field): Field => either(domain, 'mutualTlsAuthentication', 'MutualTlsAuthentication');

/** An answer may hold an empty object where there is none. */
const isMutualIn = (domain: Field): boolean => has(mutualOf(domain), 'truststoreUri', 'TruststoreUri');

type World = { readonly apis: Apis; readonly roots: readonly Field[]; readonly bundles: Bundles };

const claimFor = (domain: Field, world: World, context: ReaderContext): Claim => {
  const name = nameOf(domain);
  const arn = either(domain, 'domainNameArn', 'DomainNameArn').text() ?? `domain name ${name}`;
  const mutual = mutualOf(domain);
  const at = placed(domain, arn);
  const isMutual = isMutualIn(domain);
  const clientCertificate = said<ClientCertificate>(
    isMutual ? 'required' : 'none',
    isMutual ? placed(mutual, arn) : at,
    isMutual
      ? 'mutual TLS authentication has no mode that lets a client in without a certificate'
      : 'the domain has no truststore',
  );
  return claimOf('aws', context, {
    at,
    endpoint: { name, hosts: name === '' ? [] : [printable(name)], port: 443, protocol: 'https' },
    clientCertificate,
    plaintext: said('refused', at, 'API Gateway answers HTTPS only'),
    ...(isMutual && { ...trustOf(mutual, arn, world), otherWays: world.apis.waysOf(name, domain) }),
    unread: unreadBut(domain, PASSED),
  });
};

/** API Gateway neither fetches lists nor asks OCSP (Developer Guide, "Mutual TLS authentication": a Lambda authorizer has to). */
const trustOf = (mutual: Field, arn: string, { roots, bundles }: World): Partial<Claim> => {
  const uri = either(mutual, 'truststoreUri', 'TruststoreUri');
  const version = either(mutual, 'truststoreVersion', 'TruststoreVersion').text();
  const warnings = either(mutual, 'truststoreWarnings', 'TruststoreWarnings').texts();
  const at = placed(uri, arn);
  const bundle = bundleOf(bundles, uri.text() ?? '', fileOf(uri.text() ?? ''));
  const newest = bundle?.versionId ?? newestIn(roots, uri.text() ?? '');
  const isOld = newest !== null && version !== null && newest !== version;
  return {
    authorities: bundle === null || isOld ? null : said([...bundle.authorities], at),
    revocation: said('none', at, 'API Gateway checks no revocation by itself'),
    expiry: said('checked', at, 'API Gateway refuses expired certificates'),
    admission: said(
      { rules: [], otherwise: 'admit' },
      at,
      'API Gateway admits every certificate that its truststore verifies',
    ),
    notes: [
      ...(isOld
        ? [
            `The domain uses version ${printable(version, 80)} of ${printable(uri.text() ?? '', 200)}; the newest is ${printable(newest, 80)}.`,
          ]
        : []),
      ...warnings.map((warning) => `API Gateway warns of the truststore: ${printable(warning)}`),
    ],
  };
};

/** `s3://bucket/a/partners.pem` → `partners`. */
const fileOf = (uri: string): string => (uri.split('/').at(-1) ?? '').replace(/\.\w+$/, '');

const PASSED = [
  ...[
    'domainNameId',
    'certificateName',
    'certificateArn',
    'certificateUploadDate',
    'regionalDomainName',
    'regionalHostedZoneId',
  ],
  ...[
    'regionalCertificateName',
    'regionalCertificateArn',
    'distributionDomainName',
    'distributionHostedZoneId',
    'tags',
  ],
  ...[
    'endpointConfiguration',
    'domainNameStatus',
    'domainNameStatusMessage',
    'securityPolicy',
    'endpointAccessMode',
    'routingMode',
  ],
  ...[
    'ownershipVerificationCertificateArn',
    'ApiMappingSelectionExpression',
    'DomainNameConfigurations',
    'RoutingMode',
    'Tags',
  ],
];
