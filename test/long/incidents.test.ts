/** Every staged incident is told as it must be, and docs/incidents.md says so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STORIES } from '../lab/incidents/all.ts';
import { mistakesOf } from '../lab/incidents/mistakes.ts';
import type { Performed } from '../lab/incidents/story.ts';
import { committedPage, pageOf, performAll } from '../lab/incidents-page.ts';
import { installedPrograms } from '../lab/servers/programs.ts';

const missing = (await installedPrograms())
  .filter(({ program, version }) => version === null && ['nginx', 'openssl'].includes(program.name))
  .map(({ program }) => program.name);
const skipped = missing.length > 0 && process.env['CI'] === undefined;

describe.skipIf(skipped)('incidents at real servers', () => {
  let performed: readonly Performed[] = [];
  beforeAll(async () => {
    performed = await performAll();
  }, 900_000);
  afterAll(() => {
    performed = [];
  });

  test.each(STORIES.map(({ name }, index) => [name, index] as const))('%s', (_, index) => {
    const found = performed[index];
    expect(found === undefined ? ['not staged'] : mistakesOf(found)).toEqual([]);
  });

  test('docs/incidents.md has the same messages (npm run reference:incidents)', async () => {
    expect(await committedPage()).toBe(pageOf(performed));
  });
});
