import type { Endpoint } from '../../shared/model/registry.ts';
import { proberOf } from '../../shared/pipeline/ask/prober.ts';
import type { Connect, Prober } from '../../shared/pipeline/ask/types.ts';

/** A prober whose connections are scripted; its endpoint has no siblings, and no certificate whose name could be claimed. */
export const aProber = (endpoint: Endpoint, connect: Connect): Prober =>
  proberOf(endpoint, {
    connect,
    isHere: async () => false,
    earn: async () => null,
    isLoaded: () => false,
    certificateOf: () => null,
  });
