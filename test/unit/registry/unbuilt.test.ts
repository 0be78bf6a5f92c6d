import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SCENARIO_NAMES } from '../../../shared/model/names.ts';
import { parseRegistry, refuseUnbuilt } from '../../../shared/registry/parse.ts';

const parsed = (endpoint: string, before = '') => {
  const text = `version: 1\nidentities: { a: { secret: x } }\n${before}\nendpoints:\n  - { name: e, admits: [a], ${endpoint} }\n`;
  const result = parseRegistry(text, '/r/registry.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
};

describe('what is not built yet', () => {
  test.each([
    [
      'url: "https://h"',
      'include: [endpoints.d/*.yaml]',
      'include',
      'include: a registry in several files is not built yet',
    ],
  ])('%s %s', (endpoint, before, path, message) => {
    // Given a registry that uses it, when it is parsed
    const value = parsed(endpoint, before);
    // It is named with its place, and refused by whoever wants to run it
    expect(value.unbuilt).toMatchObject([{ path, message, code: 'NOT_BUILT_YET' }]);
    expect(refuseUnbuilt(value)).toEqual({ ok: false, errors: value.unbuilt });
  });

  test.each([
    'addresses: all, from: [default], alpn: [h2], http: { version: 2, method: POST, body: x, headers: { a: b, c: { secret: d } } }',
    'trustBundle: public, owner: o, runbook: "https://w/m", platform: nginx, tlsVersions: ["1.3"]',
    'routes: [{ path: /x, admits: [a] }], bypasses: ["https://i", "http://j"]',
    `skip: [${SCENARIO_NAMES.filter((scenario) => scenario !== 'valid-identity')
      .map((scenario) => `{ scenario: ${scenario}, reason: r }`)
      .join(', ')}]`,
    `waivers: [${SCENARIO_NAMES.map((scenario) => `{ scenario: ${scenario}, until: 2030-01-01, reason: r }`).join(', ')}]`,
  ])('is nothing of %s', (fields) => {
    const value = parsed(`url: "https://h", ${fields}`);
    expect(value.unbuilt).toEqual([]);
    expect(refuseUnbuilt(value).ok).toBe(true);
  });

  test('in the example: each use', () => {
    const example = readFileSync(new URL('../../../docs/reference/registry.example.yaml', import.meta.url), 'utf8');
    const result = parseRegistry(example, '/r/registry.yaml');
    const unbuilt = result.ok ? result.value.unbuilt : [];
    expect(unbuilt.map(({ message }) => message)).toEqual(['include: a registry in several files is not built yet']);
  });
});
