/** Documents as AWS CLI 2 prints them (Command Reference: elbv2 describe-listeners, describe-load-balancers, describe-trust-stores), values replaced. */

import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import type { Claim } from '../../../shared/model/claim.ts';
import { readingSchema } from '../../../shared/model/claim.ts';
import { mintTestPki } from '../../../shared/pki/test-pki/lab-pki.ts';
import { certificateFacts } from '../../../shared/pki/x509/certificate.ts';

const NOW = Date.UTC(2026, 11, 1);
const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const STORE = `${ACCOUNT}:truststore/partners/73e2d6bc24d8a067`;
const listenerArn = (kind: string, id: string) => `${ACCOUNT}:listener/${kind}/web/50dc6c495c0c9188/${id}`;

const listener = (port: number, protocol: string, mutual: object | null, more: object = {}, kind = 'app') => ({
  ListenerArn: listenerArn(kind, `f2f7dc8efc52${port}`),
  LoadBalancerArn: `${ACCOUNT}:loadbalancer/${kind}/web/50dc6c495c0c9188`,
  Port: port,
  Protocol: protocol,
  ...(protocol !== 'HTTP' && {
    Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678' }],
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  }),
  DefaultActions: [{ Type: 'forward', TargetGroupArn: `${ACCOUNT}:targetgroup/web/73e2d6bc24d8a067` }],
  ...(mutual !== null && { MutualAuthentication: mutual }),
  ...more,
});

const BALANCERS = (kind = 'app') => ({
  LoadBalancers: [
    {
      LoadBalancerArn: `${ACCOUNT}:loadbalancer/${kind}/web/50dc6c495c0c9188`,
      DNSName: 'web-424835706.eu-west-1.elb.amazonaws.com',
      LoadBalancerName: 'web',
      Type: kind === 'app' ? 'application' : 'network',
    },
  ],
});

const read = (...documents: readonly object[]) => {
  const files = documents.map((each, at) => ({ name: `${at}.json`, text: JSON.stringify(each, null, 4) }));
  const reading = readSource(files, { source: 'aws', readAt: NOW, now: NOW });
  expect(readingSchema.safeParse(reading).error).toBeUndefined();
  return reading;
};
const claimOn = (port: number, ...documents: readonly object[]): Claim => {
  const { claims, problems } = read(...documents);
  expect(problems).toEqual([]);
  const [claim, ...more] = claims.filter(({ endpoint }) => endpoint.port === port);
  expect(more).toEqual([]);
  return claim as Claim;
};
const VERIFY = { Mode: 'verify', TrustStoreArn: STORE, IgnoreClientCertificateExpiry: false };

