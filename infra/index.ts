export type { AlarmedMetric } from './alarmed-metric.ts';
export { DeploymentError } from './deployment-error.ts';
export { MonitorStack } from './monitor-stack.ts';
export type { VantageNetwork } from './monitor-vantages.ts';
export { MtlsMonitor, type MtlsMonitorProps } from './mtls-monitor.ts';
