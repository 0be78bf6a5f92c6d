/**
 * Batches in a process of its own, one after the other, as a warm probe function runs them: everything is kept between them but what a batch makes. Prints
 * a JSON line for each: connections so far, and bytes that the process has resident; and last its peak, its CPU, and codes of inconclusive checks. Arguments: FILE CONNECTIONS. `FILE`: the registry, whose
 * identities are secrets; the values stand beside it, `secrets.json`.
 */
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { readLocalFile, readRegistry } from '../../functions/cli/registry-file.ts';
import { keepSmall } from '../../functions/process/keep-small.ts';
import type { BatchResult } from '../../shared/model/run.ts';
import { readTrustBundles } from '../../shared/pipeline/load/trust-bundles.ts';
import { type BatchPorts, runBatch } from '../../shared/pipeline/run/run-batch.ts';
import { makeBatches } from '../../shared/plan/batches.ts';
import { CONNECTIONS } from '../../shared/plan/sharing.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import { memoryStateStore } from '../helpers/memory-store.ts';

const [, , file = '', wanted = '0'] = process.argv;
const registry = await readRegistry(file);
const secrets: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(dirname(file), 'secrets.json'), 'utf8'));
const bundles = await readTrustBundles(registry.trustBundles, readLocalFile);
const store = memoryStateStore();
const tidy = keepSmall();

let [connections, judged] = [0, 0];
const unsure = new Map<string, number>();
subscribe('net.client.socket', () => {
  connections += 1;
});

/** What `functions/probe/ports.ts` gives a batch, with AWS in memory. */
const ports = (): BatchPorts => ({
  store,
  readSecrets: async (names) =>
    new Map(names.map((name) => [name, { ok: true, value: secrets[name] ?? '', versionId: '1', createdAt: null }])),
  readStage: async () => null,
  readFile: async () => ({ ok: false, reason: 'files are not deployed' }),
  readEnv: () => undefined,
  limits: connectionLimits(CONNECTIONS),
  connections: CONNECTIONS,
  clock: Date.now,
  deadline: () => Number.POSITIVE_INFINITY,
  carries: true,
  keep: async (result: BatchResult) => {
    await promisify(gzip)(JSON.stringify(result));
  },
});

while (connections < Number(wanted)) {
  const startedAt = Date.now();
  const run = { id: String(startedAt), startedAt, suite: 'all', schedule: null } as const;
  for (const planned of makeBatches(registry, run, bundles, new Map())) {
    const { checks } = await runBatch(JSON.parse(JSON.stringify(planned)), ports());
    for (const { id, verdict, code } of checks) {
      if (verdict === 'fail') throw new Error(`${id}: ${code}`);
      // A starved machine makes connections time out.
      if (verdict === 'inconclusive') unsure.set(code, (unsure.get(code) ?? 0) + 1);
      judged += 1;
    }
  }
  tidy();
  process.stdout.write(`${JSON.stringify({ connections, rss: process.memoryUsage.rss() })}\n`);
}
const { user, system } = process.cpuUsage();
process.stdout.write(
  `${JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, cpuSeconds: (user + system) / 1e6, judged, unsure: [...unsure] })}\n`,
);
process.exit(0);
