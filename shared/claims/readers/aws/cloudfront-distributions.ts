/** Distributions of CloudFront (Amazon CloudFront API, version 2020-05-31: GetDistribution, GetDistributionConfig, ListDistributions). */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { type Bundles, bundleOf } from './aws-bundles.ts';
import { has, listIn, placed, unreadBut, wordIn } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';
import { originWays } from './cloudfront-origins.ts';

export const cloudFront: AwsService = {
  title: 'CloudFront',
  exports: [
    'aws cloudfront get-distribution --id ID',
    'aws cloudfront list-distributions',
    'aws cloudfront get-trust-store --identifier ID',
  ],
  knows: (root) =>
    has(root, 'Distribution', 'DistributionConfig', 'DistributionList', 'TrustStoreList') ||
    (has(root, 'TrustStore') && has(root.get('TrustStore'), 'Id')),
  read: (roots, context, bundles) => {
    const stores = roots.flatMap((root) => [
      ...(has(root, 'TrustStore') ? [root.get('TrustStore')] : []),
      ...(has(root, 'TrustStoreList') ? listIn(root, 'TrustStoreList') : []),
    ]);
    const { found, problems } = readEach(roots.flatMap(partsIn), (parts) => [
      claimFor(parts, stores, bundles, context),
    ]);
    return { claims: found, certificates: [], problems };
  },
};

/** `whole`: with ARN and DomainName, where the document has them. */
type Parts = { readonly whole: Field; readonly config: Field };

const partsIn = (root: Field): readonly Parts[] => {
  if (has(root, 'Distribution'))
    return [{ whole: root.get('Distribution'), config: root.get('Distribution', 'DistributionConfig') }];
  if (has(root, 'DistributionConfig')) return [{ whole: root, config: root.get('DistributionConfig') }];
  if (!has(root, 'DistributionList')) return [];
  return listIn(root.get('DistributionList'), 'Items').map((each) => ({ whole: each, config: each }));
};

const MODES = ['required', 'optional', 'passthrough'] as const;
const CERTIFICATES = { required: 'required', optional: 'optional', passthrough: 'passed-through' } as const;
/** Amazon CloudFront Developer Guide, "Viewer mTLS headers for cache policies and forwarded to origin". */
const HEADERS = ['Serial-Number', 'Issuer', 'Subject', 'Present', 'Sha256', 'Validity', 'Pem'].map(
  (each) => `CloudFront-Viewer-Cert-${each}`,
);

const claimFor = (
  { whole, config }: Parts,
  stores: readonly Field[],
  bundles: Bundles,
  context: ReaderContext,
): Claim => {
  const arn = whole.get('ARN').text();
  const own = whole.get('DomainName').text();
  const aliases = config.get('Aliases', 'Items').texts();
  const at = placed(whole, arn);
  const viewer = config.get('ViewerMtlsConfig');
  const mode = viewer.get('Mode').oneOf(MODES);
  const hosts = [...aliases, ...(own === null ? [] : [own])].map((host) => printable(host));
  const because = mode === null ? 'the distribution has no ViewerMtlsConfig' : undefined;
  const clientCertificate = said<ClientCertificate>(
    mode === null ? 'none' : CERTIFICATES[mode],
    placed(viewer, arn),
    because,
  );
  return claimOf('aws', context, {
    at,
    endpoint: { name: hosts[0] ?? arn ?? 'distribution', hosts, port: 443, protocol: 'https' },
    clientCertificate,
    plaintext: said('refused', at, 'port 443 of CloudFront speaks TLS only'),
    ...(mode !== null && {
      ...(mode !== 'passthrough' && trustOf(config, arn, stores, bundles)),
      headers: HEADERS,
      otherWays: [...plainWays(config, hosts, arn), ...originWays(config, arn)],
      notes: has(config, 'ConnectionFunctionAssociation')
        ? ['A connection function decides as well who is admitted; the source does not say how.']
        : [],
    }),
    unread: unreadBut(viewer),
  });
};

const trustOf = (config: Field, arn: string | null, stores: readonly Field[], bundles: Bundles): Partial<Claim> => {
  const trust = config.get('ViewerMtlsConfig', 'TrustStoreConfig');
  const id = trust.get('TrustStoreId');
  const ignores = trust.get('IgnoreCertificateExpiry');
  trust.get('AdvertiseTrustStoreCaNames').boolean();
  const at = placed(id, arn);
  const store = stores.find((each) => wordIn(each, 'Id') === id.text());
  const asks = store?.get('UseClientCertificateOCSPEndpoint');
  const name = store?.get('Name').text() ?? null;
  const bundle = bundleOf(bundles, store?.get('Arn').text() ?? id.text() ?? '', name);
  const plain = store !== undefined && asks !== undefined;
  return {
    authorities: bundle === null ? null : said([...bundle.authorities], at),
    revocation: plain
      ? said(
          asks.boolean() === true ? 'ocsp' : 'none',
          placed(asks, store.get('Arn').text()),
          'a trust store of CloudFront has no revocation list',
        )
      : null,
    expiry: said(ignores.boolean() === true ? 'ignored' : 'checked', placed(ignores, arn)),
    admission: has(config, 'ConnectionFunctionAssociation')
      ? null
      : said(
          { rules: [], otherwise: 'admit' },
          at,
          'CloudFront admits every certificate that its trust store verifies',
        ),
  };
};

/** Of all cache behaviours: one that allows plain HTTP is enough. */
const plainWays = (config: Field, hosts: readonly string[], arn: string | null): Claim['otherWays'] => {
  const others = has(config, 'CacheBehaviors') ? listIn(config.get('CacheBehaviors'), 'Items') : [];
  const open = [config.get('DefaultCacheBehavior'), ...others].find(
    (each) => each.get('ViewerProtocolPolicy').text() === 'allow-all',
  );
  const [host] = hosts;
  return open === undefined
    ? []
    : [
        {
          what: 'port 80 of the distribution, whose ViewerProtocolPolicy is allow-all',
          url: host === undefined || host.startsWith('*') ? null : `http://${host}/`,
          at: placed(open.get('ViewerProtocolPolicy'), arn),
        },
      ];
};