describe('an Application Load Balancer', () => {
  test.each([
    ['off', 'none', 0],
    ['passthrough', 'passed-through', 1],
    ['verify', 'required', 5],
  ] as const)('%s is %s', (Mode, value, headers) => {
    const mutual = Mode === 'verify' ? VERIFY : { Mode };
    const claim = claimOn(443, { Listeners: [listener(443, 'HTTPS', mutual)] }, BALANCERS());
    expect(claim.clientCertificate?.value).toBe(value);
    expect(claim.clientCertificate?.at).toMatchObject({
      file: '0.json',
      object: listenerArn('app', 'f2f7dc8efc52443'),
    });
    expect(claim.clientCertificate?.at.line).toBeGreaterThan(1);
    expect(claim.headers).toHaveLength(headers);
    expect(claim.plaintext?.value).toBe('refused');
    expect(claim.endpoint).toMatchObject({
      ...{ name: 'app/web:443', hosts: ['web-424835706.eu-west-1.elb.amazonaws.com'], port: 443, protocol: 'https' },
    });
    expect(claim.unread).toEqual([]);
  });

  test('expired client certificates are let in where it says so', () => {
    const of = (mutual: object) => claimOn(443, { Listeners: [listener(443, 'HTTPS', mutual)] }).expiry?.value;
    expect([of(VERIFY), of({ ...VERIFY, IgnoreClientCertificateExpiry: true })]).toEqual(['checked', 'ignored']);
  });

  test('admits whatever its trust store verifies', () => {
    const claim = claimOn(443, { Listeners: [listener(443, 'HTTPS', VERIFY)] });
    expect(claim.admission?.value).toEqual({ rules: [], otherwise: 'admit' });
  });

  test('a listener for HTTP that forwards is another way in; one that redirects is none', () => {
    const https = listener(443, 'HTTPS', VERIFY);
    const ways = (http: object) => claimOn(443, { Listeners: [https, http] }, BALANCERS()).otherWays;
    expect(ways(listener(80, 'HTTP', null))).toMatchObject([
      {
        what: 'port 80 of the same load balancer, which forwards plain HTTP',
        url: 'http://web-424835706.eu-west-1.elb.amazonaws.com:80/',
      },
    ]);
    const redirect = {
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } }],
    };
    expect(ways(listener(80, 'HTTP', null, redirect))).toEqual([]);
    expect(ways(listener(8443, 'HTTPS', { Mode: 'off' }))).toMatchObject([
      { url: 'https://web-424835706.eu-west-1.elb.amazonaws.com:8443/' },
    ]);
    expect(ways(listener(8443, 'HTTPS', VERIFY))).toEqual([]);
  });

  test('a listener without TLS asks for nothing', () => {
    const claim = claimOn(80, { Listeners: [listener(80, 'HTTP', null)] });
    expect([claim.clientCertificate?.value, claim.plaintext?.value, claim.otherWays]).toEqual(['none', 'allowed', []]);
  });

  test('a field that nobody knows is named', () => {
    const claim = claimOn(443, { Listeners: [listener(443, 'HTTPS', { ...VERIFY, Novelty: true })] });
    expect(claim.unread.map(({ path }) => path)).toEqual(['Listeners[0].MutualAuthentication.Novelty']);
  });

  test('a damaged listener loses nothing else', () => {
    const { claims, problems } = read({
      Listeners: [listener(443, 'HTTPS', { Mode: 'strict' }), listener(8443, 'HTTPS', VERIFY)],
    });
    expect(claims.map(({ endpoint }) => endpoint.port)).toEqual([8443]);
    expect(problems).toMatchObject([{ path: 'Listeners[0].MutualAuthentication.Mode', at: { file: '0.json' } }]);
    expect(problems[0]?.message).toBe('"strict" is none of off, passthrough, verify');
  });
});

describe('trust stores', () => {
  let pem = '';
  beforeAll(async () => {
    pem = (await mintTestPki(NOW)).root.certificatePem;
  });
  const stores = {
    TrustStores: [
      { Name: 'partners', TrustStoreArn: STORE, Status: 'ACTIVE', NumberOfCaCertificates: 1, TotalRevokedEntries: 0 },
    ],
  };
  const listeners = { Listeners: [listener(443, 'HTTPS', VERIFY)] };

  test('revocation is what the trust store has, and unsaid without an answer', () => {
    const listed = {
      TrustStoreRevocations: [
        { TrustStoreArn: STORE, RevocationId: 1, RevocationType: 'CRL', NumberOfRevokedEntries: 3 },
      ],
    };
    const of = (...more: readonly object[]) => claimOn(443, listeners, ...more).revocation?.value ?? null;
    expect(of()).toBe(null);
    expect(of(stores)).toBe(null);
    expect(of(stores, listed)).toBe('crl');
    expect(of(stores, { TrustStoreRevocations: [] })).toBe('none');
    expect(of({ TrustStoreRevocations: [] })).toBe(null);
    expect(of({ TrustStoreArn: STORE, TrustStoreRevocations: [] })).toBe('none');
  });

  test('CAs come from the PEM file of that name, or from a bundle of its ARN', () => {
    const sha256 = certificateFacts(new X509Certificate(pem)).sha256;
    const bundle = { TrustStoreBundle: { Of: STORE, Pem: pem } };
    expect(claimOn(443, listeners, bundle).authorities?.value).toMatchObject([{ sha256 }]);
    const files = [listeners, stores].map((each, at) => ({ name: `${at}.json`, text: JSON.stringify(each) }));
    const of = (name: string) =>
      readSource([...files, { name, text: `# partners\n${pem}` }], { source: 'aws', readAt: NOW, now: NOW }).claims[0]
        ?.authorities?.value;
    expect(of('exports/partners.pem')).toMatchObject([{ sha256 }]);
    expect(of('exports/others.pem')).toBeUndefined();
  });

  test('a bundle that is damaged is a problem', () => {
    const { claims, problems } = read(listeners, {
      TrustStoreBundle: { Of: STORE, Pem: pem.replace(/\n.{64}\n/, '\nAAAA\n') },
    });
    expect(claims[0]?.authorities).toBe(null);
    expect(problems[0]?.message).toMatch(/^the certificates of a trust store cannot be read/);
  });
});

