/** `check --format html` as a browser shows it: the demo's lab, and a report that attacks its reader. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoLab, startDemoLab } from '../../functions/cli/demo/lab.ts';
import { renderHtml } from '../../functions/cli/render/html/page.ts';
import { reportSchema } from '../../shared/model/report.ts';
import { CHROMIUM, openPage, overflowOf, startBrowser, unfold } from '../helpers/browser.ts';
import { mtlsMonitor } from '../helpers/registry.ts';
import { hostileReport, textOf } from '../helpers/report.ts';

test.skipIf(CHROMIUM === undefined && process.env['CI'] !== 'true')(
  `chromium is installed (${CHROMIUM ?? 'it is not: no page is opened'})`,
  () => {
    expect(CHROMIUM).toBeDefined();
  },
);

/** A desk in daylight, a desk at night, a telephone. */
const VIEWS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 400, colorScheme: 'light' },
] as const;

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  let lab: DemoLab;
  let browser: Browser;
  beforeAll(async () => {
    lab = await startDemoLab(Date.now());
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await lab.stop();
  });

  const open = async (file: string, view: (typeof VIEWS)[number]) => {
    const opened = await openPage(browser, file, view);
    await unfold(opened.page);
    return opened;
  };

  test('the demo’s report holds every finding, fits a desk and a telephone, and asks for nothing', async () => {
    const file = join(lab.directory, 'report.html');
    const { stdout } = await mtlsMonitor('check', lab.registryFile, '--format', 'json');
    const ran = await mtlsMonitor('check', lab.registryFile, '--format', 'html', '--output', file);
    expect(ran).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^8 endpoints, .* → .*report\.html\n$/),
    });
    expect(readFileSync(file, 'utf8')).not.toContain('PRIVATE KEY');
    const findings = reportSchema.parse(JSON.parse(stdout)).checks.filter(({ verdict }) => verdict !== 'pass');
    expect(findings.length).toBeGreaterThan(10);
    for (const view of VIEWS) {
      const { page, said, close } = await open(file, view);
      const shown = await page.locator('.finding dd > code').allInnerTexts();
      expect(findings.filter(({ id }) => !shown.includes(id))).toEqual([]);
      expect([view, await overflowOf(page), said]).toEqual([view, 0, []]);
      await close();
    }
  });

  test('`check --help` names it', async () => {
    expect((await mtlsMonitor('check', '--help')).stdout).toContain('--html <file>');
  });

  test('to stdout too, and its marks lead to their findings', async () => {
    const { stdout } = await mtlsMonitor('check', lab.registryFile, '--format', 'html');
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    const file = join(lab.directory, 'stdout.html');
    await writeFile(file, stdout);
    const { page, close } = await open(file, VIEWS[0]);
    const row = (name: string) => page.locator('.grid').getByRole('row', { name, includeHidden: true });
    await row('plaintext-permissive').getByRole('link', { name: 'fail, plaintext' }).click();
    expect(await page.locator('.finding:target').innerText()).toMatch(/plaintext-permissive[\s\S]*ACCEPTED_PLAINTEXT/);
    await page.getByLabel(/leave out \d+ endpoints/).check();
    expect(await row('strict-tls13').isVisible()).toBe(false);
    expect(await row('plaintext-permissive').isVisible()).toBe(true);
    await close();
  });

  test('what attacks its reader stays text, and fits', async () => {
    const file = join(lab.directory, 'hostile.html');
    await writeFile(file, textOf(renderHtml(hostileReport())));
    for (const view of VIEWS) {
      const { page, said, close } = await open(file, view);
      expect([await page.title(), await page.locator('script, img, main style').count()]).toEqual([
        '1 of 1 endpoint fails, 1 cannot be told · mtls-monitor',
        0,
      ]);
      expect([view, await overflowOf(page), said]).toEqual([view, 0, []]);
      await close();
    }
  });

  test('and if it did not stay text, it would not run', async () => {
    const file = join(lab.directory, 'injected.html');
    const attack =
      '<script>document.title="pwned"</script><style>body{display:none}</style><img src="https://example.invalid/">';
    await writeFile(file, textOf(renderHtml(hostileReport())).replace('<main>', `<main>${attack}`));
    const { page, said, close } = await open(file, VIEWS[0]);
    expect(await page.title()).not.toBe('pwned');
    expect(await page.locator('header').isVisible()).toBe(true);
    expect(said.filter((line) => line.includes('Content Security Policy'))).toHaveLength(3);
    await close();
  });
});
