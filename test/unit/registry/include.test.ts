import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatErrors } from '../../../shared/registry/format.ts';
import { type Disk, readIncluded } from '../../../shared/registry/included-files.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const FILE = '/r/registry.yaml';
const MAIN = `version: 1
include: [endpoints.d/*.yaml]
identities: { a: { secret: x } }
defaults: { admits: [a], owner: team-main }
endpoints:
  - { name: one, url: "https://one.corp.example" }
`;

/** A disk in memory: texts by absolute path. */
const diskOf = (files: Readonly<Record<string, string>>): Disk => ({
  list: (folder) =>
    Object.keys(files).flatMap((path) => (dirname(path) === folder ? [path.slice(folder.length + 1)] : [])),
  read: (path) => {
    const text = files[path];
    return text === undefined ? { ok: false, reason: 'ENOENT, no such file' } : { ok: true, text };
  },
});

/** The registry, or what a terminal shows. */
const read = (files: Readonly<Record<string, string>>, main = MAIN) => {
  const found = readIncluded(main, FILE, 'registry.yaml', diskOf(files));
  if (!found.ok) return { registry: null, shown: formatErrors(found.errors, main, 'registry.yaml'), warnings: [] };
  const { files: included, warnings } = found.value;
  const parsed = parseRegistry(main, FILE, included);
  return parsed.ok
    ? { ...parsed.value, shown: '', warnings }
    : { registry: null, shown: formatErrors(parsed.errors, main, 'registry.yaml', included), warnings };
};
const names = (files: Readonly<Record<string, string>>, main = MAIN) =>
  read(files, main).registry?.endpoints.map(({ name }) => name);
const endpoint = (name: string) => `  - { name: ${name}, url: "https://${name}.corp.example" }\n`;

