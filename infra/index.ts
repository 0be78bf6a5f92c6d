export type { AlarmedMetric } from './alarmed-metric.ts';
export { DeploymentError } from './deployment-error.ts';
export { MonitorStack } from './monitor-stack.ts';
export { MtlsMonitor, type MtlsMonitorProps } from './mtls-monitor.ts';
