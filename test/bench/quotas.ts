/**
 * Part of `npm run bench`: the arithmetic of a run of 10,000, 100,000 and 1,000,000 endpoints against the quotas of AWS. The first two are planned here,
 * the last is ten times the second. Nothing is asked of AWS: quotas are those of the pages that are named, as of 2026-11.
 */
import type { BatchRef } from '../../shared/model/run.ts';
import { makeBatches } from '../../shared/plan/batches.ts';
import { FOLLOW_UPS } from '../../shared/plan/follow-ups.ts';
import { batchMs, MEASURED } from '../../shared/plan/measured.ts';
import { planEndpoint } from '../../shared/plan/plan.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { fleetOfSecrets } from './deployed/mixed-fleet.ts';
import { isQuick, print } from './record.ts';

const SIZES = [10_000, isQuick ? 10_000 : 100_000] as const;
/** `infra/mtls-monitor.ts`, the default. */
const AT_ONCE = 100;
/** A sweep in which nothing waits, 25 round trips of 50 ms. */
const SWEEP_MS = 1_250;

type Run = {
  readonly batches: number;
  readonly items: number;
  readonly largest: number;
  readonly registry: number;
  readonly wall: number;
};

/** One run of the enforcement suite: the schedules run each suite by itself. */
const runOf = (count: number): Run => {
  const text = fleetOfSecrets({ files: { ca: '/lab/ca.pem' }, count, port: 443 });
  const parsed = parseRegistry(text, '/lab/registry.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors[0]));
  const run = { id: crypto.randomUUID(), startedAt: 0, suite: 'enforcement', schedule: 'default' } as const;
  const { endpoints, identities } = parsed.value.registry;
  const batches = makeBatches(parsed.value.registry, run, { lab: { kind: 'pem', pem: 'x'.repeat(1_500) } }, new Map());
  const refs = batches.map(
    (_, batch): BatchRef => ({ batch, key: `runs/${run.id}/batches/${String(batch).padStart(6, '0')}.json` }),
  );
  const [first] = endpoints;
  if (first === undefined) throw new Error('no endpoint');
  const checks = planEndpoint(first, identities, ['enforcement']).checks.length * (batches[0]?.endpoints.length ?? 0);
  return {
    ...{ batches: batches.length, items: JSON.stringify(refs).length, registry: text.length },
    largest: Math.max(...batches.map((batch) => JSON.stringify(batch).length)),
    wall: (Math.ceil(batches.length / AT_ONCE) * batchMs(checks, SWEEP_MS, MEASURED.memoryMb)) / 1000,
  };
};

const tenfold = ({ batches, items, largest, registry, wall }: Run): Run => ({
  ...{ batches: batches * 10, items: items * 10, registry: registry * 10, largest, wall: wall * 10 },
});

/**
 * Events of the parent execution: its start and end, five for each function, two for each other state, four for the map; a map run’s children have
 * histories of their own (Step Functions, "Distributed mode"). Every round of follow-up batches is among them.
 */
const ROUND = 4 + 5 + 2;
const EVENTS = 2 + 5 + 2 + (1 + FOLLOW_UPS) * ROUND + FOLLOW_UPS * 2 + 2;

const [ten, hundred] = SIZES.map(runOf) as [Run, Run];
const sizes = [ten, hundred, tenfold(hundred)];
const quota = (what: string, page: string, most: string, of: (run: Run) => string) =>
  print({ kind: 'quota', what, page, most, at: sizes.map(of) as [string, string, string] });
const n = (value: number) => value.toLocaleString('en-US');
const kb = (bytes: number) => `${n(Math.round(bytes / 1024))} KiB`;

const [states, lambda] = ['Step Functions, Service quotas', 'Lambda, Lambda quotas'];
quota('batches, each a child of the map and one invocation', '', '', ({ batches }) => n(batches));
quota('children of the map at a time', states, '10,000', ({ batches }) => n(Math.min(batches, AT_ONCE)));
quota('functions at a time', lambda, '1,000 (can be raised)', ({ batches }) => n(Math.min(batches, AT_ONCE)));
quota('events in the history of the execution, with all follow-up rounds and no retry', states, '25,000', () =>
  n(EVENTS),
);
quota(
  'input of a child: a reference',
  states,
  '256 KiB',
  ({ items, batches }) => `${Math.ceil(items / batches)} bytes`,
);
quota('the items of the map in S3', '', '', ({ items }) => kb(items));
quota('the largest batch in S3, before it is packed', '', '', ({ largest }) => kb(largest));
quota('the registry that the plan function reads', '', '', ({ registry }) => `${(registry / 1e6).toFixed(1)} MB`);
quota(
  `the map, ${AT_ONCE} functions at a time, every endpoint answering within ${SWEEP_MS / 1000} s (\`batchMs\`)`,
  states,
  'a year; 24 h by this stack',
  ({ wall }) => `${n(Math.round(wall))} s`,
);
