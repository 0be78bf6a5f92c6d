/** What one connection has shown is not asked again, and that changes no verdict. docs/adr/0040 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { handshakesOfRun } from '../../../shared/pipeline/ask/handshakes.ts';
import { SPARED } from '../../../shared/pipeline/ask/shareable.ts';
import { type Client, type Ends, endpointsOf, type RelyingParty, sweepAll } from './gateway.ts';

/** A choice that depends on the seed and on these words alone. */
const chosen = <T>(seed: number, from: readonly T[], ...words: readonly unknown[]): T =>
  from[
    createHash('sha256')
      .update(JSON.stringify([seed, words]))
      .digest()
      .readUInt32BE() % from.length
  ] as T;

const alert = (number: number, phase: 'handshake' | 'request'): Ends => ({
  ended: { kind: 'alerted', phase, alert: 'of this number', number },
});
const answer = (status: number, body = ''): Ends => ({
  ended: { kind: 'answered', phase: 'answer', status },
  answer: { kind: 'http', status, body, location: null, retryAfter: null },
});
const closed = (phase: 'handshake' | 'request'): Ends => ({ ended: { kind: 'closed', phase, how: 'fin' } });

const CERTIFICATE_ALERTS = [42, 46, 48, 116].map((number) => alert(number, 'request'));
const OTHER_ALERTS = [alert(40, 'request'), alert(49, 'request'), alert(80, 'request')];
const IN_HELLO = [alert(112, 'handshake'), alert(40, 'handshake'), closed('handshake')];
/** What TLS does with a client; null: the application is asked. */
const BY_TLS = [null, null, ...CERTIFICATE_ALERTS, ...CERTIFICATE_ALERTS, ...IN_HELLO, closed('request')];
const BY_APPLICATION = [
  answer(200, 'hello'),
  answer(200, 'hello'),
  answer(403, 'no'),
  answer(400, 'no certificate'),
  answer(404),
  answer(302),
  closed('request'),
  ...OTHER_ALERTS,
];

/** The identity that is admitted is served more often than not: without a control nothing is proven. */
const randomServer =
  (seed: number): RelyingParty =>
  ({ hello, request }: Client): Ends => {
    const isControl =
      hello?.presented === 'checkout' && chosen(seed, [true, true, true, true, false], 'control', request);
    if (isControl) return { ...answer(200, 'hello'), certificateRequested: chosen(seed, [true, false], hello) };
    const byTls = hello === null ? null : chosen(seed, BY_TLS, hello);
    return { certificateRequested: true, ...(byTls ?? chosen(seed, BY_APPLICATION, hello, request)) };
  };

const NAMES = ['one.gateway.test', 'two.gateway.test'];
const anyGateway = fc.array(
  fc.record({ serverName: fc.constantFrom(...NAMES), path: fc.constantFrom('/', '/a', '/b') }),
  { minLength: 2, maxLength: 5 },
);

/** Servers that are asked in every run of the law: with these alone, all that must be seen is seen. */
const KNOWN = Array.from({ length: 24 }, (_, seed): [number, { serverName: string; path: string }[]] => [
  seed,
  NAMES.map((serverName) => ({ serverName, path: '/' })),
]);

const judged = ({ results }: Awaited<ReturnType<typeof sweepAll>>) =>
  results.map(({ id, verdict, code, severity, cause, advice }) => ({ id, verdict, code, severity, cause, advice }));

describe('a law', () => {
  test('sharing changes no verdict, whatever TLS does with a handshake and the application with a request', async () => {
    const codes = new Map<string, number>();
    let spared = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), anyGateway, async (seed, own) => {
        const endpoints = endpointsOf(own);
        const alone = await sweepAll(endpoints, randomServer(seed), null);
        const together = await sweepAll(endpoints, randomServer(seed), handshakesOfRun());
        expect(judged(together)).toEqual(judged(alone));
        // Beside one that is silent, which a busy machine makes of any, a control is asked more often.
        const controls = ({ clients }: typeof alone) =>
          new Set(clients.flatMap(({ by, hello, request }) => (hello?.presented === 'checkout' ? [by + request] : [])));
        expect(controls(together)).toEqual(controls(alone));
        spared += alone.clients.length - together.clients.length;
        for (const { code } of judged(together)) codes.set(code, (codes.get(code) ?? 0) + 1);
      }),
      { numRuns: 60, examples: KNOWN },
    );
    // The servers are not all alike: the law is about something.
    expect([...codes.keys()]).toEqual(
      expect.arrayContaining([
        'ACCEPTED_NO_CERTIFICATE',
        'REJECTED_BY_TLS_ALERT',
        'REJECTED_BY_HTTP_STATUS',
        'ACCEPTED_SNI_BYPASS',
      ]),
    );
    expect(spared).toBeGreaterThan(100);
  });
});

const STRICT: RelyingParty = ({ hello, request }) => {
  if (hello === null) return answer(400, 'plain HTTP');
  if (hello.presented === null) return alert(116, 'request');
  if (hello.presented === 'checkout') return answer(200, request.split(' ')[1]);
  return hello.presented === 'orders' ? answer(403) : alert(48, 'request');
};
const MANY = 20;
const gateway = endpointsOf(Array.from({ length: MANY }, () => ({})));
const sharedOf = ({ results }: Awaited<ReturnType<typeof sweepAll>>) =>
  results.flatMap(({ id, evidence }) => evidence.flatMap(({ sharedFrom }) => (sharedFrom === undefined ? [] : [id])));

