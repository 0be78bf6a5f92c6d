import { expect, test } from 'vitest';
import { jsonText } from '../../../functions/cli/render/json.ts';

test('what would move a cursor or hide text is escaped, and reads back as it was', () => {
  const report = { message: 'CN=\u009b2J\u001b[31m\u202e\u{e0041}\u2028 häuser 😀' };
  const text = jsonText(report);
  expect(text).toContain('häuser 😀');
  expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
  expect(JSON.parse(text)).toEqual(report);
});
