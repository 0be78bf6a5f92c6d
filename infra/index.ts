export type { AlarmedMetric } from './endpoint-alarm.ts';
export { DeploymentError } from './monitor-registry.ts';
export { MonitorStack } from './monitor-stack.ts';
export { MtlsMonitor, type MtlsMonitorProps } from './mtls-monitor.ts';
