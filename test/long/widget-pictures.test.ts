/** The dashboard's widget as a browser shows it in the console's colours: it fits, asks for nothing, runs nothing, and can be read by everybody (axe-core). */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WidgetInput, widgetHtml } from '../../functions/widget/widget.ts';
import { viewOf } from '../../functions/widget/widget-view.ts';
import { CHROMIUM, openPage, overflowOf, startBrowser, violationsOf } from '../helpers/browser.ts';
import { consolePage } from '../helpers/console-page.ts';
import { HOSTILE, hostileReport } from '../helpers/report.ts';
import { anOpenIncident, fleetInput, inputOf, PLACE } from '../helpers/widget-input.ts';

type Drawn = { readonly input: WidgetInput; readonly now: number };
const hostile = (): Drawn => {
  const texts = { check: HOSTILE, owners: [HOSTILE], endpoints: [HOSTILE] };
  const thing = { kind: 'identity', name: HOSTILE } as const;
  return { input: inputOf(hostileReport(), [anOpenIncident({ ...texts, thing })]), now: 0 };
};
const nothing = (): Drawn => ({
  input: { incidents: null, silences: [], snapshots: [], problems: ['The open incidents cannot be read (why).'] },
  now: 0,
});

const DRAWN = [
  { name: '8 endpoints', drawn: () => fleetInput(8), asked: [{}, { incident: 'k1' }, { endpoint: 'service-2' }] },
  { name: '500 endpoints', drawn: () => fleetInput(500), asked: [{}, { section: 'grid', page: 2 }] },
  { name: '5000 endpoints', drawn: () => fleetInput(5000), asked: [{}] },
  { name: 'a widget that attacks its reader', drawn: hostile, asked: [{}, { incident: 'k1' }, { endpoint: HOSTILE }] },
  { name: 'nothing to show', drawn: nothing, asked: [{}] },
] as const;

const VIEWS = ([1280, 400] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await startBrowser();
    folder = await mkdtemp(join(tmpdir(), 'widget-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  describe.each(DRAWN)('$name', ({ drawn, asked }) => {
    test.each(VIEWS)('at $width px, $colorScheme', { timeout: 120_000 }, async (view) => {
      const { input, now } = drawn();
      for (const event of asked) {
        const widgetContext = { theme: view.colorScheme };
        const html = widgetHtml(input, viewOf({ ...event, widgetContext }), PLACE, now);
        const file = join(folder, 'widget.html');
        await writeFile(file, consolePage(html, view.colorScheme));
        const { page, said, close } = await openPage(browser, file, view);
        expect([await overflowOf(page), said, await page.title()]).toEqual([0, [], 'Widget']);
        expect(
          await page.locator('.mm script, .mm img, .mm iframe, .mm [onerror], .mm a[href^="javascript"]').count(),
        ).toBe(0);
        expect(await violationsOf(page)).toEqual([]);
        await close();
      }
    });
  });
});
