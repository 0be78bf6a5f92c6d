/** Endpoints from the listeners, domains and distributions of the same app. */
import type { Stack } from 'aws-cdk-lib';
import { EndpointType, MockIntegration, RestApi, DomainName as RestDomain } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, DomainName as HttpDomain } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type CfnDistribution, Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  type MutualAuthentication,
  MutualAuthenticationMode,
  TrustStore,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import {
  albEndpoint,
  apiGatewayEndpoint,
  cloudFrontEndpoint,
  DeploymentError,
  type EndpointEntry,
  MtlsMonitor,
} from '../../infra/index.ts';
import { deployedRegistry } from './support/deployed.ts';
import { ownStack } from './support/synth.ts';

const ACCOUNT = 'eu-west-1:111111111111';
const CERTIFICATE = `arn:aws:acm:${ACCOUNT}:certificate/0a1b2c3d-0000-4000-8000-0123456789ab`;
const certificateIn = (stack: Stack) => Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE);

/** What is deployed of the one endpoint, with the values of its places in it. */
const deployed = (stack: Stack, entry: EndpointEntry): unknown => {
  const registry = { version: 1, identities: { checkout: { secret: 'monitor/identity/checkout' } } };
  const own = new MtlsMonitor(stack, 'Monitor', { registry, endpoints: [{ admits: ['checkout'], ...entry }] });
  expect(own.metric('Inconclusive', { endpoint: entry.name })).toBeDefined();
  const { endpoints, values } = deployedRegistry(stack);
  const text = JSON.stringify(endpoints[0]);
  return JSON.parse(text.replaceAll(/known-at-deployment-\d+/g, (place) => String(values[place])));
};

describe('a listener of a load balancer', () => {
  const listenerIn = (stack: Stack, mutualAuthentication?: MutualAuthentication, port = 443) => {
    const loadBalancer = new ApplicationLoadBalancer(stack, 'Edge', { vpc: new Vpc(stack, 'Vpc') as IVpc });
    return loadBalancer.addListener('Listener', {
      port,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [certificateIn(stack)],
      defaultAction: ListenerAction.fixedResponse(200),
      ...(mutualAuthentication !== undefined && { mutualAuthentication }),
    });
  };
  const verify = (stack: Stack): MutualAuthentication => ({
    mutualAuthenticationMode: MutualAuthenticationMode.VERIFY,
    trustStore: new TrustStore(stack, 'Clients', { bucket: new Bucket(stack, 'Cas') as IBucket, key: 'ca.pem' }),
  });

  test('its port and the host that is given; the other fields are the registry’s', () => {
    const stack = ownStack();
    const fields = { name: 'payments', host: 'payments.corp.example', admits: ['checkout'], path: '/healthz' };
    const entry = albEndpoint(listenerIn(stack, verify(stack), 8443), { ...fields, rejects: { status: [401] } });
    expect(deployed(stack, entry)).toEqual({
      name: 'payments',
      url: 'https://payments.corp.example:8443/healthz',
      admits: ['checkout'],
      rejects: { status: [401] },
    });
  });

  test('in the mode passthrough; at the load balancer’s own name, with the name of the certificate', () => {
    const stack = ownStack();
    const listener = listenerIn(stack, { mutualAuthenticationMode: MutualAuthenticationMode.PASS_THROUGH });
    const host = listener.loadBalancer.loadBalancerDnsName;
    const entry = albEndpoint(listener, { name: 'payments', host, serverName: 'payments.corp.example' });
    expect(deployed(stack, entry)).toMatchObject({
      url: expect.stringMatching(/^https:\/\/<Edge\w+\.DNSName>\/$/),
      serverName: 'payments.corp.example',
    });
  });

  test.each([
    ['without mutual authentication', undefined],
    ['where it is off', { mutualAuthenticationMode: MutualAuthenticationMode.OFF }],
  ])('%s: refused', (_, mutual) => {
    const made = () => albEndpoint(listenerIn(ownStack(), mutual), { name: 'payments', host: 'payments.example' });
    expect(made).toThrow(DeploymentError);
    expect(made).toThrow('albEndpoint payments: Own/Edge/Listener has no mutual authentication');
  });

  test('without a host: refused; an imported one is taken as it is', () => {
    const stack = ownStack();
    expect(() => albEndpoint(listenerIn(stack, verify(stack)), { name: 'payments' } as never)).toThrow('needs a host');
    const listenerArn = `arn:aws:elasticloadbalancing:${ACCOUNT}:listener/app/edge/1/2`;
    const securityGroup = new Vpc(stack, 'Other').node.id as never;
    const listener = ApplicationListener.fromApplicationListenerAttributes(stack, 'Imported', {
      listenerArn,
      securityGroup,
    });
    expect(albEndpoint(listener, { name: 'payments', host: 'payments.example', port: 8443 })).toEqual({
      name: 'payments',
      url: 'https://payments.example:8443/',
    });
  });
});

