import { describe, expect, test } from 'vitest';
import { ascii, fitting, printable, words } from '../../../shared/publish/text.ts';

describe('text on its way into a message', () => {
  test.each([
    ['plain', 'plain'],
    ['tab\tand\r\nline', 'tab\\u{9}and\\u{d}\\u{a}line'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['\u202eevil\u2066', '\\u{202e}evil\\u{2066}'],
    ['\ud83d', '\\u{d83d}'],
    ['grün 😀', 'grün 😀'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text, 100)).toBe(shown);
  });

  test('a cut never halves a character', () => {
    expect([printable('ab😀cd', 4), printable('ab😀', 4), printable('abcde', 4)]).toEqual(['ab…', 'ab😀', 'abc…']);
  });

  test('ascii: a question mark for the rest, never longer', () => {
    expect([ascii('grün\n😀', 20), ascii('x'.repeat(101), 100).length]).toEqual(['gr?n??', 100]);
  });

  test('as many names as fit, in number and in bytes', () => {
    expect(fitting(['a', 'b', 'c'], 2, 100)).toEqual(['a', 'b']);
    const names = Array.from({ length: 50 }, (_, n) => `ü${n}`);
    const fit = fitting(names, 100, 100);
    expect(Buffer.byteLength(JSON.stringify(fit))).toBeLessThanOrEqual(100);
    expect(fit.length).toBeGreaterThan(10);
  });

  test('a code in words', () => {
    expect(words('CLIENT_CERTIFICATE_OPTIONAL')).toBe('client certificate optional');
  });
});
