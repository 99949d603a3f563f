import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { cohortOfWindow } from '../../data/predictions/prediction.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { GurukulProcess } from '../client/support/gurukul-process.js';
import { gurukul, startGurukul } from '../client/support/gurukul-process.js';
import { dailyBars } from '../support/bars.js';
import type { DashboardPage } from './dashboard-page.js';
import { openDashboardPage } from './dashboard-page.js';
import { NO_BROWSER, findBrowser } from './web-ui.js';

const SYMBOLS = ['HDFCBANK', 'INFY', 'ITC', 'RELIANCE', 'SBIN', 'TCS'] as const;
const BARS = 620;
const upSchema = z.looseObject({ dashboardUrl: z.string() });

/** A file of daily bars; a broken one has a session whose high lies below its low. */
function barFile(symbol: string, beat: number, broken: boolean): string {
  const { time, open, high, low, close, volume } = dailyBars(BARS, { symbol, from: '2021-01-01', beat });
  const lines = [...time].map((minutes, bar) => {
    const date = new Date(minutes * 60_000).toISOString().slice(0, 10);
    const top = broken && bar === 300 ? (low[bar] ?? 0) - 5 : high[bar];
    return [date, open[bar], top, low[bar], close[bar], volume[bar]].join(',');
  });
  return ['timestamp,open,high,low,close,volume', ...lines, ''].join('\n');
}

/** What an event says that a cohort moved to another queue. */
function queueOf(window: string): object {
  return { cohort: cohortOfWindow(window), queue: 'gurukul-train-cpu', reason: 'no GPU worker' };
}

