/** More work never costs less: of whole registries, whose batches are made as a run makes them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentEach } from '../../../shared/plan/assumptions.ts';
import { monthlyCost } from '../../../shared/plan/cost.ts';
import { costInput } from '../../../shared/plan/cost-input.ts';
import { MEASURED } from '../../../shared/plan/measured.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

type Size = {
  readonly identities: number;
  readonly faulty: number;
  readonly endpoints: number;
  readonly skipped: number;
  readonly minutes: number;
  readonly perAddress: number;
  readonly paced: boolean;
  readonly versions: number;
};
const SKIPPED = ['no-certificate', 'untrusted-issuer', 'self-signed', 'plaintext', 'forged-header', 'leaf-as-issuer'];
const FAULTS = ['expired', 'not-yet-valid', 'wrong-usage', 'revoked'];

const registryOf = ({ identities, faulty, endpoints, skipped, minutes, perAddress, paced, versions }: Size) => {
  const names = Array.from({ length: identities }, (_, at) => [`i${at}`, { secret: `id/${at}` }] as const);
  const faults = FAULTS.slice(0, faulty).map(
    (fault) => [fault === 'expired' ? 'old' : `f-${fault}`, { secret: `id/${fault}`, fault }] as const,
  );
  const limits = { perAddress, ...(paced && { perSecond: 5 }) };
  const parsed = parseRegistry(
    JSON.stringify({
      version: 1,
      schedules: { default: { enforcement: `${minutes}m`, isolation: `${minutes}m`, certificates: `${minutes}m` } },
      defaults: { limits, ...(versions > 0 && { tlsVersions: ['1.3', '1.2'].slice(0, versions) }) },
      identities: Object.fromEntries([...names, ...faults]),
      endpoints: Array.from({ length: endpoints }, (_, at) => ({
        ...{ name: `e${at}`, url: `https://e${at}.example/`, admits: ['i0'] },
        skip: SKIPPED.slice(0, skipped).map((scenario) => ({ scenario, reason: 'none' })),
      })),
    }),
    '/r/registry.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value.registry;
};
const priceOf = (size: Size, silent: boolean) => {
  const registry = registryOf(size);
  const durations = silent ? silentEach(registry, 3) : new Map<string, number>();
  const { lines, total } = monthlyCost(
    costInput(registry, { metrics: 'fleet', memoryMb: MEASURED.memoryMb }, durations),
  );
  const lambda = lines.find(({ what }) => what.startsWith('Lambda: GB-seconds'))?.dollars ?? 0;
  return { total, lambda };
};

const sizes: fc.Arbitrary<Size> = fc.record({
  identities: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 100, max: 260 })),
  faulty: fc.integer({ min: 0, max: 3 }),
  endpoints: fc.integer({ min: 1, max: 40 }),
  skipped: fc.integer({ min: 1, max: 6 }),
  minutes: fc.integer({ min: 2, max: 120 }),
  perAddress: fc.constantFrom(1, 4, 16, 64),
  paced: fc.boolean(),
  versions: fc.constantFrom(1, 2),
});
/** One step to more work. */
const MORE: Readonly<Record<string, (size: Size, by: number) => Size>> = {
  identities: (size, by) => ({ ...size, identities: size.identities + by }),
  faults: (size) => ({ ...size, faulty: size.faulty + 1 }),
  endpoints: (size, by) => ({ ...size, endpoints: size.endpoints + by }),
  scenarios: (size) => ({ ...size, skipped: size.skipped - 1 }),
  frequency: (size) => ({ ...size, minutes: size.minutes - 1 }),
  versions: (size) => ({ ...size, versions: 2 }),
};

test.each(Object.entries(MORE))('%s', (_, more) => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 60 }), fc.boolean(), (size, by, silent) => {
      const [before, after] = [priceOf(size, silent), priceOf(more(size, by), silent)];
      expect(after.total).toBeGreaterThanOrEqual(before.total - 1e-9);
      expect(after.lambda).toBeGreaterThanOrEqual(before.lambda - 1e-9);
    }),
    { numRuns: 25 },
  );
});
