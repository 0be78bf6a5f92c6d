import { describe, expect, test } from 'vitest';
import { deploymentErrors } from '../../../shared/registry/deployment.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const FILES = '{ certificate: a.crt, privateKey: a.key }';
const errorsOf = (identities: string, fields = '', before = '') => {
  const text = `version: 1\nidentities: { a: { secret: x }, ${identities} }\nendpoints:\n${before}  - { name: e, url: "https://h", admits: [a]${fields} }\n`;
  const result = parseRegistry(text, '/r/registry.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return deploymentErrors(result.value);
};

describe('what may not be deployed', () => {
  test.each([
    [
      'an admitted identity from files',
      errorsOf(`b: ${FILES}`, '\n    , refuses: []', '  - { name: f, url: "https://f", admits: [b] }\n'),
      ['identities.b'],
      'f would present it',
    ],
    ['one refused by default', errorsOf(`b: ${FILES}`), ['identities.b'], 'e would present it'],
    [
      'one with a fault, whoever refuses it',
      errorsOf(`b: { certificate: c, privateKey: k, fault: revoked }`, ', refuses: []'),
      ['identities.b'],
      'e would present it',
    ],
    [
      'a passphrase from the environment',
      errorsOf('b: { secret: x, passphrase: { env: P } }'),
      ['identities.b.passphrase'],
      'e would need it',
    ],
    [
      'a header from the environment',
      errorsOf(
        'b: { secret: x }',
        ', http: { headers: { x-t: { env: T } } }',
        '  - { name: t, url: "tls://t:1", admits: [a] }\n',
      ),
      ['endpoints[1].http.headers.x-t'],
      'of e comes from the environment',
    ],
  ])('%s', (_, errors, paths, message) => {
    // It is named with its place and its user
    expect(errors.map(({ path }) => path)).toEqual(paths);
    expect(errors[0]).toMatchObject({ code: 'NOT_DEPLOYABLE', message: expect.stringContaining(message) });
    expect(errors[0]?.line).toBeGreaterThan(1);
  });

  test.each([
    ['an identity that no endpoint uses', `b: ${FILES}`, ', refuses: []'],
    [
      'secrets everywhere',
      'b: { secret: y, passphrase: { secret: p } }',
      ', http: { headers: { x-t: { secret: T }, y: z } }',
    ],
  ])('is not %s', (_, identities, fields) => {
    expect(errorsOf(identities, fields)).toEqual([]);
  });
});
