import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Locator, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { z } from 'zod';

const VIEWPORT = { width: 1200, height: 900 };
/** An approval verifies a bundle, beside whatever else the machine does: this ends what hangs. */
const SHOWS_WITHIN_MS = 300_000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const violationsSchema = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** The dashboard in a browser that has no mouse. */
export interface DashboardPage {
  readonly page: Page;
  open(address: string): Promise<void>;
  /** Focuses a control and presses Enter. */
  press(control: Locator): Promise<void>;
  /** Fills the fields of the open dialog by their labels, and presses its button. */
  confirm(button: string, fields?: Readonly<Record<string, string>>): Promise<void>;
  /** What axe calls serious or critical on what is shown. */
  faults(): Promise<string[]>;
  /** What the page asked of other machines, and the errors that it logged. */
  readonly outside: readonly string[];
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Opens a browser in which no name but this machine's own can be resolved. */
export async function openDashboardPage(url: string, browser: string): Promise<DashboardPage> {
  const program = await chromium.launch({
    executablePath: browser,
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  const context = await program.newContext({ viewport: VIEWPORT, timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(SHOWS_WITHIN_MS);
  const outside: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(url)) outside.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // Refusals of the server are shown on the page.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      errors.push(message.text());
  });
  const press = async (control: Locator): Promise<void> => {
    await control.focus();
    await page.keyboard.press('Enter');
  };
  return {
    page,
    outside,
    errors,
    press,
    open: async (address) => {
      await page.goto(`${url}${address}`);
    },
    confirm: async (button, fields = {}) => {
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      for (const [label, value] of Object.entries(fields)) {
        await dialog.getByLabel(label, { exact: true }).focus();
        await page.keyboard.type(value);
      }
      await press(dialog.getByRole('button', { name: button, exact: true }));
    },
    faults: async () => {
      // Its own world: the page's policy lets no script of another run.
      const session = await context.newCDPSession(page);
      const { frameTree } = await session.send('Page.getFrameTree');
      const { executionContextId } = await session.send('Page.createIsolatedWorld', {
        frameId: frameTree.frame.id,
      });
      await session.send('Runtime.evaluate', {
        contextId: executionContextId,
        expression: readFileSync(AXE, 'utf8'),
      });
      const { result } = await session.send('Runtime.evaluate', {
        contextId: executionContextId,
        expression: 'axe.run(document).then(({ violations }) => JSON.stringify(violations))',
        awaitPromise: true,
        returnByValue: true,
      });
      await session.detach();
      return violationsSchema
        .parse(JSON.parse(String(result.value)))
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    },
    close: async () => program.close(),
  };
}
