/** Law: what is read in pieces is what the whole document holds, or nothing is read in pieces. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { LARGE, readInPieces } from '../../../shared/registry/read-in-pieces.ts';

const wholeOf = (text: string): unknown => {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', merge: true });
  return document.errors.length + document.warnings.length > 0 ? Symbol('an error') : document.toJS();
};

const HEAD = 'version: 1\nidentities: { checkout: { secret: a } }\n';
const endpoint = (at: number): string =>
  `  - name: service-${at}\n    url: https://service-${at}.corp.example/\n    admits: [checkout]\n`;
const endpoints = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => endpoint(from + at)).join('');

describe('a registry in pieces', () => {
  test.each([
    ['in block style', `${HEAD}endpoints:\n${endpoints(450)}`],
    ['with fields behind it', `${HEAD}endpoints:\n${endpoints(3)}\ndefaults:\n  timeout: 5s\n`],
    ['with its dashes at the left', `endpoints: # all\n- name: a\n- name: b\nversion: 1\n`],
    ['with comments and empty lines', `# x\n\nendpoints:\n\n# first\n  - name: a\n\n# second\n  - name: b\n   # end\n`],
    ['with line ends of Windows', `${HEAD}endpoints:\n${endpoints(3)}`.replaceAll('\n', '\r\n')],
    [
      'with texts of several lines',
      'endpoints:\n  - name: a\n    owner: |\n      - x\n      # y\n\n  - name: >-\n      b\n      c\n',
    ],
  ])('%s is read as the whole is', (_, text) => {
    expect(readInPieces(text)).toEqual(wholeOf(text));
  });

  test.each([
    ['an anchor', `x-a: &a { admits: [checkout] }\nendpoints:\n  - { name: a, <<: *a }\n`],
    ['a list in brackets', 'endpoints: [{ name: a }]\n'],
    ['a second document', 'endpoints:\n  - name: a\n---\nendpoints:\n  - name: b\n'],
    ['a field that stands twice', 'version: 1\nendpoints:\n  - name: a\nversion: 2\n'],
    ['a second list', 'endpoints:\n  - name: a\nendpoints:\n  - name: b\n'],
    ['a second list in quotes', 'endpoints:\n  - name: a\n"endpoints":\n  - name: b\n'],
    ['a text that begins before the list and ends behind it', 'a: "x\nendpoints:\n  - b\nc: y"\n'],
    ['a text that begins in one item and ends in another', `endpoints:\n  - "a\n  - b"\n${endpoints(300)}`],
    ['an error in one item', `endpoints:\n${endpoints(300)}  - { name: a\n`],
    ['a repeated field in one item', `endpoints:\n${endpoints(300)}  - { name: a, name: b }\n`],
    ['an item that is indented less', 'endpoints:\n  - name: a\n - name: b\n'],
    ['a head that is indented', '  url: b\nendpoints:\n  - name: a\n'],
    ['no item', 'endpoints:\n'],
    ['no endpoints', 'version: 1\n'],
  ])('%s is left to the whole', (_, text) => {
    expect(readInPieces(text)).toBeNull();
  });

  test('whatever its lines are, it is read as the whole is, or not at all', () => {
    const LINES = [
      ...[
        'endpoints:',
        '  - name: a',
        '- name: a',
        '    url: b',
        '  url: b',
        '    - c',
        ' - d',
        'version: 1',
        '  - {',
        '  }',
      ],
      ...[
        '  - "x',
        '  y"',
        '  - |',
        '    text',
        '      - more',
        '# note',
        '  # note',
        '',
        '---',
        '"endpoints": 1',
        '  -',
        '\t- a',
      ],
      ...[
        '  - &a b',
        '  - *a',
        '  - ? a',
        '    : b',
        '  - - a',
        '    - b',
        "  - 'it''s",
        "    so'",
        '  - a: |+',
        'x: >',
        '%YAML 1.2',
      ],
    ];
    const texts = fc
      .array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 12 })
      .map((lines) => `${lines.join('\n')}\n`);
    const withList = texts.map((text) => `version: 1\nendpoints:\n${text}`);
    fc.assert(
      fc.property(fc.oneof(texts, withList), (text) => {
        const read = readInPieces(text);
        if (read !== null) expect(read).toEqual(wholeOf(text));
      }),
      { numRuns: 4_000 },
    );
  });
});

describe('a large registry', () => {
  const many = Math.ceil(LARGE / endpoint(0).length) + 100;

  test('is resolved as it would be in parts', () => {
    const parsed = parseRegistry(`${HEAD}endpoints:\n${endpoints(many)}`, '/registry.yaml');
    expect(parsed.ok && parsed.value.registry.endpoints.map(({ name }) => name)).toEqual(
      Array.from({ length: many }, (_, at) => `service-${at}`),
    );
  });

  test('names the line of an error', () => {
    const parsed = parseRegistry(`${HEAD}endpoints:\n${endpoints(many)}  - nam: last\n`, '/registry.yaml');
    const line = 3 + many * 3 + 1;
    expect(parsed.ok ? [] : parsed.errors.map((error) => [error.line, error.code])).toContainEqual([
      line,
      'UNKNOWN_FIELD',
    ]);
  });
});
