export type { AlarmedMetric } from './alarmed-metric.ts';
export type {
  AlbFields,
  ApiGatewayFields,
  BuiltFields,
  CloudFrontFields,
  HttpApiLike,
  RestApiLike,
} from './built-endpoints.ts';
export { albEndpoint, apiGatewayEndpoint, cloudFrontEndpoint } from './built-endpoints.ts';
export { DeploymentError } from './deployment-error.ts';
export type { EndpointEntry } from './endpoint-entry.ts';
export type { MonitorMetricOptions } from './monitor-metric.ts';
export type { MtlsMonitorProps } from './monitor-props.ts';
export { MonitorStack, type MonitorStackProps } from './monitor-stack.ts';
export type { VantageNetwork } from './monitor-vantages.ts';
export { MtlsMonitor } from './mtls-monitor.ts';
