/** A check of a registry in this process, as `mtls-monitor check` makes it. */

import { readLocalFile } from '../../functions/cli/registry-file.ts';
import { SUITES } from '../../shared/model/names.ts';
import type { Registry } from '../../shared/model/registry.ts';
import type { Report } from '../../shared/model/report.ts';
import { checkRegistry } from '../../shared/pipeline/run/check-registry.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import type { PkiOnDisk } from '../helpers/pki.ts';
import { labRegistry } from '../helpers/registry.ts';

export const registryOf = (text: string): Registry => {
  const parsed = parseRegistry(text, '/bench/registry.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors[0]));
  return parsed.value.registry;
};

/** Endpoints at the ports of `startRelyingParties`, over TLS 1.3 only: each on a port of its own, since neighbours would be asked the same things. */
export const sweptRegistry = ({
  ports,
  lab,
}: {
  readonly ports: readonly number[];
  readonly lab: PkiOnDisk;
}): Registry =>
  registryOf(
    labRegistry(
      lab.files,
      ports.map((port) => ({
        name: `at-${port}`,
        url: `https://127.0.0.1:${port}/healthz`,
        serverName: 'localhost',
        tlsVersions: ['1.3'],
      })),
    ),
  );

/** All suites; every connection counts against `concurrency`. */
export const checkOf = (registry: Registry, concurrency = 64): Promise<Report> =>
  checkRegistry(
    registry,
    { suites: SUITES, endpoints: null, runId: 'bench', vantage: 'default', startedAt: Date.now() },
    {
      readSecrets: async () => new Map(),
      readStage: async () => null,
      readFile: readLocalFile,
      readEnv: () => undefined,
      limits: connectionLimits(concurrency),
      clock: Date.now,
      deadline: () => Number.POSITIVE_INFINITY,
    },
  );
