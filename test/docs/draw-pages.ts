import path from 'node:path';

import type { Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { z } from 'zod';

import { packageRoot } from '../../data/store/package-root.js';
import { NO_BROWSER, findBrowser } from '../browser/web-ui.js';
import { startGurukul } from '../client/support/gurukul-process.js';

/**
 * `npm run docs:pages -- HOME RUN`: takes the pictures of the dashboard for the docs, of a run that a home has
 * (`npm start -- --run-id first` makes one). Nothing in the home is changed.
 */

const VIEWS = [
  { name: 'page-training', address: '/training', scheme: 'light' },
  { name: 'page-window', address: '/training', scheme: 'light', open: openWindow },
  { name: 'page-backtest', address: '/backtest', scheme: 'light' },
  { name: 'page-release', address: '/release', scheme: 'dark' },
] as const;
const SIZE = { width: 1100, height: 760 };
const dashboardSchema = z.looseObject({ url: z.string() });

/** Opens the third window of the first symbol, which is trained and has forward rows, and scrolls to its curves. */
async function openWindow(page: Page): Promise<void> {
  await page.getByRole('application', { name: /^Windows/ }).focus();
  for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  const figure = page.getByRole('figure').filter({ hasText: 'Log-loss over the forward rows so far' });
  await figure.locator('canvas').waitFor();
  await page.evaluate('document.querySelector(".panel figure:nth-of-type(2)").scrollIntoView()');
}

async function drawPages(home: string, run: string, browser: string): Promise<void> {
  const env = { GURUKUL_HOME: path.resolve(home) };
  const args = ['dashboard', '--port', '0', '--read-only', '--json'];
  const server = startGurukul(args, { cwd: packageRoot, env });
  const program = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
  try {
    const line = await new Promise<string>((resolve, reject) => {
      server.child.stdout?.once('data', (text: Buffer) => resolve(text.toString('utf8')));
      void server.ended.then(({ stderr }) => reject(new Error(stderr)));
    });
    const { url } = dashboardSchema.parse(JSON.parse(line));
    for (const { name, address, scheme, ...view } of VIEWS) {
      const page = await program.newPage({ viewport: SIZE, colorScheme: scheme, timezoneId: 'UTC' });
      await page.goto(`${url}${address}?run=${encodeURIComponent(run)}`);
      await page.getByRole('figure').or(page.getByTestId('recommendation')).first().waitFor();
      // Charts are drawn once what they show has come.
      await page.waitForFunction('document.querySelectorAll("canvas, table").length > 0');
      if ('open' in view) await view.open(page);
      const file = path.join(packageRoot, 'docs', 'images', `${name}.png`);
      await page.screenshot({ path: file });
      await page.close();
      process.stdout.write(`${file}\n`);
    }
  } finally {
    await program.close();
    server.child.kill('SIGINT');
    await server.ended;
  }
}

const [home, run] = process.argv.slice(2);
const browser = findBrowser();
if (home === undefined || run === undefined || browser === undefined) {
  process.stderr.write(`${browser === undefined ? NO_BROWSER.trim() : 'name a home and a run in it'}\n`);
  process.exitCode = 2;
} else await drawPages(home, run, browser);
