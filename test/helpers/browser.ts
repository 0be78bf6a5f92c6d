/** A page as Debian's Chromium shows it: what it asks for, complains of, and how far it reaches. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The program's path; undefined where it is not installed. */
export const CHROMIUM = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(existsSync);

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--disable-background-networking'] });

export type View = {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  /** Default: 900. */
  readonly height?: number;
  /** Default: screen. */
  readonly media?: 'print';
};

/** Opens a file. `said`: what it complained of, or asked for besides itself. */
export const openPage = async (browser: Browser, file: string, { width, height = 900, colorScheme, media }: View) => {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  if (media !== undefined) await page.emulateMedia({ media, colorScheme });
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => request.url() === pathToFileURL(file).href || said.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, said, close: () => context.close() };
};

export const unfold = (page: Page): Promise<unknown> =>
  page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true })');

/** Pixels by which a page is wider than its window. */
export const overflowOf = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth');

/** The rules that are broken, each with the first element that breaks it. `evaluate` is not subject to the page's policy. */
export const violationsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as axe.AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};
