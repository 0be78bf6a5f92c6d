/**
 * Endpoints of the registry from constructs of the same app. The trust store of a listener, a domain or a distribution has the CAs of its clients; the `trustBundle` of
 * an endpoint has the CAs of the certificate that it serves, which is another thing: by default the public ones.
 */
import { Stack } from 'aws-cdk-lib';
import type { IDomainName as IRestDomain } from 'aws-cdk-lib/aws-apigateway';
import type { IDomainName as IHttpDomain } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { IApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IConstruct } from 'constructs';
import { DeploymentError } from './deployment-error.ts';
import type { EndpointEntry } from './endpoint-entry.ts';
import { type Rendered, renderedProperties } from './rendered.ts';

/** Fields of the registry's endpoint (docs/reference/registry.md), without its URL. */
export type BuiltFields = {
  readonly name: string;
  /** Identities that must be accepted. */
  readonly admits?: readonly string[];
  /** @default '/' */
  readonly path?: string;
  /** Other ways in, which must all refuse. */
  readonly bypasses?: readonly string[];
  readonly [field: string]: unknown;
};

export type AlbFields = BuiltFields & {
  /** A name that the listener's certificate is for. */
  readonly host: string;
  /** @default - the listener's; of an imported one 443 */
  readonly port?: number;
};

/** A `RestApi`, also an imported one. */
export type RestApiLike = IConstruct & { readonly restApiId: string };
/** An `HttpApi`, also an imported one. */
export type HttpApiLike = IConstruct & { readonly apiId: string };

export type ApiGatewayFields = BuiltFields & {
  /** The API behind the domain: its default endpoint asks for no certificate, so it is a bypass unless the API disables it. */
  readonly api?: RestApiLike | HttpApiLike;
  /** The path at the API’s default endpoint, without the stage. @default - `path` */
  readonly apiPath?: string;
  /** @default - the stage that the API deploys */
  readonly stage?: string;
};

export type CloudFrontFields = BuiltFields & {
  /** @default - the distribution's first alternate domain name, else its own */
  readonly host?: string;
};

const refuse = (kind: string, name: string, construct: IConstruct, why: string): never => {
  throw new DeploymentError(`${kind} ${name}: ${construct.node.path} ${why}`);
};

const NOT_ASKED = 'has no mutual authentication: it asks no client for a certificate.';

/** Returns an endpoint at a listener of an Application Load Balancer in the mode `verify` or `passthrough`. Throws a `DeploymentError` for a listener without mutual authentication. */
export const albEndpoint = (listener: IApplicationListener, fields: AlbFields): EndpointEntry => {
  const { host, port, path = '/', ...rest } = fields;
  const rendered = renderedProperties(listener);
  const { Mode } = (rendered?.['MutualAuthentication'] ?? {}) as { readonly Mode?: string };
  if (rendered !== null && (Mode === undefined || Mode === 'off'))
    refuse('albEndpoint', fields.name, listener, NOT_ASKED);
  if (typeof host !== 'string')
    refuse('albEndpoint', fields.name, listener, 'needs a host: a name that its certificate is for.');
  const known = port ?? rendered?.['Port'] ?? 443;
  return { ...rest, url: `https://${host}${known === 443 ? '' : `:${String(known)}`}${path}` };
};

/** Returns an endpoint at a custom domain of API Gateway, of a REST API or an HTTP API. Throws a `DeploymentError` for a domain without mutual TLS. */
export const apiGatewayEndpoint = (domain: IRestDomain | IHttpDomain, fields: ApiGatewayFields): EndpointEntry => {
  const { api, apiPath, stage, path = '/', bypasses = [], ...rest } = fields;
  const rendered = renderedProperties(domain);
  if (rendered !== null && rendered['MutualTlsAuthentication'] === undefined)
    refuse('apiGatewayEndpoint', fields.name, domain, NOT_ASKED);
  const own = 'domainName' in domain ? domain.domainName : domain.name;
  const host = literal(rendered, 'DomainName') ?? own;
  const ways = [...bypasses, ...(api === undefined ? [] : defaultEndpoint(fields.name, api, stage, apiPath ?? path))];
  return { ...rest, url: `https://${host}${path}`, ...(ways.length > 0 && { bypasses: ways }) };
};

const literal = (rendered: Rendered | null, name: string): string | null => {
  const value = rendered?.[name];
  return typeof value === 'string' ? value : null;
};

/** Of an imported API it is not known whether its default endpoint is disabled: it is probed. */
const defaultEndpoint = (
  name: string,
  api: RestApiLike | HttpApiLike,
  given: string | undefined,
  path: string,
): readonly string[] => {
  if (renderedProperties(api)?.['DisableExecuteApiEndpoint'] === true) return [];
  const { region, urlSuffix } = Stack.of(api);
  const isRest = 'restApiId' in api;
  const stage = given ?? (isRest ? stageOf(api) : '$default');
  if (stage === undefined)
    return refuse('apiGatewayEndpoint', name, api, 'is imported: its stage is not known. Give `stage`.');
  const host = `${isRest ? api.restApiId : api.apiId}.execute-api.${region}.${urlSuffix}`;
  return [`https://${host}${stage === '$default' ? '' : `/${stage}`}${path}`];
};

/** An imported API has no stage, though its interface says so. */
const stageOf = (
  api: RestApiLike & { readonly deploymentStage?: { readonly stageName: string } },
): string | undefined => {
  try {
    return api.deploymentStage?.stageName;
  } catch {
    return undefined;
  }
};

/**
 * Returns an endpoint at a CloudFront distribution with viewer mutual TLS (`ViewerMtlsConfig`). Throws a `DeploymentError` for a distribution without it, and where
 * the host is not known. The origin is another way in: name it in `bypasses`.
 */
export const cloudFrontEndpoint = (distribution: IDistribution, fields: CloudFrontFields): EndpointEntry => {
  const { host: given, path = '/', ...rest } = fields;
  const rendered = renderedProperties(distribution);
  const config = (rendered?.['DistributionConfig'] ?? {}) as {
    readonly Aliases?: readonly unknown[];
    readonly ViewerMtlsConfig?: unknown;
  };
  if (rendered !== null && config.ViewerMtlsConfig === undefined)
    refuse('cloudFrontEndpoint', fields.name, distribution, NOT_ASKED);
  const alias = config.Aliases?.find((each) => typeof each === 'string' && !each.startsWith('*'));
  const needsHost = given === undefined && alias === undefined && (config.Aliases ?? []).length > 0;
  if (needsHost)
    refuse('cloudFrontEndpoint', fields.name, distribution, 'has no alias that is a whole name. Give `host`.');
  return { ...rest, url: `https://${given ?? alias ?? distribution.distributionDomainName}${path}` };
};
