import { expect, test } from 'vitest';
import { elsewhereNote } from '../../../functions/cli/elsewhere.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const endpoints = [anEndpoint({ name: 'here' }), anEndpoint({ name: 'both', from: ['default', 'prod-vpc'] })];

test('a local check names the vantages that it does not probe from, of the endpoints that it checks', () => {
  expect(elsewhereNote({ endpoints })).toMatch(/1 of these 2 endpoints from prod-vpc/);
  expect(elsewhereNote({ endpoints }, ['both'])).toMatch(/1 of these 1 endpoints from prod-vpc/);
  expect(elsewhereNote({ endpoints }, ['here'])).toBeNull();
});