describe('a law of several backends', () => {
  test('what is shared was seen in a connection of the endpoint that is named, which spares three attempts at the most', async () => {
    let shares = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), anyGateway, async (seed, own) => {
        const endpoints = endpointsOf(own);
        let turn = 0;
        const backends: RelyingParty = (client) => randomServer(seed + (turn++ % 2))(client);
        const { results, clients } = await sweepAll(endpoints, backends, handshakesOfRun());
        const named = new Map(endpoints.map(({ name, serverName }) => [name, serverName]));
        // A served certificate is judged by what the other checks saw.
        const asking = results.filter(({ scenario }) => scenario !== 'served-certificate');
        const shared = asking.flatMap(({ endpoint, evidence }) =>
          evidence.flatMap(({ sharedFrom, presented, sni = named.get(endpoint ?? '') ?? null }) =>
            sharedFrom === undefined ? [] : [JSON.stringify([sharedFrom, presented, sni])],
          ),
        );
        const seen = clients.flatMap(({ by, hello }) =>
          hello === null ? [] : [JSON.stringify([by, hello.presented, hello.serverName])],
        );
        for (const each of new Set(shared)) {
          const times = (all: readonly string[]) => all.filter((other) => other === each).length;
          expect(times(shared)).toBeLessThanOrEqual(SPARED * times(seen));
        }
        shares += shared.length;
      }),
      { numRuns: 40 },
    );
    expect(shares).toBeGreaterThan(20);
  });
});

describe('a gateway that refuses in TLS', () => {
  test('of twenty paths: fifteen connections each at the most; alone none but those of its own', async () => {
    const [alone, together] = [
      await sweepAll(gateway, STRICT, null),
      await sweepAll(gateway, STRICT, handshakesOfRun()),
    ];
    expect(judged(together)).toEqual(judged(alone));
    expect(new Set(judged(together).map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    expect([alone.results.length / MANY, together.clients.length / MANY]).toEqual([15, expect.any(Number)]);
    expect(together.clients.length / MANY).toBeLessThanOrEqual(15);
    expect(alone.clients.length / MANY).toBeGreaterThan(20);
    expect(sharedOf(alone)).toEqual([]);
  });

  test.each([
    ['1.3', []],
    // After a handshake of TLS 1.2 a server may ask for a certificate by the path: what a sibling's path asks for is not known.
    ['1.2', ['/e1', '/e2']],
  ] as const)('a session that would not be offered is not earned over TLS %s', async (tls, paths) => {
    const server: RelyingParty = ({ hello }) => ({
      ...answer(hello?.presented === 'checkout' ? 200 : 400),
      ...(hello === null ? {} : { tls }),
    });
    const { clients } = await sweepAll(
      endpointsOf([{}, {}, {}].map(() => ({ tlsVersions: [tls] }))),
      server,
      handshakesOfRun(),
    );
    const asked = clients.flatMap(({ by, request }) => (by === 'e0' ? (request.match(/(?<=^GET )[^ ]+/) ?? []) : []));
    expect([...new Set(asked)].filter((path) => path !== '/e0').toSorted()).toEqual(paths);
  });

  test('one connection spares three others: a quarter is still asked, so one open backend of several is found', async () => {
    const { clients } = await sweepAll(gateway, STRICT, handshakesOfRun());
    const bare = clients.filter(({ hello }) => hello?.presented === null && hello.serverName === 'one.gateway.test');
    // The client without a certificate, and the same with forged headers.
    expect(bare.length).toBeGreaterThanOrEqual((2 * MANY) / 4);
  });

  test('the report names the endpoint of the connection, and claims no header that was not sent', async () => {
    const { results } = await sweepAll(endpointsOf([{}]), STRICT, handshakesOfRun());
    const forged = results.find(({ scenario, subject }) => scenario === 'forged-header' && subject === null);
    expect(forged?.evidence[0]).toMatchObject({ sharedFrom: 'e0', ended: { number: 116 } });
    expect(forged?.evidence[0]).not.toHaveProperty('headers');
    expect([forged?.code, forged?.message]).toEqual(['REJECTED_BY_TLS_ALERT', expect.stringContaining('e0')]);
  });

  test('a server that was open once is asked by every endpoint', async () => {
    const accepts = new Set(['/e0']);
    const mixed: RelyingParty = (client) =>
      client.hello?.presented === null && accepts.has(client.request.split(' ')[1] ?? '')
        ? answer(200, '/e0')
        : STRICT(client);
    const { results, clients } = await sweepAll(gateway, mixed, handshakesOfRun());
    expect(results.find(({ id }) => id === 'e0/no-certificate#1.3')?.code).toBe('ACCEPTED_NO_CERTIFICATE');
    const bare = clients.filter(({ hello }) => hello?.presented === null && hello.serverName === 'one.gateway.test');
    expect(new Set(bare.map(({ by }) => by)).size).toBe(MANY);
  });
});
