/**
 * Part of `npm run bench`: what a registry of named hosts costs until it is planned, parsing and all three suites' batches, as CPU seconds and as the
 * ratio of ten times as many endpoints. Linear is 10.
 */
import { SUITES } from '../../shared/model/names.ts';
import { makeBatches } from '../../shared/plan/batches.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { median, print } from './record.ts';

const ROUNDS = 5;
const [FEW, MANY] = [1000, 10_000];
const HOSTS: Readonly<Record<string, (at: number) => string>> = {
  'names below one parent': (at) => `svc${at}.corp.example`,
  'paths of one host': (at) => `gateway.corp.example/svc${at}`,
};

const registryOf = (count: number, host: (at: number) => string): string =>
  `version: 1\nidentities: { checkout: { secret: a }, orders: { secret: b } }\nendpoints:\n${Array.from(
    { length: count },
    (_, at) => `  - { name: svc${at}, url: "https://${host(at)}", admits: [checkout] }\n`,
  ).join('')}`;

/** Seconds of CPU. */
const planned = (text: string): number => {
  const before = process.cpuUsage();
  const parsed = parseRegistry(text, '/registry.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors[0]));
  for (const suite of SUITES)
    makeBatches(parsed.value.registry, { id: 'bench', startedAt: 0, suite, schedule: null }, {}, new Map());
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

for (const [shape, host] of Object.entries(HOSTS)) {
  const [few, many] = [FEW, MANY].map((count) => registryOf(count, host)) as [string, string];
  planned(few);
  const seen = Array.from({ length: ROUNDS }, () => ({ few: planned(few), many: planned(many) }));
  const [one, ten] = [median(seen.map((round) => round.few)), median(seen.map((round) => round.many))];
  print({
    kind: 'figure',
    what: `${MANY} endpoints, ${shape}: CPU; of ${FEW}`,
    seen: `${ten.toFixed(2)} s; ${(ten / one).toFixed(1)}×`,
    reach: '≤ 3 s; ≤ 12×',
  });
}