describe('a registry in several files', () => {
  test('is one: sorted by name, with the defaults of the registry and anchors of each file', () => {
    const files = {
      '/r/endpoints.d/b.yaml': `x-own: &own { owner: team-b }\nendpoints:\n  - { name: bee, url: "https://b.corp.example", <<: *own }\n`,
      '/r/endpoints.d/a.yaml': `identities: { late: { secret: y } }\nendpoints:\n${endpoint('aye')}`,
      '/r/endpoints.d/.hidden.yaml': `endpoints:\n${endpoint('hidden')}`,
      '/r/endpoints.d/notes.txt': 'no registry',
      '/r/endpoints.d/z.yaml': '# nothing yet\n',
    };
    const { registry } = read(files);
    expect(registry?.endpoints.map(({ name, owner }) => [name, owner])).toEqual([
      ['one', 'team-main'],
      ['aye', 'team-main'],
      ['bee', 'team-b'],
    ]);
    expect(registry?.endpoints[0]?.refuses).toEqual(['late']);
  });

  test('paths are relative to the file that names them', () => {
    const own = `identities: { f: { certificate: pki/f.crt, privateKey: ../f.key } }\ntrustBundles: { t: { file: /etc/ca.pem, crls: [{ file: t.crl }] } }\n`;
    const { registry } = read({ '/r/endpoints.d/a.yaml': own });
    expect(registry?.identities['f']?.source).toEqual({
      kind: 'files',
      certificate: '/r/endpoints.d/pki/f.crt',
      privateKey: '/r/f.key',
    });
    expect(registry?.trustBundles['t']).toEqual({
      kind: 'file',
      file: '/etc/ca.pem',
      crls: [{ kind: 'file', file: '/r/endpoints.d/t.crl' }],
    });
  });

  test.each([
    [
      'endpoints:\n  - { name: two, url: "https://h", ownr: x }\n',
      /^endpoints\.d\/a\.yaml:2:\d+ endpoints\[0\]\.ownr: unknown field "ownr"; did you mean "owner"\?\n +2 \| /,
    ],
    [
      'endpoints:\n  - { name: two, url: "https://h", admits: [b] }\n',
      /^endpoints\.d\/a\.yaml:2:\d+ endpoints\[0\]\.admits\[0\]: unknown identity "b"/,
    ],
    ['endpoint: []\n', /^endpoints\.d\/a\.yaml:1:1 endpoint: unknown field "endpoint"; did you mean "endpoints"\?/],
    ['endpoints: {}\n', /^endpoints\.d\/a\.yaml:1:12 endpoints: found an empty mapping; expected a list/],
    ['defaults: { owner: x }\n', /^endpoints\.d\/a\.yaml:1:\d+ defaults: defaults stands in the registry itself/],
    ['include: [b.yaml]\n', /^endpoints\.d\/a\.yaml:1:\d+ include: include stands in the registry itself/],
    [
      `endpoints:\n${endpoint('one')}`,
      /^endpoints\.d\/a\.yaml:2:\d+ endpoints\[0\]\.name: "one" is the name of an endpoint of registry\.yaml:6 already/,
    ],
    [
      'identities: { a: { secret: z } }\n',
      /^endpoints\.d\/a\.yaml:1:\d+ identities\.a: "a" is an identity of registry\.yaml:3 already/,
    ],
    ['endpoints: [\n', /^endpoints\.d\/a\.yaml:\d+:\d+: not YAML/],
    ['identities: { f: { certificate: a.crt } }\n', /^endpoints\.d\/a\.yaml:1:\d+ identities\.f/],
    ['- 1\n', /^endpoints\.d\/a\.yaml:1:1: found a list; expected a mapping/],
  ])('%j: the error names the file, its line and the field', (text, message) => {
    expect(read({ '/r/endpoints.d/a.yaml': text }).shown).toMatch(message);
  });

  test('the place of an endpoint is in its own file', () => {
    const value = read({ '/r/endpoints.d/a.yaml': `# first\nendpoints:\n${endpoint('aye')}` });
    const where = { keys: ['endpoints', 'aye'], at: 'value', code: 'WRONG_VALUE', message: '' } as const;
    expect('locate' in value && value.locate(where)).toMatchObject({
      file: '/r/endpoints.d/a.yaml',
      line: 3,
      path: 'endpoints[0]',
    });
  });

  test('a path without a file is an error, a pattern without one a warning', () => {
    expect(read({}, MAIN.replace('endpoints.d/*.yaml', 'more.yaml')).shown).toMatch(
      /^registry\.yaml:2:11 include\[0\]: more\.yaml cannot be read: ENOENT, no such file/,
    );
    expect(read({}).warnings).toEqual(['registry.yaml: include[0] matches no file: endpoints.d/*.yaml']);
    expect(names({})).toEqual(['one']);
  });

  test('a file that two patterns match is read once, and the registry never includes itself', () => {
    const main = MAIN.replace('endpoints.d/*.yaml', '"*.yaml", "more.yam?"');
    expect(names({ [FILE]: main, '/r/more.yaml': `endpoints:\n${endpoint('more')}` }, main)).toEqual(['one', 'more']);
  });

  test('whoever reads only one document refuses it', () => {
    const parsed = parseRegistry(MAIN, FILE);
    expect(parsed).toMatchObject({ ok: false, errors: [{ line: 2, path: 'include', code: 'NOT_INCLUDED' }] });
  });

  test('cut into files at any place, endpoints mean what they mean in one', () => {
    const all = ['two', 'three', 'four', 'five', 'six'];
    const head = MAIN.replace('include: [endpoints.d/*.yaml]\n', '');
    const one = parseRegistry(head + all.map(endpoint).join(''), FILE);
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), (cuts) => {
        const places = cuts.toSorted();
        const files = Object.fromEntries(
          [...new Set(places)].map((cut) => [
            `/r/endpoints.d/${cut}.yaml`,
            `endpoints:\n${all
              .filter((_, at) => places[at] === cut)
              .map(endpoint)
              .join('')}`,
          ]),
        );
        expect(one.ok && one.value.registry).toEqual(read(files).registry);
      }),
      { numRuns: 30 },
    );
  });
});
