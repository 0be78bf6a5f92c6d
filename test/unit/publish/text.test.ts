import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inert } from '../../../shared/model/inert.ts';
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

describe('foreign words in a sentence', () => {
  test.each([
    ['issued by "https://evil.example/x"', 'issued by "https[:]//evil[.]example/x"'],
    ['O=www.evil.example', 'O=www[.]evil[.]example'],
    ['emailAddress=boss@evil.example', 'emailAddress=boss(at)evil[.]example'],
    ['@channel <!here> <https://a.example|b>', '(at)channel ‹!here› ‹https[:]//a[.]example|b›'],
    ['[open](//evil.example)', '[open] (//evil[.]example)'],
    ['*red* _it_ ~no~ `code`', "*red＊ _it＿ ~no～ 'code'"],
    [
      'for *.prod.example, and not ACCEPTED_NO_CERTIFICATE of TLS 1.2.',
      'for *.prod[.]example, and not ACCEPTED_NO_CERTIFICATE of TLS 1.2.',
    ],
    ['spiffe://lab.test/ns/payments', 'spiffe://lab[.]test/ns/payments'],
  ])('%s is shown as %s', (text, shown) => {
    expect(inert(text)).toBe(shown);
  });

  test('whatever they are, nothing of them is a link, a mention or markup, and twice is as once', () => {
    const part = fc.constantFrom(
      ...'https:// HTTP: www. a evil example .com . @ * _ ~ ` [ ]( ) < > | ! mailto: 😀 é'.split(' '),
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const shown = inert(parts.join(''));
        expect(shown).not.toMatch(/https?:|mailto:|@|`|<|>|\]\(/i);
        expect(shown).not.toMatch(/[\p{L}\p{N}]\.\p{L}{2}/u);
        expect(shown).not.toMatch(/\S[*_~](?![\p{L}\p{N}])/u);
        expect(inert(shown)).toBe(shown);
      }),
    );
  });
});
