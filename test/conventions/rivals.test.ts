/** docs/reference/rivals.md is made by `npm run rivals`, which installs programs that these tests do without: what must hold of the committed page. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BLACKBOX_VERSION } from '../bench/rivals/install.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/reference/rivals.md');

/** Cells of the summary's line that begins with these words. */
const lineOf = (rival: string): readonly string[] =>
  page
    .split('\n')
    .find((line) => line.startsWith(`| ${rival} `))
    ?.split('|')
    .map((cell) => cell.trim()) ?? [];

test.each([
  'plain `secureConnect`',
  'curl as in common guides',
  '`openssl s_client`',
  'blackbox_exporter',
  'sslyze',
  'ours',
])('%s was asked, and is right about something', (rival) => {
  const [, , version, servers, questions, right] = lineOf(rival);
  expect(version).toMatch(/\d+\.\d+/);
  expect(Number(servers)).toBeGreaterThan(100);
  expect(Number(questions)).toBeGreaterThanOrEqual(Number(servers));
  expect(Number(right)).toBeGreaterThan(0);
});

test('ours is wrong about nothing, and the page is about these versions of the others', () => {
  const [, , , , , , falseSecure, falseAlarm] = lineOf('ours');
  expect([falseSecure, falseAlarm]).toEqual(['0', '0']);
  expect(page).toContain('### ours\n\nNothing.');
  expect(page).not.toContain('Not run:');
  expect(lineOf('blackbox_exporter')).toContain(`blackbox_exporter ${BLACKBOX_VERSION}`);
  expect(read('test/bench/rivals/requirements.txt')).toContain(lineOf('sslyze')[2]?.replace(' ', '=='));
});

test('nothing on it belongs to the machine that made it', () => {
  expect(page).not.toMatch(/127\.0\.0\.1|\/(tmp|work|home|root)\/|:\d{4,5}\b|\d ms\b/);
});
