/** An OPA that cannot be asked, and why: no connection is made here. */
import { expect, test } from 'vitest';
import { readSources } from '../../../functions/cli/read-sources.ts';
import { openSecrets } from '../../../functions/cli/secret-source.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const stateOf = async (source: string, endpoint: string) => {
  const text = `version: 1
identities: { payments: { secret: id/payments } }
sources: { authz: { opa: "http://127.0.0.1:1/v1/data/authz/allow"${source} } }
endpoints: [{ name: pay, url: "https://pay.corp.example", admits: [payments]${endpoint} }]`;
  const parsed = parseRegistry(text, '/registry.yaml', []);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const held = await readSources(parsed.value.registry, 0, {
    ...(await openSecrets('none')),
    readFile: async () => ({ ok: false, reason: 'ENOENT' }),
    readEnv: () => undefined,
  });
  return held?.states[0];
};
const NAMED = ', sources: { authz: pay.corp.example }';

test('no endpoint says what it is called there', async () => {
  expect(await stateOf('', '')).toMatchObject({
    readAt: null,
    reason: 'no endpoint says what it is called there: add sources: { authz: HOST } to one',
  });
});

test('its token is nowhere', async () => {
  expect(await stateOf(', token: { env: OPA_TOKEN }', NAMED)).toMatchObject({
    readAt: null,
    reason: 'its token cannot be read: the environment variable OPA_TOKEN is not set',
  });
});

test('an identity without a certificate that can be read is named, and nobody asks about it', async () => {
  expect(await stateOf('', NAMED)).toMatchObject({
    claims: 0,
    problems: [{ at: { object: 'identity payments' }, message: expect.stringContaining('run with --secrets aws') }],
  });
});
