import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jsonSchema } from '../../shared/registry/json-schema.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { differences, references } from './reference.ts';
import { registryPage, rowsOf } from './registry-page.ts';

describe('docs/reference', () => {
  test('holds what the schemas say today (npm run reference writes it)', () => {
    // Given the generated references, more than none
    expect(Object.keys(references()).length).toBeGreaterThanOrEqual(4);
    // It finds the committed copies equal to them
    expect(differences()).toEqual([]);
  });

  test('describes every field of the registry', () => {
    // Given every row of the page
    const rows = Object.entries(jsonSchema('registry').properties ?? {}).flatMap(([name, section]) =>
      rowsOf(name, section as Parameters<typeof rowsOf>[1], true),
    );
    // It has all of them, each with a description
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter(({ description }) => description.trim() === '').map(({ field }) => field)).toEqual([]);
    // It states the defaults that people rely on
    const page = registryPage();
    expect(page).toMatch(/`endpoints\[\]\.timeout`.*\| 10s \|/);
    expect(page).toMatch(/`endpoints\[\]\.rejects\.status`.*\| 400, 401, 403, 421, 495, 496 \|/);
    expect(page).toMatch(/`endpoints\[\]\.url`.*\| required \|/);
    expect(page).toMatch(/`endpoints\[\]\.admits`.*\| those of `defaults`/);
  });

  test('has an example registry that parses', () => {
    // Given the committed example
    const example = new URL('../../docs/reference/registry.example.yaml', import.meta.url);
    // When it is parsed
    const parsed = parseRegistry(readFileSync(example, 'utf8'), example.pathname, []);
    // It has no error
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });
});
