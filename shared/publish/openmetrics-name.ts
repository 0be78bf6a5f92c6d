import { METRICS, type MetricName } from './metric-catalogue.ts';

/** `RunDuration` → `mtls_monitor_run_duration_seconds`: OpenMetrics names are in snake case, and end with their unit. */
export const openMetricsName = (name: MetricName): string =>
  `mtls_monitor_${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()}${METRICS[name].unit === 'Milliseconds' ? '_seconds' : ''}`;
