import { describe, expect, test } from 'vitest';
import type { RegistryError } from '../../../shared/registry/error.ts';
import { formatErrors } from '../../../shared/registry/format.ts';
import { nearest } from '../../../shared/registry/nearest.ts';

const error = (line: number, column: number, path = 'a.b', message = 'wrong'): RegistryError => ({
  file: '/r/registry.yaml',
  line,
  column,
  path,
  code: 'WRONG_VALUE',
  message,
});

describe('formatErrors', () => {
  test('quotes the line and points at the column', () => {
    expect(formatErrors([error(2, 4)], 'x: 1\na: bcd\n', 'registry.yaml')).toBe(
      'registry.yaml:2:4 a.b: wrong\n  2 | a: bcd\n    |    ^',
    );
  });

  test('quotes a part of a long line, still pointing at the column', () => {
    // Given a line of 5,000 characters with one that differs
    const text = `${'x'.repeat(30).concat(' ').repeat(100)}Z${' y'.repeat(900)}`;
    // When its place is shown
    const [, quoted = '', pointer = ''] = formatErrors([error(1, text.indexOf('Z') + 1)], text, 'r').split('\n');
    // It is short, and the mark stands under that character
    expect(quoted.length).toBeLessThan(140);
    expect(quoted[pointer.indexOf('^')]).toBe('Z');
  });

  test('lets no control or bidirectional character through', () => {
    const text = formatErrors([error(1, 1, 'a', 'x\u001b[31m\u202e')], 'a: \u001b[2J\u009b\u2066z', 'r');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each([
    ['a passphrase', 'a: { passphrase: hunter2 }'],
    ['a header', 'headers: { x: hunter2 }'],
    ['a url with a password', 'url: https://user:hunter2@h'],
    ['a line of a key', `hunter2${'MIIE'.repeat(16)}`],
    ['the last line of a key', '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----'],
  ])('does not quote %s', (_, text) => {
    const lines = text.split('\n');
    const shown = formatErrors(
      lines.map((__, at) => error(at + 1, 1)),
      text,
      'r',
    );
    expect(shown).toContain('r:1:1 a.b: wrong');
    expect(shown).not.toContain('hunter2');
  });

  test('survives a place outside the text', () => {
    expect(formatErrors([error(9, 900, '')], 'a', 'r')).toBe('r:9:900: wrong');
  });
});

describe('nearest', () => {
  test.each([
    ['chekout', 'checkout'],
    ['Checkout', 'checkout'],
    ['CHECKOUT', 'checkout'],
    ['cart', null],
    ['', null],
    ['x'.repeat(10_000), null],
  ])('%s → %s', (word, expected) => {
    expect(nearest(word, ['orders', 'checkout', 'a', 'b'])).toBe(expected);
  });
});