describe('a Network Load Balancer', () => {
  const claim = (mutual: object) =>
    claimOn(443, { Listeners: [listener(443, 'TLS', { ...VERIFY, ...mutual }, {}, 'net')] });

  test('an empty list of identity filters admits every trusted certificate', () => {
    expect(claim({ ClientCertificateIdentityFilters: [] }).admission).toMatchObject({
      ...{ value: { rules: [], otherwise: 'admit' }, because: 'the list of identity filters is empty' },
    });
  });

  test('filters admit whom they match, and nobody else', () => {
    const filters = [
      { Action: 'accept', Field: 'san-uri', MatchType: 'prefix', Value: 'spiffe://corp.example/ns/payments/' },
      { Action: 'accept', Field: 'subject-ou', MatchType: 'exact', Value: 'billing' },
    ];
    expect(claim({ ClientCertificateIdentityFilters: filters }).admission?.value).toMatchObject({
      otherwise: 'refuse',
      rules: [
        {
          effect: 'admit',
          unread: [],
          all: [{ field: 'san-uri', not: false, any: [{ how: 'prefix', text: 'spiffe://corp.example/ns/payments/' }] }],
        },
        { effect: 'admit', unread: [], all: [{ field: 'subject-ou', any: [{ how: 'exact', text: 'billing' }] }] },
      ],
    });
  });

  test('without the list nobody knows: an older CLI leaves it out', () => {
    expect(claim({}).admission).toBe(null);
    expect(claim({}).notes[0]).toMatch(/identity filters/);
  });

  test('TCP is passed on, and nothing is said of certificates', () => {
    const passed = claimOn(443, { Listeners: [listener(443, 'TCP', null, {}, 'net')] });
    expect([passed.clientCertificate, passed.plaintext]).toEqual([null, null]);
    expect(passed.notes).toHaveLength(1);
  });

  test('listeners for datagrams are no endpoints', () => {
    expect(read({ Listeners: [listener(53, 'UDP', null, {}, 'net')] }).claims).toEqual([]);
  });
});

test('a listener that passes TCP on to the same targets is a way around', () => {
  const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/net/pay/50dc6c495c0c9188';
  const listener = (id: string, own: object, group: string) => ({
    ...{ ListenerArn: `${arn}/${id}`, DefaultActions: [{ Type: 'forward', TargetGroupArn: group }], ...own },
  });
  const ways = (group: string) =>
    readSource(
      [
        {
          name: 'listeners.json',
          text: JSON.stringify({
            Listeners: [
              listener('a', { Port: 443, Protocol: 'TLS', MutualAuthentication: { Mode: 'verify' } }, 'one'),
              listener('b', { Port: 8443, Protocol: 'TCP' }, group),
            ],
          }),
        },
      ],
      { source: 'aws', readAt: 0, now: 0 },
    ).claims[0]?.otherWays.map(({ what }) => what);
  expect(ways('one')).toEqual(['port 8443 of the same load balancer, which passes TCP on to the same targets']);
  expect(ways('other')).toEqual([]);
});
