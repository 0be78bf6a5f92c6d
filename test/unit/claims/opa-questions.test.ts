/** Who is asked about, and by which name. */
import { expect, test } from 'vitest';
import { envoyPrincipal } from '../../../shared/claims/readers/opa/opa-decision.ts';
import { askedAbout, claimOfAnswers, questionsOf } from '../../../shared/claims/readers/opa/opa-questions.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const route = { method: 'DELETE', path: '/b', admits: ['admin'], refuses: ['payments'] } as const;
const endpoint = anEndpoint({
  ...{ path: '/a?x=1', admits: ['payments'], refuses: ['orders'], routes: [route] },
  sources: { authz: 'pay.corp.example', mesh: null },
});
const principals = new Map(['payments', 'orders', 'admin'].map((name) => [name, `spiffe://corp.example/${name}`]));

test('each identity of a request’s own lists, about the name that the endpoint has there', () => {
  const [questions, ...others] = questionsOf('authz', [endpoint], principals);
  expect(others).toEqual([]);
  expect(questions?.host).toBe('pay.corp.example');
  expect(questions?.cells.map(({ identity, method, path, host }) => [identity, method, path, host])).toEqual([
    ['spiffe://corp.example/payments', 'GET', '/a?x=1', 'pay.corp.example'],
    ['spiffe://corp.example/orders', 'GET', '/a?x=1', 'pay.corp.example'],
    ['spiffe://corp.example/admin', 'DELETE', '/b', 'pay.corp.example'],
    ['spiffe://corp.example/payments', 'DELETE', '/b', 'pay.corp.example'],
  ]);
  expect(askedAbout(endpoint)).toEqual(['payments', 'orders', 'admin']);
});

test('an endpoint without a name there is not asked about, and an identity without a principal is not', () => {
  expect(questionsOf('mesh', [endpoint], principals)).toEqual([]);
  expect(questionsOf('authz', [endpoint], new Map())[0]?.cells).toEqual([]);
});

test('endpoints of one name are asked about together, each question once', () => {
  const other = { ...endpoint, name: 'other', admits: ['admin'] } as const;
  const [questions, ...others] = questionsOf('authz', [endpoint, endpoint, other], principals);
  expect([others, questions?.cells.length]).toEqual([[], 5]);
});

test('without an answer there is no claim', () => {
  expect(claimOfAnswers('pay.corp.example', 'authz/allow', [], { source: 'authz', readAt: 0, now: 0 })).toEqual([]);
});

test.each([
  [['urn:a', 'spiffe://corp.example/a'], ['a.example'], 'CN=a', 'urn:a'],
  [[], ['a.example'], 'CN=a', 'a.example'],
  [[], [], 'CN=a', 'CN=a'],
  [[], [], '', null],
])('a principal, as Envoy chooses it: %j, %j, %j: %j', (uris, dnsNames, subject, principal) => {
  expect(envoyPrincipal({ uris, dnsNames, subject })).toBe(principal);
});
