import { describe, expect, test } from 'vitest';
import { escaped, html } from '../../../functions/cli/render/markup.ts';

describe('text on its way into markup', () => {
  test.each([
    ['opens an element', '<script>', '&lt;script&gt;'],
    ['writes an entity', '&lt;', '&amp;lt;'],
    ['closes an attribute', 'a" onload="x', 'a&quot; onload=&quot;x'],
    ['closes an attribute in single quotes', "a' onload='x", 'a&#39; onload=&#39;x'],
    ['turns what follows around', 'a\u202eb\u2066c', 'a\\u{202e}b\\u{2066}c'],
    ['moves the cursor, or is not allowed in XML', '\u001b[2J\u0000\u009b', '\\u{1b}[2J\\u{0}\\u{9b}'],
    ['starts a line', 'a\r\nb\u2028c', 'a\\u{d}\\u{a}b\\u{2028}c'],
    ['is half a character', 'a\ud83d', 'a\\u{d83d}'],
    ['is what it looks like', 'grün 😀 שלום', 'grün 😀 שלום'],
  ])('that %s', (_what, text, shown) => {
    expect(escaped(text)).toBe(shown);
  });
});

describe('a template', () => {
  test('escapes what is filled in, also in lists, and nothing twice', () => {
    const inner = html`<b>${'<'}</b>`;
    expect(html`<p title="${'"'}">${inner}${[inner, '&', ['>']]}${null}${3}</p>`.text).toBe(
      '<p title="&quot;"><b>&lt;</b><b>&lt;</b>&amp;&gt;3</p>',
    );
  });

  test('takes nothing that only looks like one', () => {
    expect(() => html`${{ text: '<script>' } as never}`).toThrow();
  });
});
