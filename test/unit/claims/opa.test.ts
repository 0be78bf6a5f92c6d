/** OPA’s decisions as claims: pairs that were saved, and lines of the decision log as OPA 1.22.3 writes them to its console. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { effectOf, envoyInput } from '../../../shared/claims/readers/opa/opa-decision.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const read = (text: string) => readSource([{ name: 'opa.json', text }], { source: 'opa', readAt: now, now });

const PAYMENTS = 'spiffe://corp.example/payments';
const input = (identity: string, host?: string) =>
  envoyInput({ identity, method: 'GET', path: '/orders?x=1', ...(host !== undefined && { host }) });

describe('what was answered', () => {
  test.for([
    [true, 'admit'],
    [false, 'refuse'],
    [{ allowed: true, headers: {} }, 'admit'],
    [{ allow: false }, 'refuse'],
    [undefined, 'undefined'],
    [null, 'undefined'],
    ['yes', null],
    [{ deny: [] }, null],
  ] as const)('%j: %s', ([result, effect]) => {
    expect(effectOf(result)).toBe(effect);
  });
});

test('pairs that were saved', () => {
  const pairs = [
    { path: 'envoy/authz/allow', input: input(PAYMENTS, 'pay.corp.example:8443'), result: true },
    { path: 'envoy/authz/allow', input: input('CN=orders,O=Corp', 'pay.corp.example:8443') },
  ];
  const { claims, problems } = read(JSON.stringify(pairs, null, 1));
  expect(problems).toEqual([]);
  expect(claims).toMatchObject([
    {
      endpoint: { name: 'envoy/authz/allow pay.corp.example:8443', hosts: ['pay.corp.example'], port: 8443 },
      clientCertificate: null,
      admission: {
        value: {
          otherwise: 'unsaid',
          rules: [
            {
              effect: 'admit',
              at: { file: 'opa.json', line: 2 },
              all: [
                { field: 'spiffe-id', any: [{ how: 'exact', text: PAYMENTS }] },
                { field: 'method', any: [{ text: 'GET' }] },
                { field: 'path', any: [{ text: '/orders' }] },
                { field: 'host' },
              ],
            },
            { effect: 'undefined', all: [{ field: 'subject' }, {}, {}, {}] },
          ],
        },
      },
    },
  ]);
});

test('a decision log: the last answer to a question counts, and undefined is no refusal', () => {
  const line = (more: object) =>
    JSON.stringify({
      ...{ decision_id: 'cb6e8d7a-1cd0-4ea7-a134-cbd9ff0f60d0', path: 'envoy/authz/allow', msg: 'Decision Log' },
      ...{ labels: { version: '1.22.3' }, timestamp: '2026-12-01T18:08:52.310773494Z', ...more },
    });
  const { claims } = read(
    [
      line({ input: input(PAYMENTS), result: false }),
      line({ input: input(PAYMENTS), result: true }),
      line({ input: input('a') }),
    ].join('\n'),
  );
  expect(claims[0]?.admission?.value.rules.map(({ effect, at }) => [effect, at.line])).toEqual([
    ['admit', 2],
    ['undefined', 3],
  ]);
});

test('a question in another shape, or an answer in one, is named and not guessed', () => {
  const { claims } = read(JSON.stringify([{ path: 'app/allow', input: { user: 'payments' }, result: { deny: [] } }]));
  expect(claims[0]?.admission?.value.rules).toMatchObject([
    {
      effect: 'undefined',
      all: [],
      unread: ['input.attributes.source.principal', 'input.attributes.request.http', 'result'],
    },
  ]);
});
