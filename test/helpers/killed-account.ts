/** The registry and the environment of runs in memory. */
import { vi } from 'vitest';
import type { RegistryDeployment } from '../../shared/model/run.ts';

export const ENDPOINTS = ['e0', 'e1', 'e2'] as const;
export type EndpointName = (typeof ENDPOINTS)[number];

export const REGISTRY: RegistryDeployment = {
  file: 'registry.json',
  text: JSON.stringify({
    version: 1,
    defaults: { settleAfter: 1 },
    trustBundles: { lab: { secret: 'monitor/lab' } },
    identities: { payments: { secret: 'monitor/payments' } },
    endpoints: ENDPOINTS.map((name) => ({
      ...{ name, url: `https://${name}.test/`, trustBundle: 'lab', admits: ['payments'], refuses: [] },
    })),
  }),
  bundles: { lab: { kind: 'secret', secret: 'monitor/lab' } },
};

export const setEnvironment = (): void => {
  for (const [name, value] of Object.entries({
    ...{ AWS_REGION: 'eu-west-1', RUN_BUCKET: 'runs', STATE_TABLE: 'state', METRICS: 'sparse', MONITOR: 'unit' },
    ...{ REGISTRY_BUCKET: 'runs', REGISTRY_KEY: 'registry.json', SETTLE_AFTER: '1', REMIND_AFTER_MS: '86400000' },
    ...{ TOPIC_ARN: 'arn:aws:sns:eu-west-1:1:topic', CHAT_TOPIC_ARN: 'arn:aws:sns:eu-west-1:1:chat' },
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  }))
    vi.stubEnv(name, value);
};
