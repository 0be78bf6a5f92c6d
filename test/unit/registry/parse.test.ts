import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { BAD_REGISTRIES, registry } from './bad-registries.ts';

const FILE = '/srv/registry.yaml';
const parsed = (text: string) => {
  const result = parseRegistry(text, FILE);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value.registry;
};

describe('a bad registry', () => {
  test.each(BAD_REGISTRIES)('$what', ({ text, says }) => {
    // Given a registry with a fault, when it is parsed
    const result = parseRegistry(text, FILE);
    // It says exactly this, of this file
    expect(result.ok ? [] : result.errors.map((e) => `${e.line}:${e.column} ${e.path}: ${e.message}`)).toEqual(says);
    expect(result.ok ? [] : result.errors.map(({ file }) => file)).toEqual(says.map(() => FILE));
  });

  test('never repeats a password or a key', () => {
    // Given all that is said about them
    const said = BAD_REGISTRIES.flatMap(({ text }) => {
      const result = parseRegistry(text, FILE);
      return result.ok ? [] : result.errors.map(({ message }) => message);
    }).join('\n');
    // It holds none of the secrets that stand in the fixtures
    expect(said).not.toMatch(/hunter2|MIIE|123456/);
  });
});

describe('parsing', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(...'{}[]:,-&*!|>\'"%@`#?\n\t ab1~<='), maxLength: 80 }),
    fc.json(),
    fc.jsonValue().map((value) => stringify({ version: 1, identities: value, endpoints: [value] })),
  );

  test('never throws, and every error has a place in the file', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const result = parseRegistry(text, FILE);
        const errors = result.ok ? [] : result.errors;
        for (const { line, column, message } of errors) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(message).not.toMatch(/[\p{Cc}]|undefined|Invalid input/u);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('never throws on a good registry with one value replaced', () => {
    const good = {
      version: 1,
      identities: { a: { secret: 'x' } },
      endpoints: [{ name: 'e', url: 'https://e', admits: ['a'] }],
    };
    const fields = [
      'url',
      'admits',
      'refuses',
      'http',
      'accepts',
      'expiry',
      'tlsVersions',
      'waivers',
      'skip',
      'routes',
      'limits',
      'from',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 }), (field, value) => {
        const text = JSON.stringify({ ...good, endpoints: [{ ...good.endpoints[0], [field]: value }] });
        expect(typeof parseRegistry(text, FILE).ok).toBe('boolean');
      }),
      { numRuns: 400 },
    );
  });

  test('a field that cannot even be made a text is a fault of the registry, not of ours', () => {
    const text = registry('').replace('https://payments.corp.example:8443/', '{ toString: 1 }');
    const result = parseRegistry(text, FILE);
    expect(result.ok ? [] : result.errors.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'WRONG_TYPE endpoints[0].url',
    ]);
  });

  test('an alias may stand as often as the file has room for it', () => {
    // Given a fleet whose endpoints share a list and a mapping
    const first = '  - &first { name: e0, url: "https://e", admits: &who [checkout] }\n';
    const others = Array.from({ length: 300 }, (_, at) => `  - { <<: *first, name: e${at + 1}, admits: *who }\n`).join(
      '',
    );
    // It parses
    expect(parsed(registry(`\n${first}${others}`)).endpoints).toHaveLength(302);
  });
});
