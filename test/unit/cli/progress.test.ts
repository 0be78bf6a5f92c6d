import { expect, test } from 'vitest';
import { progressText } from '../../../functions/cli/progress.ts';

const hosts = new Map([['ledger', 'ledger.corp:8443']]);
const asked = { total: 9, finished: 2, last: 'orders' };

test('names the endpoint that is asked for the longest, with its host, once it takes long', () => {
  const since = new Map([
    ['ledger', 1_000],
    ['payments', 2_000],
  ]);
  expect(progressText({ ...asked, since }, hosts, 3_900)).toBe('2 of 9 endpoints, last orders');
  expect(progressText({ ...asked, since }, hosts, 13_500)).toBe('2 of 9 endpoints, 12 s at ledger (ledger.corp:8443)');
  since.delete('ledger');
  expect(progressText({ ...asked, since }, hosts, 13_500)).toBe('2 of 9 endpoints, 11 s at payments');
  expect(progressText({ ...asked, finished: 0, last: null, since: new Map() }, hosts, 0)).toBe('0 of 9 endpoints');
});
