import { expect, test } from 'vitest';
import { PROTOCOLS, SCHEME_NAMES, URL_DESCRIPTION } from '../../../shared/protocol/protocols.ts';
import { FIELD_SCHEMES } from '../../../shared/registry/protocol-fields.ts';
import { registryDocument } from '../../../shared/registry/registry-document.ts';

const records = Object.values(PROTOCOLS);

test('no scheme has two protocols: the later would take it without a word', () => {
  const all = records.flatMap(({ schemes }) => Object.keys(schemes));
  expect(all).toEqual([...SCHEME_NAMES]);
  expect(new Set(all).size).toBe(all.length);
});

test('the URL’s description names every scheme', () => {
  for (const scheme of SCHEME_NAMES) expect(URL_DESCRIPTION).toMatch(new RegExp(`\\b${scheme}\\b`));
});

test('a protocol’s own field is optional, described, and no other’s', () => {
  const endpoint = registryDocument.shape.endpoints.element.shape;
  expect(Object.keys(FIELD_SCHEMES)).toEqual(['tls', 'mqtt']);
  for (const field of Object.keys(FIELD_SCHEMES)) {
    const schema = Object.entries(endpoint).find(([name]) => name === field)?.[1];
    expect(schema?.safeParse(undefined).success).toBe(true);
    expect(schema?.meta()?.description).toContain(FIELD_SCHEMES[field]?.[0]);
  }
});
