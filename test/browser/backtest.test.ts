import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE } from '../../activities/audit/bundle-layout.js';
import { backtestSchema } from '../../data/schemas/backtest.js';
import { canonicalJson } from '../../data/store/digests.js';
import { compiledRoot } from '../../data/store/package-root.js';
import { withBundleCopy } from '../activities/audit/finished-run.js';
import { forge } from '../activities/audit/forge.js';
import type { DashboardRig } from '../client/dashboard/support/dashboard.js';
import { dashboardRig } from '../client/dashboard/support/dashboard.js';
import type { DashboardPage } from './dashboard-page.js';
import { openDashboardPage } from './dashboard-page.js';
import { NO_BROWSER, findBrowser } from './web-ui.js';

const PICTURES = process.env['GURUKUL_TEST_PICTURES'];

describe('the backtest tab', function () {
  this.timeout(600_000);
  const pictures = PICTURES ?? mkdtempSync(path.join(tmpdir(), 'gurukul-pictures-'));
  let whole = '';
  let mallory = '';
  let rig: DashboardRig;
  let shown: DashboardPage | undefined;

  withBundleCopy(120, (given) => {
    ({ whole } = given);
    mallory = path.join(given.home.root, 'mallory.pem');
  });

  before(async function () {
    const program = findBrowser();
    if (program === undefined) {
      console.log(NO_BROWSER);
      this.skip();
    }
    mkdirSync(pictures, { recursive: true });
    rig = await dashboardRig({}, { pageFolder: path.join(compiledRoot, 'dashboard-page') });
    for (const run of ['run_a', 'run_b', 'run_old'])
      await cp(whole, rig.home.bundle(run), { recursive: true });
    const backtest = backtestSchema.parse(
      JSON.parse(readFileSync(path.join(whole, BUNDLE.backtest), 'utf8')),
    );
    const arms = backtest.arms.map((arm) => ({
      ...arm,
      gross: { ...arm.gross, returns: arm.gross.returns.map((value) => value && 2 * value) },
    }));
    await forge(rig.home.bundle('run_b'), mallory, {
      [BUNDLE.backtest]: Buffer.from(`${canonicalJson({ ...backtest, arms })}\n`),
    });
    await forge(rig.home.bundle('run_old'), mallory, { [BUNDLE.backtest]: undefined });
    shown = await openDashboardPage(await rig.app.listen({ host: '127.0.0.1', port: 0 }), program);
  });
  after(async () => {
    await shown?.close();
    if (shown !== undefined) await rig.close();
    if (PICTURES === undefined) rmSync(pictures, { recursive: true });
  });

  const open = async (query: string): Promise<DashboardPage> => {
    if (shown === undefined) throw new Error('no browser');
    await shown.open(`/backtest?${query}`);
    return shown;
  };

  it('shows every section with words for what it draws, light, dark and narrow', async () => {
    for (const [name, width, colorScheme] of [
      ['light', 1200, 'light'],
      ['dark', 1200, 'dark'],
      ['narrow', 320, 'light'],
    ] as const) {
      const opened = await open('run=run_a');
      const { page, outside, errors } = opened;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.getByRole('heading', { name: 'Stress' }).waitFor();
      for (const heading of [
        ...['Side by side', 'Wealth', 'Months and years', 'Over time', 'Ranking and calibration'],
        ...['Exposure', 'Costs', 'Gates', 'Stress'],
      ])
        expect(await page.getByRole('heading', { name: heading, exact: true }).count(), heading).to.equal(1);
      expect(await page.locator('main').innerText()).to.match(
        /1 becomes \d\.\d\d after costs, against \d\.\d\d/,
      );
      expect(await opened.faults()).to.deep.equal([]);
      const wider = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(wider, `${name} scrolls sideways`).to.equal(0);
      await page.screenshot({ path: path.join(pictures, `backtest-${name}.png`), fullPage: true });
      expect({ outside, errors }).to.deep.equal({ outside: [], errors: [] });
    }
  });

  it('is read by arrow keys, and as tables', async () => {
    const { page } = await open('run=run_a');
    await page.setViewportSize({ width: 1200, height: 900 });
    for (const [chart, says] of [
      ['Wealth of the students’ strategy', /^\d{4}-\d\d-\d\d: students, net \d\.\d\d/],
      ['Return by fifths of the score', /^fifth 1: students/],
      ['From gross to net, a year', /^gross: /],
      ['Decay of the rank IC', /^1 bars: students neutral/],
    ] as const) {
      const figure = page.locator('figure').filter({ has: page.getByRole('application', { name: chart }) });
      await figure.getByRole('application').focus();
      await page.keyboard.press('Home');
      expect(await figure.locator('output').innerText()).to.match(says);
      const toggle = figure.getByRole('button', { name: 'Show as table' });
      await toggle.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: chart }).locator('tbody tr').first().waitFor();
    }
  });

  it('compares two runs by what differs alone, and says so of a bundle without figures', async () => {
    const { page } = await open('run=run_a&against=run_b');
    const panel = page.getByRole('region', { name: /run_a and run_b/ });
    await panel.getByRole('heading').waitFor();
    const names = await panel.locator('tbody td:first-child').allInnerTexts();
    expect(names).to.include('students: gross a year').and.not.include('students: rows (n)');
    await page.getByLabel('Compare with').selectOption('');
    await panel.waitFor({ state: 'detached' });
    expect(page.url()).to.match(/\/backtest\?run=run_a$/);
    await page.getByLabel('Run', { exact: true }).selectOption('run_old');
    await page.getByText('has no backtest.json').waitFor();
    expect(page.url()).to.contain('run=run_old');
  });
});