describe('a domain of API Gateway', () => {
  const mtls = (stack: Stack) => ({ bucket: new Bucket(stack, 'Cas') as IBucket, key: 'ca.pem' });
  const restApi = (stack: Stack, disable: boolean): RestApi => {
    const api = new RestApi(stack, 'Api', { disableExecuteApiEndpoint: disable });
    api.root.addMethod('GET', new MockIntegration());
    return api;
  };
  const restDomain = (stack: Stack, secured = true) =>
    new RestDomain(stack, 'Domain', {
      domainName: 'api.corp.example',
      certificate: certificateIn(stack),
      endpointType: EndpointType.REGIONAL,
      ...(secured && { mtls: mtls(stack) }),
    });
  const httpDomain = (stack: Stack, secured = true) =>
    new HttpDomain(stack, 'Domain', {
      domainName: 'api.corp.example',
      certificate: certificateIn(stack),
      ...(secured && { mtls: mtls(stack) }),
    });

  test('of a REST API: its default endpoint is a bypass', () => {
    const stack = ownStack();
    const own = { bypasses: ['https://origin.corp.example/v1/health'], apiPath: '/health' };
    const fields = { name: 'api', path: '/v1/health', api: restApi(stack, false), ...own };
    expect(deployed(stack, apiGatewayEndpoint(restDomain(stack), fields))).toEqual({
      name: 'api',
      admits: ['checkout'],
      url: 'https://api.corp.example/v1/health',
      bypasses: [
        'https://origin.corp.example/v1/health',
        expect.stringMatching(
          /^https:\/\/<Api\w+>\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>\/<ApiDeploymentStage\w+>\/health$/,
        ),
      ],
    });
  });

  test('of an HTTP API: the default stage has no path', () => {
    const stack = ownStack();
    const entry = apiGatewayEndpoint(httpDomain(stack), {
      name: 'api',
      path: '/health',
      api: new HttpApi(stack, 'Api'),
    });
    expect(deployed(stack, entry)).toMatchObject({
      url: 'https://api.corp.example/health',
      bypasses: [expect.stringMatching(/^https:\/\/<Api\w+>\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>\/health$/)],
    });
  });

  test.each([
    ['REST', (stack: Stack) => ({ domain: restDomain(stack), api: restApi(stack, true) })],
    [
      'HTTP',
      (stack: Stack) => ({
        domain: httpDomain(stack),
        api: new HttpApi(stack, 'Api', { disableExecuteApiEndpoint: true }),
      }),
    ],
  ])('of an API (%s) whose default endpoint is disabled: no bypass', (_, made) => {
    const { domain, api } = made(ownStack());
    expect(apiGatewayEndpoint(domain, { name: 'api', api })).toEqual({ name: 'api', url: 'https://api.corp.example/' });
  });

  test.each([
    ['REST', restDomain],
    ['HTTP', httpDomain],
  ])('without mutual TLS (%s): refused', (_, domainIn) => {
    expect(() => apiGatewayEndpoint(domainIn(ownStack(), false), { name: 'api' })).toThrow(
      'apiGatewayEndpoint api: Own/Domain has no mutual authentication',
    );
  });

  test('of an imported API: its default endpoint is probed, at the stage that is given', () => {
    const stack = ownStack();
    const api = RestApi.fromRestApiId(stack, 'Api', 'a1b2c3d4e5');
    const domain = restDomain(stack);
    expect(() => apiGatewayEndpoint(domain, { name: 'api', api })).toThrow('its stage is not known');
    expect(deployed(stack, apiGatewayEndpoint(domain, { name: 'api', api, stage: 'prod' }))).toMatchObject({
      bypasses: ['https://a1b2c3d4e5.execute-api.<AWS::Region>.<AWS::URLSuffix>/prod/'],
    });
  });
});

describe('a distribution of CloudFront', () => {
  const distributionIn = (stack: Stack, mode: string | null, domainNames: string[] = []) => {
    const distribution = new Distribution(stack, 'Edge', {
      defaultBehavior: { origin: new HttpOrigin('origin.corp.example') },
      ...(domainNames.length > 0 && { domainNames, certificate: usEast(stack) }),
    });
    if (mode !== null)
      (distribution.node.defaultChild as CfnDistribution).addPropertyOverride('DistributionConfig.ViewerMtlsConfig', {
        Mode: mode,
        TrustStoreConfig: { TrustStoreId: 'ts_1' },
      });
    return distribution;
  };
  const usEast = (stack: Stack) =>
    Certificate.fromCertificateArn(stack, 'Viewer', CERTIFICATE.replace('eu-west-1', 'us-east-1'));

  test.each([
    ['its first whole alias', ['*.corp.example', 'www.corp.example'], {}, /^https:\/\/www\.corp\.example\/$/],
    ['the host that is given', ['*.corp.example'], { host: 'a.corp.example' }, /^https:\/\/a\.corp\.example\/$/],
    ['its own name without an alias', [], {}, /^https:\/\/<Edge\w+\.DomainName>\/$/],
  ])('%s', (_, aliases, fields, url) => {
    const stack = ownStack();
    const distribution = distributionIn(stack, 'required', aliases);
    const entry = cloudFrontEndpoint(distribution, { name: 'www', bypasses: ['https://origin.example/'], ...fields });
    expect(deployed(stack, entry)).toMatchObject({
      url: expect.stringMatching(url),
      bypasses: ['https://origin.example/'],
    });
  });

  test('without viewer mutual TLS, or a whole name: refused', () => {
    expect(() => cloudFrontEndpoint(distributionIn(ownStack(), null), { name: 'www' })).toThrow(
      'cloudFrontEndpoint www: Own/Edge has no mutual authentication',
    );
    const wild = distributionIn(ownStack(), 'required', ['*.corp.example']);
    expect(() => cloudFrontEndpoint(wild, { name: 'www' })).toThrow('Give `host`');
  });
});
