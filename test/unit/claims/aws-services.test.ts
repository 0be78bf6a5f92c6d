/** Documents as AWS CLI 2 prints them; field names from the API references of each service (SDK for JavaScript 3.1164.0, 3.1142.0), values replaced. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { type Reading, readingSchema } from '../../../shared/model/claim.ts';
import { mintTestPki } from '../../../shared/pki/test-pki/lab-pki.ts';

const NOW = Date.UTC(2026, 11, 1);
const read = (...documents: readonly object[]): Reading => {
  const files = documents.map((each, at) => ({ name: `${at}.json`, text: JSON.stringify(each, null, 4) }));
  const reading = readSource(files, { source: 'aws', readAt: NOW, now: NOW });
  expect(readingSchema.safeParse(reading).error).toBeUndefined();
  expect(reading.problems).toEqual([]);
  return reading;
};
const only = (...documents: readonly object[]) => {
  const [claim, ...more] = read(...documents).claims;
  expect(more).toEqual([]);
  if (claim === undefined) throw new Error('no claim');
  return claim;
};

let pem = '';
beforeAll(async () => {
  pem = (await mintTestPki(NOW)).root.certificatePem;
});

const MUTUAL = { truststoreUri: 's3://corp-example-trust/partners.pem', truststoreVersion: 'v1' };
const REST = {
  domainName: 'api.corp.example',
  domainNameArn: 'arn:aws:apigateway:eu-west-1::/domainnames/api.corp.example',
  regionalDomainName: 'd-abcdef.execute-api.eu-west-1.amazonaws.com',
  endpointConfiguration: { types: ['REGIONAL'], ipAddressType: 'ipv4' },
  domainNameStatus: 'AVAILABLE',
  securityPolicy: 'TLS_1_2',
  mutualTlsAuthentication: MUTUAL,
};
const API = {
  id: 'a1b2c3d4e5',
  name: 'orders',
  apiKeySource: 'HEADER',
  disableExecuteApiEndpoint: false,
  rootResourceId: 'r1',
};

describe('API Gateway', () => {
  test('a domain with a truststore requires a certificate, and revokes none', () => {
    const claim = only(REST);
    expect(claim).toMatchObject({
      at: { object: REST.domainNameArn },
      endpoint: { name: 'api.corp.example', hosts: ['api.corp.example'], port: 443 },
      clientCertificate: { value: 'required' },
      revocation: { value: 'none' },
      expiry: { value: 'checked' },
      admission: { value: { rules: [], otherwise: 'admit' } },
      ...{ otherWays: [], notes: [], unread: [] },
    });
    const { mutualTlsAuthentication: _, ...without } = REST;
    expect(only({ items: [without] }).clientCertificate?.value).toBe('none');
  });

  test('the second version of the API says the same, and one domain is told of once', () => {
    const second = {
      DomainName: 'api.corp.example',
      DomainNameConfigurations: [
        { ApiGatewayDomainName: 'd-abcdef.execute-api.eu-west-1.amazonaws.com', EndpointType: 'REGIONAL' },
      ],
      MutualTlsAuthentication: {
        TruststoreUri: MUTUAL.truststoreUri,
        TruststoreVersion: 'v1',
        TruststoreWarnings: ['certificate 2 is expired'],
      },
    };
    expect(only({ Items: [second] })).toMatchObject({
      clientCertificate: { value: 'required' },
      notes: ['API Gateway warns of the truststore: certificate 2 is expired'],
    });
    expect(only({ items: [REST] }, { Items: [second] }).at.file).toBe('0.json');
  });

  test('an API that leaves its default endpoint open is another way in', () => {
    const url = 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
    expect(only(REST, { items: [API] }).otherWays).toMatchObject([{ url: `${url}/` }]);
    expect(only(REST, { items: [{ ...API, disableExecuteApiEndpoint: true }] }).otherWays).toEqual([]);
    const mapped = {
      domainName: 'api.corp.example',
      items: [{ basePath: '(none)', restApiId: API.id, stage: 'live' }],
    };
    expect(only(REST, { items: [API] }, mapped).otherWays).toMatchObject([{ url: `${url}/live/` }]);
    expect(
      only(REST, { items: [API] }, { ...mapped, items: [{ ...mapped.items[0], restApiId: 'other' }] }).otherWays,
    ).toEqual([]);
    const http = {
      ApiEndpoint: 'https://x9y8.execute-api.eu-west-1.amazonaws.com',
      ApiId: 'x9y8',
      Name: 'carts',
      ProtocolType: 'HTTP',
    };
    expect(only(REST, { Items: [http] }).otherWays).toMatchObject([{ url: `${http.ApiEndpoint}/` }]);
  });

  test('a truststore that was replaced but not applied is told, and its CAs are not taken for the domain’s', () => {
    const versions = (VersionId: string) => ({ Versions: [{ Key: 'partners.pem', VersionId, IsLatest: true }] });
    expect(only(REST, versions('v1')).notes).toEqual([]);
    expect(only(REST, versions('v2')).notes[0]).toMatch(/uses version v1 of s3:.*; the newest is v2\.$/);
    const bundle = (VersionId: string) => ({ TrustStoreBundle: { Of: MUTUAL.truststoreUri, VersionId, Pem: pem } });
    expect(only(REST, bundle('v1')).authorities?.value).toHaveLength(1);
    expect(only(REST, bundle('v2')).authorities).toBe(null);
  });
});

describe('CloudFront', () => {
  const ARN = 'arn:aws:cloudfront::111122223333:distribution/EDFDVBD632BHDS5';
  const config = (Mode: string | null, more: object = {}) => ({
    Aliases: { Quantity: 1, Items: ['www.corp.example'] },
    Origins: {
      Quantity: 2,
      Items: [
        {
          Id: 'api',
          DomainName: 'origin.corp.example',
          CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 8443, OriginProtocolPolicy: 'https-only' },
        },
        { Id: 'files', DomainName: 'files.s3.eu-west-1.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } },
      ],
    },
    DefaultCacheBehavior: { TargetOriginId: 'api', ViewerProtocolPolicy: 'https-only' },
    ...(Mode !== null && {
      ViewerMtlsConfig: {
        Mode,
        TrustStoreConfig: { TrustStoreId: 'ts_1', AdvertiseTrustStoreCaNames: false, IgnoreCertificateExpiry: true },
      },
    }),
    ...more,
  });
  const whole = (of: object) => ({
    ETag: 'E2',
    Distribution: { Id: 'EDFDVBD632BHDS5', ARN, DomainName: 'd111111abcdef8.cloudfront.net', DistributionConfig: of },
  });

  test.each([
    [null, 'none'],
    ['required', 'required'],
    ['optional', 'optional'],
    ['passthrough', 'passed-through'],
  ] as const)('%s is %s', (mode, value) => {
    const claim = only(whole(config(mode)));
    expect(claim.clientCertificate?.value).toBe(value);
    expect(claim.at.object).toBe(ARN);
    expect(claim.endpoint.hosts).toEqual(['www.corp.example', 'd111111abcdef8.cloudfront.net']);
  });

  test('the origin’s own door, and plain HTTP, are other ways in', () => {
    const open = { DefaultCacheBehavior: { TargetOriginId: 'api', ViewerProtocolPolicy: 'allow-all' } };
    expect(only(whole(config('required', open))).otherWays.map(({ url }) => url)).toEqual([
      'http://www.corp.example/',
      'https://origin.corp.example:8443/',
    ]);
    expect(only(whole(config('required'))).otherWays.map(({ url }) => url)).toEqual([
      'https://origin.corp.example:8443/',
    ]);
  });

  test('a trust store says whether OCSP is asked', () => {
    const store = { TrustStore: { Id: 'ts_1', Name: 'partners', UseClientCertificateOCSPEndpoint: true }, ETag: 'E1' };
    const claim = only(whole(config('required')), store);
    expect([claim.revocation?.value, claim.expiry?.value]).toEqual(['ocsp', 'ignored']);
    expect(only(whole(config('required'))).revocation).toBe(null);
  });

  test('the same from a list, and from the configuration alone', () => {
    const summary = { ARN, Id: 'E', DomainName: 'd1.cloudfront.net', ...config('optional') };
    expect(only({ DistributionList: { Items: [summary], Quantity: 1 } }).clientCertificate?.value).toBe('optional');
    expect(only({ ETag: 'E2', DistributionConfig: config('optional') }).endpoint.hosts).toEqual(['www.corp.example']);
  });
});

describe('MSK', () => {
  const ARN = 'arn:aws:kafka:eu-west-1:111122223333:cluster/Payments/0c9a';
  const CA = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/22222222';
  const cluster = (authentication: object, ClientBroker = 'TLS') => ({
    ...{ ClusterArn: ARN, ClusterName: 'Payments', State: 'ACTIVE', ClientAuthentication: authentication },
    EncryptionInfo: { EncryptionInTransit: { ClientBroker, InCluster: true } },
  });
  const TLS = { Tls: { Enabled: true, CertificateAuthorityArnList: [CA] } };

  test('unauthenticated left on makes the certificate optional', () => {
    const of = (authentication: object) =>
      only({ ClusterInfoList: [cluster(authentication)] }).clientCertificate?.value;
    expect(of({ ...TLS, Unauthenticated: { Enabled: false } })).toBe('required');
    expect(of({ ...TLS, Unauthenticated: { Enabled: true } })).toBe('optional');
    expect(of({ Unauthenticated: { Enabled: true } })).toBe('none');
  });

  test('plaintext and SASL beside it are other ways in', () => {
    const claim = only({
      ClusterInfo: cluster({ ...TLS, Sasl: { Iam: { Enabled: true }, Scram: { Enabled: false } } }, 'TLS_PLAINTEXT'),
    });
    expect(claim.otherWays.map(({ what }) => what)).toEqual([
      'port 9092 of the brokers, in plaintext',
      'port 9098 of the brokers, which asks for SASL/IAM instead of a certificate',
    ]);
    expect(claim.authorities?.value).toEqual([{ subject: CA, sha256: null, notAfter: null }]);
  });

  test('brokers are found by the cluster’s name in theirs; the second version of the API is read, too', () => {
    const brokers = {
      BootstrapBrokerStringTls:
        'b-1.payments.abcde.c2.kafka.eu-west-1.amazonaws.com:9094,b-1.others.abcde.c2.kafka.eu-west-1.amazonaws.com:9094',
    };
    const { ClientAuthentication, EncryptionInfo, ...outer } = cluster(TLS);
    const second = {
      ClusterInfoList: [
        { ...outer, ClusterType: 'PROVISIONED', Provisioned: { ClientAuthentication, EncryptionInfo } },
      ],
    };
    expect(only(second, brokers)).toMatchObject({
      clientCertificate: { value: 'required' },
      endpoint: { hosts: ['b-1.payments.abcde.c2.kafka.eu-west-1.amazonaws.com'], port: 9094 },
    });
  });
});

describe('the others', () => {
  test('AWS Private CA: CRL, OCSP, partitions', () => {
    const of = (RevocationConfiguration: object | undefined, Status = 'ACTIVE') => {
      const [certificate] = read({
        CertificateAuthorities: [
          {
            ...{
              Arn: 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1',
              Status,
              RevocationConfiguration,
            },
            ...{ NotBefore: '2026-01-01T00:00:00+00:00', NotAfter: 1893456000.0 },
            CertificateAuthorityConfiguration: { Subject: { CommonName: 'Corp Issuing CA' } },
          },
        ],
      }).certificates;
      return certificate;
    };
    const crl = { Enabled: true, ExpirationInDays: 7, CrlType: 'PARTITIONED' };
    expect(of({ CrlConfiguration: crl, OcspConfiguration: { Enabled: true } })).toMatchObject({
      ...{ use: 'authority', name: 'Corp Issuing CA', revocation: 'crl-and-ocsp', trouble: null },
      ...{ notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2030-01-01T00:00:00.000Z' },
      notes: [expect.stringMatching(/^Its CRL is partitioned/)],
    });
    expect(of({ CrlConfiguration: { Enabled: false } })?.revocation).toBe('none');
    expect(of(undefined)?.revocation).toBeUndefined();
    expect(of(undefined, 'DISABLED')?.trouble).toBe('its status is DISABLED');
  });

  test('IoT Core: a certificate’s status', () => {
    const certificateId = 'ab'.repeat(32);
    const certificateArn = `arn:aws:iot:eu-west-1:111122223333:cert/${certificateId}`;
    const { certificates } = read(
      { certificateDescription: { certificateArn, certificateId, status: 'REVOKED' } },
      { certificates: [{ certificateArn, certificateId, status: 'REVOKED' }] },
    );
    expect(certificates).toMatchObject([
      { use: 'client', sha256: certificateId, trouble: 'its status is REVOKED, so that IoT Core refuses it' },
    ]);
    expect(only({ endpointAddress: 'a1-ats.iot.eu-west-1.amazonaws.com' })).toMatchObject({
      clientCertificate: { value: 'required' },
      endpoint: { port: 8883 },
    });
  });

  test('VPC Lattice asks for no client certificate, or passes TLS on', () => {
    const service = 'arn:aws:vpc-lattice:eu-west-1:111122223333:service/svc-0a';
    const listener = (protocol: string) => ({
      arn: `${service}/listener/listener-0b`,
      id: 'listener-0b',
      name: 'main',
      port: 443,
      protocol,
    });
    const services = {
      items: [
        { arn: service, name: 'orders', dnsEntry: { domainName: 'orders-0a.vpc-lattice-svcs.eu-west-1.on.aws' } },
      ],
    };
    expect(only({ items: [listener('HTTPS')] }, services)).toMatchObject({
      ...{
        clientCertificate: { value: 'none' },
        endpoint: { hosts: ['orders-0a.vpc-lattice-svcs.eu-west-1.on.aws'] },
        unread: [],
      },
    });
    expect(only(listener('TLS_PASSTHROUGH'))).toMatchObject({ clientCertificate: null, plaintext: null });
  });

  test('ECS Service Connect encrypts, and asks for no client certificate', () => {
    const tls = {
      issuerCertificateAuthority: {
        awsPcaAuthorityArn: 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1',
      },
    };
    const service = (more: object) => ({
      services: [
        {
          ...{ serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/main/orders', serviceName: 'orders' },
          deployments: [
            {
              status: 'PRIMARY',
              serviceConnectConfiguration: {
                enabled: true,
                namespace: 'corp',
                services: [{ portName: 'http', discoveryName: 'orders', clientAliases: [{ port: 80 }], ...more }],
              },
            },
            {
              status: 'ACTIVE',
              serviceConnectConfiguration: {
                enabled: true,
                services: [{ portName: 'http', clientAliases: [{ port: 81 }] }],
              },
            },
          ],
        },
      ],
    });
    expect(only(service({ tls }))).toMatchObject({
      clientCertificate: { value: 'none' },
      plaintext: { value: 'refused' },
      endpoint: { hosts: ['orders.corp'], port: 80 },
    });
    expect(only(service({})).plaintext?.value).toBe('allowed');
  });

  test('App Mesh has ended', () => {
    const tls = { mode: 'STRICT', certificate: {}, validation: { trust: { file: { certificateChain: '/ca.pem' } } } };
    const virtualNode = {
      virtualNodeName: 'orders',
      metadata: { arn: 'arn:aws:appmesh:eu-west-1:111122223333:mesh/m/virtualNode/orders' },
      spec: { listeners: [{ portMapping: { port: 8080, protocol: 'http' }, tls }] },
    };
    expect(only({ virtualNode })).toMatchObject({
      clientCertificate: { value: 'required' },
      notes: [expect.stringMatching(/ended on 2026-09-30/)],
    });
  });

  test('an answer with nothing in it is no problem', () => {
    expect(read({ Listeners: [] }, { items: [] }, { certificates: [] }).claims).toEqual([]);
  });
});

test('whatever stands in a document’s place, nothing is thrown', () => {
  const documents: readonly object[] = [
    { items: [REST] },
    { items: [API] },
    { ClusterInfoList: [{ ClusterArn: 'a', ClientAuthentication: {} }] },
    { services: [{ serviceArn: 'a', deployments: [] }] },
    {
      Listeners: [
        { ListenerArn: 'a', Port: 443, Protocol: 'TLS', DefaultActions: [], MutualAuthentication: { Mode: 'verify' } },
      ],
    },
    { LoadBalancers: [{ LoadBalancerArn: 'a', DNSName: 'b' }] },
    { TrustStores: [{ TrustStoreArn: 'a', Name: 'b', Status: 'ACTIVE' }] },
    { CertificateAuthorities: [{ Arn: 'a', Status: 'ACTIVE', RevocationConfiguration: {} }] },
  ];
  const places = documents.flatMap((document) =>
    Object.keys(Object.values(document)[0]?.[0] ?? {}).map((key) => [document, key] as const),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue(), ([document, key], value) => {
      const [[list, [item]] = ['', [{}]]] = Object.entries(document) as [string, [object]][];
      const text = JSON.stringify({ [list]: [{ ...item, [key]: value }] });
      const reading = readSource([{ name: 'a.json', text }], { source: 'aws', readAt: NOW, now: NOW });
      expect(readingSchema.safeParse(reading).error).toBeUndefined();
    }),
  );
});
