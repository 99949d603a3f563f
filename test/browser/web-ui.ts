import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Locator, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Programs that can show a page, the one that the environment names first. */
const BROWSERS = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

const VIEWPORT = { width: 1500, height: 1300 };
const SHOWS_WITHIN_MS = 60_000;

/** The Temporal Web UI in a browser, as an operator has it open. */
export interface WebUi {
  readonly page: Page;
  /**
   * Opens the list of workflows that a query finds, again until there are any, since what is found is a moment behind;
   * gives their ids as they stand there.
   */
  list(query: string): Promise<string[]>;
  /** Opens a tab of a workflow's page, by its name in the address. */
  open(workflowId: string, tab: string): Promise<void>;
  /** The current details, as they are rendered in the tab User Metadata. */
  details(): Promise<string>;
  /** The summary above them. */
  summary(): Promise<string>;
  /** How far the text of the details reaches below what is shown of it, in pixels. */
  hiddenDetails(): Promise<number>;
  /** The text of the page. */
  text(): Promise<string>;
  /** The text of the page with what is drawn in its graphics. */
  content(): Promise<string>;
  /** Waits until the page shows a text. */
  shows(text: string | RegExp): Promise<void>;
  /** Keeps a picture of the whole page. */
  picture(name: string): Promise<void>;
  /** What the pages asked of other machines. */
  readonly outside: readonly string[];
  close(): Promise<void>;
}

/** Why a test is skipped, and what it needs. */
export const NO_BROWSER =
  '      skipped: no Chromium found; install it (Debian and Ubuntu: apt install chromium) or set CHROMIUM_PATH';

/** A browser of this machine; undefined where there is none. */
export function findBrowser(): string | undefined {
  return BROWSERS.find((file) => file !== '' && existsSync(file));
}

/** Opens the Web UI. No name but this machine's own can be resolved in its browser. */
export async function openWebUi(uiUrl: string, browser: string, pictures: string): Promise<WebUi> {
  const program = await chromium.launch({
    executablePath: browser,
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  const page = await program.newPage({ viewport: VIEWPORT, timezoneId: 'UTC' });
  page.setDefaultTimeout(SHOWS_WITHIN_MS);
  const outside: string[] = [];
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(uiUrl)) outside.push(request.url());
  });
  const home = `${uiUrl}/namespaces/default/workflows`;
  return {
    page,
    outside,
    list: async (query) => {
      for (;;) {
        await page.goto(`${home}?query=${encodeURIComponent(query)}`);
        const heading = page.getByText(/^\d+ Workflows?$/).first();
        await heading.waitFor();
        const count = parseInt(await heading.innerText());
        if (count === 0) continue;
        // The rows come after their number.
        const ids = page.locator('table a[href*="/workflows/"]').filter({ hasText: '/' });
        await ids.nth(count - 1).waitFor();
        return ids.allInnerTexts();
      }
    },
    open: async (workflowId, tab) => {
      await page.goto(`${home}/${encodeURIComponent(workflowId)}`);
      await page.waitForURL(/\/history$/);
      if (tab !== 'history') await page.goto(page.url().replace(/history$/, tab));
    },
    details: async () => (await detailsOf(page)).text.innerText(),
    summary: async () => markdownOf(page).first().contentFrame().locator('main').innerText(),
    hiddenDetails: async () => {
      const { frame, text } = await detailsOf(page);
      const last = text.locator('p, li, td').filter({ hasText: /\S/ }).last();
      return bottomOf(last).then(async (bottom) => bottom - (await bottomOf(frame)));
    },
    text: async () => page.innerText('body'),
    content: async () => (await page.locator('body').textContent()) ?? '',
    shows: async (text) => page.getByText(text).first().waitFor(),
    picture: async (name) => {
      await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
    },
    close: async () => program.close(),
  };
}

/** The frames that hold rendered Markdown: the summary, perhaps the static details, the current details. */
function markdownOf(page: Page): Locator {
  return page.locator('iframe[src*="/render?content="]');
}

/** The current details: the last frame that holds rendered Markdown, and what is in it. */
async function detailsOf(page: Page): Promise<{ readonly frame: Locator; readonly text: Locator }> {
  await page.getByText('Current Details').first().waitFor();
  const frame = markdownOf(page).last();
  const text = frame.contentFrame().locator('main');
  await text.locator('p').first().waitFor();
  return { frame, text };
}

/** Where an element ends, in pixels from the top of the page. */
async function bottomOf(element: Locator): Promise<number> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('it is not shown');
  return box.y + box.height;
}
