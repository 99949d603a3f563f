import path from 'node:path';

import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

import { compiledRoot } from '../../data/store/package-root.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { DashboardRig } from '../client/dashboard/support/dashboard.js';
import { dashboardRig } from '../client/dashboard/support/dashboard.js';
import { NO_BROWSER, findBrowser } from './web-ui.js';

const PAGES = 20;
/** Streams that a browser keeps: see `stream-slot.ts`. */
const STREAMS = 4;

describe('twenty pages in one browser', function () {
  this.timeout(600_000);
  let rig: DashboardRig;
  let browser: Browser | undefined;
  let pages: Page[];
  let streams = 0;

  before(async function () {
    const executablePath = findBrowser();
    if (executablePath === undefined) {
      console.log(NO_BROWSER);
      this.skip();
    }
    rig = await dashboardRig({}, { pageFolder: path.join(compiledRoot, 'dashboard-page') });
    rig.app.server.on('request', ({ url = '' }) => {
      if (url.startsWith('/api/live')) streams += 1;
    });
    const url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
    recordEvent(rig.home, 'r', { event: 'note', id: 'note/first', text: 'the first' });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const context = await browser.newContext();
    pages = await Promise.all(Array.from({ length: PAGES }, async () => context.newPage()));
    await Promise.all(pages.map(async (page) => page.goto(`${url}/training?run=r`)));
  });
  after(async () => {
    if (browser === undefined) return;
    await browser.close();
    await rig.close();
  });

  const allShow = async (text: string): Promise<void> => {
    await Promise.all(pages.map(async (page) => page.getByText(text).first().waitFor({ timeout: 60_000 })));
  };

  it('all show what there is, and each event as it comes, though the browser has few streams', async () => {
    await allShow('the first');
    for (const text of ['the second', 'the third']) {
      recordEvent(rig.home, 'r', { event: 'note', id: `note/${text}`, text });
      await allShow(text);
    }
    expect(streams).to.equal(STREAMS);
  });

  it('that are left free streams for others, and these get what came in between', async () => {
    const open = streams;
    const closed = pages.splice(0, PAGES - STREAMS);
    await Promise.all(closed.map(async (page) => page.close()));
    recordEvent(rig.home, 'r', { event: 'note', id: 'note/last', text: 'the last' });
    await allShow('the last');
    for (const page of pages) {
      await page.getByText('the third').first().waitFor();
      expect(await page.getByText('text=the last').count()).to.equal(1);
    }
    expect(streams).to.be.at.least(open);
  });
});