describe('the dashboard, by keyboard alone', function () {
  this.timeout(1_200_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-page-'));
  const env = { GURUKUL_HOME: path.join(folder, 'home') };
  const bars = path.join(folder, 'bars');
  let up: GurukulProcess;
  let shown: DashboardPage;
  const endings: (() => Promise<unknown>)[] = [];

  const run = async (runId: string, from: string): Promise<void> => {
    const args = ['run', '--detach', '--run-id', runId, '--source', 'csv', '--bars', bars];
    const flags = ['--symbols', SYMBOLS.join(','), '--from', from, '--to', '2023-06-30'];
    const { status, stderr } = await gurukul([...args, ...flags, '--max-failure-rate', '0.5'], {
      cwd: packageRoot,
      env,
    });
    expect(status, stderr).to.equal(0);
  };
  const phase = (text: string): Promise<void> =>
    shown.page.getByTestId('phase').filter({ hasText: text }).waitFor({ timeout: 240_000 });

  before(async function () {
    const browser = findBrowser();
    if (browser === undefined) {
      console.log(NO_BROWSER);
      this.skip();
    }
    mkdirSync(bars);
    SYMBOLS.forEach((symbol, at) =>
      writeFileSync(path.join(bars, `${symbol}.csv`), barFile(symbol, 1 + at / 7, symbol === 'TCS')),
    );
    up = startGurukul(['up', '--json', '--accelerator', 'cpu'], { cwd: packageRoot, env });
    endings.push(async () => {
      up.child.kill('SIGINT');
      await up.ended;
    });
    const line = await new Promise<string>((resolve, reject) => {
      up.child.stdout?.once('data', (text: Buffer) => resolve(text.toString('utf8')));
      void up.ended.then(({ stderr }) => reject(new Error(stderr)));
    });
    shown = await openDashboardPage(upSchema.parse(JSON.parse(line)).dashboardUrl, browser);
    endings.push(async () => shown.close());
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('watches a run, pauses it and lets it go on', async () => {
    await shown.open('/training');
    await run('first', '2021-06-01');
    await shown.press(shown.page.getByRole('button', { name: 'first', exact: true }));
    await shown.press(shown.page.getByRole('button', { name: 'Pause', exact: true }));
    await shown.confirm('Pause', { Reason: 'to look at it' });
    await phase('paused');
    expect(await shown.faults()).to.deep.equal([]);
    await shown.press(shown.page.getByRole('button', { name: 'Unpause', exact: true }));
    await shown.confirm('Unpause');
    await phase('done');
  });

  it('shows why a window failed, and takes it up again once its bars are mended', async () => {
    const grid = shown.page.getByRole('application', { name: /^Windows/ });
    await grid.focus();
    await shown.page.keyboard.press('ArrowDown');
    await shown.page.keyboard.press('End');
    const readout = shown.page.getByTestId('window');
    await readout.filter({ hasText: /^TCS_.*: failed, BadSchema/ }).waitFor();
    await shown.page.keyboard.press('Enter');
    await shown.page.getByRole('heading', { name: /^Window TCS_/ }).waitFor();
    expect(shown.page.url(), 'the view can be shared').to.include('window=TCS_');
    await shown.page.getByRole('heading', { name: /^BadSchema: / }).waitFor();
    expect(await shown.faults()).to.deep.equal([]);
    writeFileSync(path.join(bars, 'TCS.csv'), barFile('TCS', 2, false));
    await shown.press(shown.page.getByRole('button', { name: 'Retry failed', exact: true }));
    await shown.confirm('Retry failed');
    await shown.page.getByText(/symbols in \d+ cohorts: (?!.*failed)/).waitFor({ timeout: 240_000 });
    await phase('done');
  });

  it('reads the curves, the calibration and the log of a window, and downloads its events', async () => {
    const { page } = shown;
    await shown.open('/training?run=first');
    await page.getByRole('application', { name: /^Windows/ }).focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    const heading = page.getByRole('heading', { name: /^Window [A-Z]+_/ });
    await heading.waitFor();
    const label = (await heading.innerText()).slice('Window '.length);
    const reads = async (chart: string, key: string, says: RegExp): Promise<void> => {
      const figure = page.getByRole('figure').filter({ hasText: chart });
      await figure.getByRole('application', { name: chart }).focus();
      await page.keyboard.press(key);
      await figure.getByRole('status').filter({ hasText: says }).waitFor();
    };
    await reads('Log-loss over the forward rows so far', 'End', /: teacher [\d.]+, base rate alone [\d.]+$/);
    await reads('Calibration of the window', 'Home', /^said [\d.]+ %, came [\d.]+ % \[.*\] in \d+ rows$/);
    await page.getByRole('combobox', { name: 'Validation curves of' }).selectOption({ label: 'rank head' });
    await reads('Validation figure over linear', 'Home', /^linear [\d.]+: /);
    expect(page.url(), 'the view can be shared').to.include('choice=rank+head');
    const log = page.getByRole('table', { name: /^Events of the window/ });
    await log.getByRole('cell', { name: 'window', exact: true }).first().waitFor();
    for (const name of ['shard', 'prior', 'student'])
      await log.getByRole('cell', { name, exact: true }).first().waitFor();
    recordEvent(new Home(env.GURUKUL_HOME), 'first', {
      event: 'train_queue',
      id: 'fresh',
      ...queueOf(label),
    });
    await log.getByRole('cell', { name: 'train_queue', exact: true }).waitFor();
    const waits = page.waitForEvent('download');
    await shown.press(page.getByRole('link', { name: 'Download these events' }));
    const file = await (await waits).path();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines.at(-1)).to.include('"id":"fresh"');
    expect(lines.filter((line) => line.includes('"event":"window"'))).to.satisfy((own: readonly string[]) =>
      own.every((line) => line.includes(`"window":"${label}"`)),
    );
    expect(await shown.faults()).to.deep.equal([]);
  });

  it('reads a briefing, approves against it, and rolls back', async () => {
    await run('second', '2021-12-01');
    await shown.open('/release?run=first');
    await shown.page.getByTestId('recommendation').filter({ hasText: 'do not promote' }).waitFor();
    expect(await shown.faults()).to.deep.equal([]);
    const approve = async (): Promise<void> => {
      await shown.press(shown.page.getByRole('button', { name: 'Approve', exact: true }));
      const dialog = shown.page.getByRole('dialog');
      await dialog.getByLabel(/^Against the recommendation/).focus();
      await shown.page.keyboard.press('Space');
      await shown.confirm('Show what would change', { 'Your name': 'reviewer', Reason: 'a rehearsal' });
      await dialog.getByTestId('transition').waitFor();
      await shown.confirm('Approve exactly this');
      await dialog.waitFor({ state: 'hidden' });
    };
    const champion = shown.page.getByTestId('champion');
    await approve();
    await champion.filter({ hasText: 'Run first' }).waitFor();
    await shown.open('/training?run=second');
    await phase('done');
    await shown.open('/release?run=second');
    await approve();
    await champion.filter({ hasText: 'Run second' }).waitFor();
    await shown.press(shown.page.getByRole('button', { name: 'Roll back', exact: true }));
    await shown.confirm('Roll back', { 'Your name': 'reviewer', Reason: 'end of the rehearsal' });
    await champion.filter({ hasText: 'Run first' }).waitFor();
  });

  it('verifies a bundle on request', async () => {
    await shown.press(
      shown.page.getByRole('row', { name: /^first/ }).getByRole('button', { name: 'Verify', exact: true }),
    );
    await shown.confirm('Verify');
    await shown.page.getByTestId('verified-first').filter({ hasText: /^ok$/ }).waitFor({ timeout: 300_000 });
  });

  it('asked no other machine for anything, and logged no error', () => {
    expect(shown.outside).to.deep.equal([]);
    expect(shown.errors).to.deep.equal([]);
  });

  for (const [name, size, scheme] of [
    ['dark', { width: 1200, height: 900 }, 'dark'],
    ['narrow', { width: 320, height: 800 }, 'light'],
  ] as const)
    it(`has no serious fault and no sideways scroll when ${name}`, async () => {
      await shown.page.setViewportSize(size);
      await shown.page.emulateMedia({ colorScheme: scheme });
      for (const address of ['/training?run=first', '/backtest?run=first', '/release?run=first']) {
        await shown.open(address);
        await shown.page.getByRole('heading', { level: 1 }).waitFor();
        await shown.page.waitForLoadState('networkidle');
        expect(await shown.faults(), address).to.deep.equal([]);
        const wide = await shown.page.evaluate<number>('document.documentElement.scrollWidth');
        expect(wide, address).to.be.at.most(size.width);
      }
    });
});
