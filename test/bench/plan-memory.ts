/**
 * `node test/bench/plan-memory.ts [COUNT]`: what the plan function needs for a registry of that many named hosts (default 10,000): seconds of CPU, its
 * peak memory, its batches and the size of what it writes. The writes themselves are left out. One size each process: a peak never goes down.
 */
import type { Batch } from '../../shared/model/run.ts';
import { planRun } from '../../shared/pipeline/run/plan-run.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';

const count = Number(process.argv[2] ?? 10_000);
const text = `version: 1\nidentities: { checkout: { secret: a }, orders: { secret: b } }\nendpoints:\n${Array.from(
  { length: count },
  (_, at) => `  - { name: svc${at}, url: "https://svc${at}.corp.example", admits: [checkout] }\n`,
).join('')}`;

const loadRegistry = async () => {
  const parsed = parseRegistry(text, '/registry.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors[0]));
  return { registry: parsed.value.registry, bundles: {}, digest: 'registry' };
};
let [bytes, largest] = [0, 0];
const putPlan = async (_: string, batches: readonly Batch[]) => {
  for (const batch of batches) {
    const { length } = JSON.stringify(batch);
    bytes += length;
    largest = Math.max(largest, length);
  }
  return 'items';
};
const before = process.cpuUsage();
const planned = await planRun(
  {
    execution: { id: 'bench', arn: 'bench', startedAt: '2026-01-01T00:00:00.000Z' },
    input: {},
  },
  {
    ...{
      loadRegistry,
      putPlan,
      readDurations: async () => null,
      inventory: { load: async () => [] },
      locks: { take: async () => true },
      warn: console.warn,
    },
    leavers: { withOpen: async () => [], putGone: async () => {} },
  },
);
const { user, system } = process.cpuUsage(before);
if (!('batches' in planned)) throw new Error(JSON.stringify(planned));
const megabytes = (of: number) => (of / 1e6).toFixed(1);
console.log(
  `${count} endpoints\t${((user + system) / 1e6).toFixed(1)} s of CPU\t${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB\t${planned.batches} batches, ${megabytes(bytes)} MB, the largest ${megabytes(largest)} MB`,
);
