/** `npm run bill`: what a month costs, as `plan` computes it, for four sizes, beside what others ask. Writes docs/bill.md. */
import { writeFileSync } from 'node:fs';
import { METRIC_LEVELS } from '../../shared/model/names.ts';
import { assumptions, silentEach } from '../../shared/plan/assumptions.ts';
import { monthlyCost } from '../../shared/plan/cost.ts';
import { costInput } from '../../shared/plan/cost-input.ts';
import { MEASURED } from '../../shared/plan/measured.ts';
import { planEndpoint } from '../../shared/plan/plan.ts';
import { OTHERS, PRICE_LIST } from '../../shared/plan/prices.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';

const SIZES = [10, 100, 1_000, 10_000];
const HOURS = 730;
/** The registry of the table: three identities, two of their kind with a fault, and every default. */
const registryOf = (count: number) => {
  const secret = (name: string) => ({ secret: `monitor/${name}` });
  const parsed = parseRegistry(
    JSON.stringify({
      version: 1,
      identities: {
        ...{ checkout: secret('checkout'), orders: secret('orders'), billing: secret('billing') },
        old: { ...secret('old'), fault: 'expired' },
        usage: { ...secret('usage'), fault: 'wrong-usage' },
      },
      endpoints: Array.from({ length: count }, (_, at) => ({
        ...{ name: `service-${at}`, url: `https://service-${at}.example/`, admits: ['checkout'] },
      })),
    }),
    '/registry.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value.registry;
};

const money = (dollars: number): string => `$${dollars.toFixed(2)}`;
const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...body]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
};

const bills = SIZES.map((count) => {
  const registry = registryOf(count);
  const deployed = { metrics: 'fleet', memoryMb: MEASURED.memoryMb } as const;
  const input = costInput(registry, deployed);
  const at = (metrics: (typeof METRIC_LEVELS)[number]) => monthlyCost({ ...input, metrics });
  const silent = monthlyCost(costInput(registry, deployed, silentEach(registry, 20))).total;
  return { count, registry, at, silent };
});
const others = (count: number): readonly string[] => [
  money(count * 12 * HOURS * OTHERS.canaryRun),
  money(HOURS * OTHERS.nanoHour),
  money(HOURS * OTHERS.fargateHour),
];
const thousand = bills.find(({ count }) => count === 1_000);
if (thousand === undefined) throw new Error('the table has a row of a thousand endpoints');
const [sample] = thousand.registry.endpoints;
const checks =
  sample === undefined ? 0 : planEndpoint(sample, thousand.registry.identities, ['enforcement']).checks.length;

const page = `# The bill

What a month costs in AWS: enforcement every 5 minutes, isolation and certificates every hour, five identities (two with a fault), ${checks} checks of an
endpoint in each enforcement run, every other setting at its default. Written by \`npm run bill\` from what \`mtls-monitor plan\` computes; \`plan\` prints the
same for your registry, and \`monitor.budget\` holds it.

${table([
  [
    'endpoints',
    ...METRIC_LEVELS.map((level) => `\`metrics: ${level}\``),
    '`fleet`, 5 % silent',
    'CloudWatch Synthetics',
    'blackbox_exporter, t4g.nano',
    'blackbox_exporter, Fargate',
  ],
  ...bills.map(({ count, at, silent }) => [
    count.toLocaleString('en'),
    ...METRIC_LEVELS.map((level) => money(at(level).total)),
    money(silent),
    ...others(count),
  ]),
])}

- **5 % silent**: every twentieth endpoint accepts connections and never answers, and its sweep takes its worst case.
- **CloudWatch Synthetics**: one canary an endpoint, every 5 minutes, which looks at one thing; without its Lambda function, its logs and its artifacts.
- **blackbox_exporter**: always on, one probe an endpoint, with a public address; without Prometheus, Alertmanager and the work to keep them. It has no verdict on
  a client that must be refused. At 10,000 endpoints the smallest machines may not suffice.

## Where the money goes

1,000 endpoints, \`metrics: fleet\`:

${table([
  ['item', 'quantity', 'unit price', 'a month'],
  ...thousand
    .at('fleet')
    .lines.map(({ what, quantity, unitPrice, dollars }) => [
      what,
      quantity.toLocaleString('en', { maximumFractionDigits: 1 }),
      `$${unitPrice.toPrecision(3)}`,
      money(dollars),
    ]),
])}

## Assumptions

${assumptions(thousand.registry)
  .map((each) => `- ${each}`)
  .join('\n')}

Prices of ${PRICE_LIST.date} in ${PRICE_LIST.region}; CPU measured on ${MEASURED.on} with Node ${MEASURED.node} by \`npm run bench:probe\`.
`;
writeFileSync(new URL('../../docs/bill.md', import.meta.url), page);
for (const { count, at, silent } of bills)
  console.log(count, money(at('fleet').total), 'with 5 % silent', money(silent));
