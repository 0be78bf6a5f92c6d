/** `expiry` and `access` on real servers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoLab, startDemoLab } from '../../functions/cli/demo/lab.ts';
import { accessSchema } from '../../shared/model/access.ts';
import { expirySchema } from '../../shared/model/expiry.ts';
import { mtlsMonitor } from '../helpers/registry.ts';

let lab: DemoLab;
beforeAll(async () => {
  lab = await startDemoLab(Date.now());
});
afterAll(() => lab.stop());

test('`access` says who may call what, as the servers have it', async () => {
  const { stdout, exitCode } = await mtlsMonitor('access', lab.registryFile, '--format', 'json');
  const { clients, rows } = accessSchema.parse(JSON.parse(stdout));
  const of = (endpoint: string) => {
    const row = rows.find((each) => each.endpoint === endpoint);
    return Object.fromEntries(clients.map(({ name }, at) => [name, row?.answers[at]]));
  };
  expect(exitCode).toBe(1);
  expect(of('strict-tls13')).toMatchObject({ payments: 'admitted', orders: 'refused', 'no certificate': 'refused' });
  expect(of('any-identity')).toMatchObject({ orders: 'wrongly-admitted', 'no certificate': 'refused' });
  expect(of('optional')).toMatchObject({ 'no certificate': 'wrongly-admitted' });
  expect(of('plaintext-permissive')).toMatchObject({ 'no certificate': 'wrongly-admitted' });
  expect(of('asks-but-does-not-verify')).toMatchObject({
    'unknown CA': 'wrongly-admitted',
    'no certificate': 'refused',
  });
  expect(of('down')).toMatchObject({ payments: 'untold' });
});

test('`expiry` dates servers, identities and CAs, and says whose end it could not see', async () => {
  const { stdout, exitCode } = await mtlsMonitor('expiry', lab.registryFile, '--format', 'json');
  const { endings, undated } = expirySchema.parse(JSON.parse(stdout));
  expect(exitCode).toBe(2);
  expect(new Set(endings.map(({ kind }) => kind))).toEqual(new Set(['served', 'identity', 'authority']));
  expect(endings[0]).toMatchObject({ kind: 'served', endpoints: ['expired-served'] });
  expect(undated.map(({ name }) => name)).toEqual(['down']);
});
