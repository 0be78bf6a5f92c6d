export type { AlarmedMetric } from './alarmed-metric.ts';
export { DeploymentError } from './deployment-error.ts';
export type { MtlsMonitorProps } from './monitor-props.ts';
export { MonitorStack, type MonitorStackProps } from './monitor-stack.ts';
export type { VantageNetwork } from './monitor-vantages.ts';
export { MtlsMonitor } from './mtls-monitor.ts';
