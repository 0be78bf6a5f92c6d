/** What the pages promise of the tree: links lead somewhere, names exist, no document is cited that a reader does not have. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decisions } from './decisions-page.ts';
import { ROOT, sourcesIn, textOf } from './support/sources.ts';

const pages: readonly string[] = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gmu, '');

const brokenLinks = (page: string, text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/gu)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(join(ROOT, dirname(page), target)));

/** A link whose text is a path must lead to that path. */
const mislabelled = (page: string, text: string): readonly string[] =>
  [...text.matchAll(/\[`([^`\]]+\/[^`\]]+)`\]\(([^)]+)\)/gu)]
    .filter(([, label = '', target = '']) => normalize(join(dirname(page), target)) !== label)
    .map(([link]) => link);

test('every link of every page leads to a file', () => {
  expect(pages.length).toBeGreaterThan(30);
  expect(pages.flatMap((page) => brokenLinks(page, textOf(page)).map((link) => `${page}: ${link}`))).toEqual([]);
  expect(pages.flatMap((page) => mislabelled(page, textOf(page)))).toEqual([]);
  expect(brokenLinks('docs/x.md', '[a](../README.md) [b](nowhere.md) [c](https://x.example/)')).toEqual(['nowhere.md']);
  expect(mislabelled('docs/x.md', '[`shared/a.ts`](../shared/b.ts) [`shared/a.ts`](../shared/a.ts)')).toHaveLength(1);
});

type Named = { readonly symbols: readonly string[]; readonly file: string };

/** "`one`, `two` and `three` in [`file`](…)", in a sentence or in neighbouring cells of a table. */
const namesIn = (text: string): readonly Named[] =>
  [...text.matchAll(/((?:`[#\w]+`(?:,\s|\sand\s)?)+)\s(?:in|\|)\s\[`([^`]+\.ts)`\]/gu)].map(
    ([, symbols = '', file = '']) => ({
      file,
      symbols: [...symbols.matchAll(/`([^`]+)`/gu)].map(([, symbol = '']) => symbol),
    }),
  );

/** As a declaration, or as a member of an object, a class or a type. */
const declares = (text: string, symbol: string): boolean =>
  new RegExp(
    `(?:\\b(?:const|let|type|class|function)\\s+|^\\s+(?:readonly\\s+)?)${symbol}\\b\\s*[=:(<{]|\\bclass\\s+${symbol}\\b`,
    'mu',
  ).test(text);

describe.each([
  ['docs/architecture.md', 50],
  ['docs/glossary.md', 35],
] as const)('%s', (page, least) => {
  test('names only what is declared in the file that it names', () => {
    const named = namesIn(textOf(page));
    expect(named.flatMap(({ symbols }) => symbols).length).toBeGreaterThan(least);
    const missing = named.flatMap(({ symbols, file }) =>
      symbols.filter((symbol) => !declares(textOf(file), symbol)).map((symbol) => `${symbol} in ${file}`),
    );
    expect(missing).toEqual([]);
  });
});

test('a name that is gone is found', () => {
  expect(namesIn('`one`, `two` and `three` in [`shared/a.ts`](x); | `four` | [`shared/b.ts`](x) |')).toEqual([
    { file: 'shared/a.ts', symbols: ['one', 'two', 'three'] },
    { file: 'shared/b.ts', symbols: ['four'] },
  ]);
  const text = 'const one = 1;\nclass Two {\n  three(): void {}\n}\nuse(four);\n';
  expect(['one', 'Two', 'three', 'four', 'on'].map((symbol) => declares(text, symbol))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

describe('docs/architecture.md', () => {
  const page = textOf('docs/architecture.md');

  test('has every floor and every room', () => {
    const folders = (of: string) =>
      readdirSync(join(ROOT, of), { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []));
    const floors = folders('shared');
    expect(floors.filter((floor) => !page.includes(`[\`shared/${floor}\`](../shared/${floor})`))).toEqual([]);
    const rowOf = (floor: string) => page.split('\n').find((line) => line.startsWith(`| [\`shared/${floor}\`]`)) ?? '';
    const rooms = floors.flatMap((floor) => folders(`shared/${floor}`).map((room) => ({ floor, room })));
    expect(rooms.length).toBeGreaterThan(12);
    expect(rooms.filter(({ floor, room }) => !rowOf(floor).includes(`\`${room}\``))).toEqual([]);
  });

  test.each([
    ['where a TLS alert’s number becomes an outcome', ['alertOfError', 'classifyEnding']],
    ['where the default of refuses is set', ['everyOther']],
    ['where a lease is taken over', ['takeOver']],
    ['where a served chain’s expiry threshold is computed', ['isWithin']],
  ] as const)('says %s', (_, symbols) => {
    const named = namesIn(page).flatMap((each) => each.symbols);
    expect(symbols.filter((symbol) => !named.includes(symbol))).toEqual([]);
  });
});

test('the glossary is in order and has each word once', () => {
  const words = [...textOf('docs/glossary.md').matchAll(/^\| ([a-z ]+) \| (?!meaning)/gmu)].map(
    ([, word = '']) => word,
  );
  expect(words.length).toBeGreaterThan(35);
  expect(words).toEqual([...new Set(words)].toSorted());
});

describe('what is cited', () => {
  const cited = [
    ...sourcesIn('shared', 'functions', 'infra', 'test').filter((file) => !file.endsWith('documents.test.ts')),
    ...pages,
    ...readdirSync(join(ROOT, 'docs/reference')).map((file) => `docs/reference/${file}`),
  ].filter((file) => /\.(ts|md|yaml)$/u.test(file));
  const ABSENT = /\bDESIGN(\.md)?\b|\b[Tt]he contract\b/u;
  const known = new Set(decisions().map(({ number }) => number));
  const numbersIn = (text: string): readonly number[] =>
    [...text.matchAll(/\bADRs? (\d+)\b|\bdocs\/adr\/(\d{4})/gu)].map(([, short, long]) => Number(short ?? long));

  test('is in the tree', () => {
    expect(cited.length).toBeGreaterThan(500);
    expect(cited.filter((file) => ABSENT.test(textOf(file)))).toEqual([]);
    expect(
      ['DESIGN rule 5', 'as the contract says', 'a contract', 'designed'].map((text) => ABSENT.test(text)),
    ).toEqual([true, true, false, false]);
  });

  test('each number of a decision is one', () => {
    const found = cited.flatMap((file) => numbersIn(textOf(file)).map((number) => ({ file, number })));
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter(({ number }) => !known.has(number))).toEqual([]);
    expect(numbersIn('ADR 6, docs/adr/0028, (ADR 9999)')).toEqual([6, 28, 9999]);
  });
});
