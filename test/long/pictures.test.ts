/** The HTML report at three sizes as a browser shows it: it fits, asks for nothing, and can be read by everybody (axe-core). */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../functions/cli/render/html/page.ts';
import { CHROMIUM, openPage, overflowOf, startBrowser, unfold, type View, violationsOf } from '../helpers/browser.ts';
import { fleetReport } from '../helpers/fleet-report.ts';
import { hostileReport, textOf } from '../helpers/report.ts';

const VIEWS: readonly View[] = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 400, height: 800, colorScheme: 'light' },
  { width: 400, height: 800, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'light', media: 'print' },
  { width: 400, height: 800, colorScheme: 'dark', media: 'print' },
];

const [DESK, , , PHONE] = VIEWS;
/** `read`: the views that axe-core reads (a minute for five hundred endpoints). `unfolded`: all that is folded is opened, too. */
const REPORTS = [
  { name: '8 endpoints', report: () => fleetReport(8), read: VIEWS, unfolded: true },
  { name: 'a report that attacks its reader', report: () => hostileReport(), read: VIEWS, unfolded: true },
  { name: '60 endpoints', report: () => fleetReport(60), read: [DESK, PHONE], unfolded: false },
  { name: '500 endpoints', report: () => fleetReport(500), read: [DESK], unfolded: false },
] as const;

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await startBrowser();
    folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  describe.each(REPORTS)('$name', ({ report, read, unfolded }) => {
    test.each(VIEWS)('at $width px, $colorScheme', { timeout: 240_000 }, async (view) => {
      const file = join(folder, 'report.html');
      await writeFile(file, textOf(renderHtml(report())));
      const { page, said, close } = await openPage(browser, file, view);
      expect([await overflowOf(page), said]).toEqual([0, []]);
      if ((read as readonly (View | undefined)[]).includes(view)) expect(await violationsOf(page)).toEqual([]);
      if (unfolded) {
        await unfold(page);
        expect([await overflowOf(page), said]).toEqual([0, []]);
      }
      await close();
    });
  });

  test.each([8, 60, 500])(
    'of %d endpoints the four answers stand in the first screen',
    { timeout: 60_000 },
    async (size) => {
      const file = join(folder, 'first.html');
      await writeFile(file, textOf(renderHtml(fleetReport(size))));
      const { page, close } = await openPage(browser, file, { width: 1280, height: 800, colorScheme: 'light' });
      const ends = await page
        .locator('.answer')
        .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().bottom));
      expect([ends.length, Math.max(...ends) <= 800]).toEqual([4, true]);
      await close();
    },
  );

  test('an answer leads to its finding, and a green report says the first date too', async () => {
    const file = join(folder, 'lead.html');
    await writeFile(file, textOf(renderHtml(fleetReport(60))));
    const { page, close } = await openPage(browser, file, { width: 1280, colorScheme: 'light' });
    await page
      .getByRole('link', { name: /any identity accepted/ })
      .first()
      .click();
    expect(await page.locator('.finding:target h3').innerText()).toContain('any identity accepted');
    await close();
    await writeFile(file, textOf(renderHtml(fleetReport(8, true))));
    const green = await openPage(browser, file, { width: 1280, colorScheme: 'light' });
    expect(await green.page.locator('h1').innerText()).toContain('Everything is as it must be');
    expect(await green.page.locator('.answers').innerText()).toContain('2026-01-08 (in 7 days): CRL corporate.crl');
    await green.close();
  });
});
