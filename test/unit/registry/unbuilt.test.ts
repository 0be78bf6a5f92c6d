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
    ['url: "tls://h:1"', '', 'endpoints[0].url', 'e: tls:// is not built yet'],
    ['url: "GRPCS://h"', '', 'endpoints[0].url', 'e: grpcs:// is not built yet'],
    ['url: "https://h", http: { version: 2 }', '', 'endpoints[0].http.version', 'e: http.version: 2 is not built yet'],
    ['url: "https://h", addresses: all', '', 'endpoints[0].addresses', 'e: addresses: all is not built yet'],
    ['url: "https://h", alpn: [h2]', '', 'endpoints[0].alpn', 'e: alpn is not built yet'],
    ['url: "https://h", tls: {}', '', 'endpoints[0].tls', 'e: tls is not built yet'],
    ['url: "https://h", routes: [{ path: /x, admits: [a] }]', '', 'endpoints[0].routes', 'e: routes is not built yet'],
    ['url: "https://h", bypasses: ["https://i"]', '', 'endpoints[0].bypasses', 'e: bypasses is not built yet'],
    [
      'url: "https://h", from: [default, v]',
      'vantages: { v: {} }',
      'endpoints[0].from[1]',
      'e: from: v is not built yet',
    ],
    ['url: "https://h"', 'vantages: { v: { vpcId: vpc-1 } }', 'vantages.v', 'v: a vantage in a VPC is not built yet'],
  ])('%s %s', (endpoint, before, path, message) => {
    // Given a registry that uses it, when it is parsed
    const value = parsed(endpoint, before);
    // It is named with its place, and refused by whoever wants to run it
    expect(value.unbuilt).toMatchObject([{ path, message, code: 'NOT_BUILT_YET' }]);
    expect(refuseUnbuilt(value)).toEqual({ ok: false, errors: value.unbuilt });
  });

  test.each([
    'addresses: first, from: [default], http: { version: 1, method: POST, body: x, headers: { a: b, c: { secret: d } } }',
    `skip: [${SCENARIO_NAMES.filter((scenario) => scenario !== 'valid-identity')
      .map((scenario) => `{ scenario: ${scenario}, reason: r }`)
      .join(', ')}]`,
    `waivers: [${SCENARIO_NAMES.map((scenario) => `{ scenario: ${scenario}, until: 2030-01-01, reason: r }`).join(', ')}]`,
  ])('is nothing of %s', (fields) => {
    const value = parsed(`url: "https://h", ${fields}`);
    expect(value.unbuilt).toEqual([]);
    expect(refuseUnbuilt(value).ok).toBe(true);
  });

  test('in the example: each use, in the order of its lines', () => {
    const example = readFileSync(new URL('../../../docs/reference/registry.example.yaml', import.meta.url), 'utf8');
    const result = parseRegistry(example, '/r/registry.yaml');
    const unbuilt = result.ok ? result.value.unbuilt : [];
    expect(unbuilt.map(({ message }) => message.replace(' is not built yet', ''))).toEqual([
      'prod-vpc: a vantage in a VPC',
      'ledger: from: prod-vpc',
      'ledger: addresses: all',
      'ledger: http.version: 2',
      'ledger: routes',
      'ledger: bypasses',
      'broker: tls://',
      'broker: tls',
      'pricing: grpcs://',
      'orders-db: postgres://',
      'telemetry: mqtts://',
      'telemetry: alpn',
      'cache: rediss://',
    ]);
    const lines = unbuilt.map(({ line }) => line);
    expect(lines).toEqual(lines.toSorted((one, other) => one - other));
  });
});
