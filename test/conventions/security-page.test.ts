/** docs/security.md claims nothing without a test or a source. */
import { expect, test } from 'vitest';
import { textOf } from './support/sources.ts';

const SOURCE = /^(AWS|RFC \d|reading: |\[`test\/)/;

/** Rows of its tables of two columns: what is claimed, and what shows it. */
const claims = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => /^\| (?!It c|Role|---)/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')))
    .filter(({ length }) => length === 2);

const unproven = (text: string) => claims(text).flatMap(([claim, by = '']) => (SOURCE.test(by) ? [] : [claim]));

test('every claim names a test or a source', () => {
  const text = textOf('docs/security.md');
  expect(claims(text).length).toBeGreaterThan(25);
  expect(unproven(text)).toEqual([]);
  expect(unproven('| It cannot | Shown by |\n| --- | --- |\n| fly | RFC 1 |\n| swim | everybody knows |')).toEqual([
    'swim',
  ]);
});
