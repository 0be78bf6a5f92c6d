/** `npm run bench:deployed` fails for each thing that a run must not do. */
import { expect, test } from 'vitest';
import { type Announced, faultsOf, type Ran } from '../bench/deployed/faults-of.ts';
import { kindOf, kindOfName, nameOf } from '../bench/deployed/mixed-fleet.ts';

const COUNT = 40;
const names = (...kinds: readonly string[]) =>
  new Set(
    Array.from({ length: COUNT }, (_, at) => at).flatMap((at) => (kinds.includes(kindOf(at)) ? [nameOf(at)] : [])),
  );
const none = {
  pass: new Set<string>(),
  fail: new Set<string>(),
  inconclusive: new Set<string>(),
  waived: new Set<string>(),
};
const told = (kind: Announced['kind'], endpoints: readonly string[]): Announced => ({
  kind,
  endpoints,
  items: [{ incident: { endpoints: endpoints.length } }],
});
const blind = told('blind', [...names('silent', 'refusing')]);
const change = told('change', [...names('sound')]);

const right: Ran = {
  count: COUNT,
  swept: {
    open: 0,
    endpoints: names('sound', 'silent', 'refusing'),
    with: {
      sound: { ...none, pass: names('sound') },
      silent: { ...none, inconclusive: names('silent') },
      refusing: { ...none, inconclusive: names('refusing') },
    },
    unsure: new Map(),
  },
  items: { pending: 0 },
  messages: [blind],
  news: 'first',
};
const renewed: Ran = { ...right, news: 'renewed', messages: [change] };
const seen = (kind: 'sound' | 'silent' | 'refusing', own: object): Ran => ({
  ...right,
  swept: { ...right.swept, with: { ...right.swept.with, [kind]: { ...right.swept.with[kind], ...own } } },
});

test('5 % are silent and 5 % refuse, and a name says which', () => {
  expect([names('silent').size, names('refusing').size]).toEqual([COUNT / 20, COUNT / 20]);
  expect(kindOfName('service-7')).toBe('silent');
  expect(kindOfName('service-33')).toBe('refusing');
});

test('a run in which all is as it must be has no fault, and later ones announce nothing', () => {
  expect(faultsOf(right)).toEqual([]);
  expect(faultsOf({ ...right, news: 'none', messages: [] })).toEqual([]);
  expect(faultsOf(renewed)).toEqual([]);
});

test('what a message counts, and has no room to name, was announced', () => {
  const cut = { ...change, endpoints: change.endpoints.slice(0, 3) };
  expect(faultsOf({ ...renewed, messages: [cut] })).toEqual([]);
});

test.each<[string, Ran]>([
  ['a batch without a result', { ...right, swept: { ...right.swept, open: 1 } }],
  ['a lost endpoint', { ...right, swept: { ...right.swept, endpoints: names('sound', 'silent') } }],
  ['a pending key', { ...right, items: { pending: 1 } }],
  ['a check that passed at a silent server', seen('silent', { pass: new Set([nameOf(7)]) })],
  ['a failed check at a sound server', seen('sound', { fail: new Set([nameOf(0)]) })],
  ['an inconclusive check at a sound server', seen('sound', { inconclusive: new Set([nameOf(0)]) })],
  ['an endpoint that was not announced', { ...right, messages: [told('blind', blind.endpoints.slice(1))] }],
  ['a change that nobody was told of', { ...renewed, messages: [told('change', change.endpoints.slice(1))] }],
  ['what is no news after the change', { ...renewed, messages: [change, blind] }],
  ['a message in a later run', { ...right, news: 'none' }],
  ['a regression', { ...right, messages: [blind, told('regression', [nameOf(0)])] }],
])('%s is one', (_, ran) => {
  expect(faultsOf(ran).length).toBeGreaterThan(0);
});
