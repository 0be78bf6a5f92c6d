/** Siblings by their definition, and that finding them costs no more than there are endpoints. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHost } from '../../../shared/model/host.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { withSiblings } from '../../../shared/registry/siblings.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

/** The definition: every pair is compared, those of the same host come first, eight at most are kept. */
const byDefinition = (endpoints: readonly Endpoint[]) => {
  const isName = (host: string) => parseHost(host)?.kind === 'dns';
  const parentOf = (name: string) => name.slice(name.indexOf('.') + 1);
  const isNear = (one: string, other: string) =>
    one === other || (isName(one) && isName(other) && parentOf(one) === parentOf(other));
  return endpoints.map((endpoint) => {
    if (endpoint.protocol.kind !== 'http') return endpoint.siblings;
    const near = endpoints.filter(
      ({ name, host, port, protocol }) =>
        protocol.kind === 'http' && port === endpoint.port && name !== endpoint.name && isNear(host, endpoint.host),
    );
    return near
      .toSorted((one, other) => Number(other.host === endpoint.host) - Number(one.host === endpoint.host))
      .slice(0, 8)
      .map(({ name, host, port, path, serverName, hostHeader, http: { method }, admits }) => {
        return { name, host, port, path, serverName, hostHeader, method, admits };
      });
  });
};

const HOSTS = [
  ...['a.corp.test', 'b.corp.test', 'c.corp.test', 'corp.test', 'test', 'a.test', 'A.corp.test', 'a.corp.test.'],
  ...['10.0.0.1', '10.0.0.2', '::1', '[::1]', 'below corp.test', 'at 10.0.0.1', ''],
];
const endpoints = fc.array(
  fc.record({
    // Names are unique in a registry that was read; the rule holds where they are not.
    name: fc.constantFrom(...Array.from({ length: 30 }, (_, at) => `e${at}`)),
    host: fc.constantFrom(...HOSTS),
    port: fc.constantFrom(443, 8443, 8443),
    protocol: fc.constantFrom<Endpoint['protocol']>(
      ...[1, 1, 2].map((version) => ({ kind: 'http', version: version as 1 | 2 }) as const),
      { kind: 'redis' },
    ),
  }),
  { maxLength: 40 },
);

describe('siblings', () => {
  test('are those of the definition, in its order', () => {
    fc.assert(
      fc.property(endpoints, (own) => {
        const all = own.map((each) => anEndpoint(each));
        expect(withSiblings(all).map(({ siblings }) => siblings)).toEqual(byDefinition(all));
      }),
      { numRuns: 500 },
    );
  });
});

/** CPU time of this thread alone, the least of three: other work on the machine is not in it. */
const cpuOf = (work: () => unknown): number =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const before = process.threadCpuUsage();
      work();
      return process.threadCpuUsage(before).user;
    }),
  );

const [FEW, TIMES] = [500, 8];
const SHAPES: Readonly<Record<string, (at: number) => string>> = {
  'below one parent': (at) => `svc${at}.corp.example`,
  'at one host': () => 'gateway.corp.example',
  'at one address each': (at) => `10.${at >> 8}.${at & 255}.1`,
  'seven a host, below one parent': (at) => `svc${Math.floor(at / 7)}.corp.example`,
};

describe('the work grows as the registry does', () => {
  test.each(Object.entries(SHAPES))('%s', (_, hostOf) => {
    const lines = Array.from(
      { length: FEW * TIMES },
      (_, at) => `  - { name: e${at}, url: "https://${hostOf(at)}/", admits: [a] }\n`,
    );
    const head = 'version: 1\nidentities: { a: { secret: a } }\nendpoints:\n';
    const read = (count: number) => parseRegistry(head + lines.slice(0, count).join(''), '/r/registry.yaml');
    expect(read(FEW).ok).toBe(true);
    const many = cpuOf(() => read(FEW * TIMES));
    const few = cpuOf(() => {
      for (let time = 0; time < TIMES; time += 1) read(FEW);
    });
    // The same number of endpoints costs about the same; eight times as much where every pair is compared.
    expect(many / few).toBeLessThan(3);
  });
});
