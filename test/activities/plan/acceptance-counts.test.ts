import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';

import { seriesText } from '../../../data/bars/series-text.js';
import { planSchema } from '../../../data/schemas/plan.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dayNumber } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { gurukulHere } from '../../client/support/gurukul-here.js';
import { calendar, dailyBars } from '../../support/bars.js';

const FIRST = '2020-01-01';
const LAST = '2024-12-31';
/** What `plan --json` prints: the plan, with cohorts as a count. */
const printedSchema = planSchema.extend({ cohorts: z.number().int() });

/** The counts that the real bars give (see windows.test.ts), on synthetic bars of the same dates, so that they are checked on every machine. */
describe('the windows of three years of daily bars', function () {
  this.timeout(300_000);
  let folder: string;
  let throughout: string[];

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-counts-'));
    const { members } = await loadUniverse('nifty100', packageRoot);
    const traded = members.filter(({ exclusion }) => exclusion === null);
    throughout = traded
      .filter(({ listingDate }) => listingDate !== null && listingDate <= FIRST)
      .map(({ symbol }) => symbol)
      .slice(0, 45);
    const listings = new Map(traded.map(({ symbol, listingDate }) => [symbol, listingDate ?? FIRST]));
    for (const [index, symbol] of [...throughout, 'LICI'].entries()) {
      const listed = listings.get(symbol) ?? FIRST;
      const from = listed > FIRST ? listed : FIRST;
      const sessions = calendar.sessionsBetween(dayNumber(from), dayNumber(LAST) + 1).length;
      const series = dailyBars(sessions, { symbol, from, beat: 1 + 0.137 * index });
      writeFileSync(path.join(folder, `${symbol}.csv`), seriesText(series));
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const plan = async (symbols: readonly string[]): Promise<z.output<typeof printedSchema>> => {
    const { status, stdout, stderr } = await gurukulHere(
      // The project's list of actions is about the real bars.
      [
        ...['plan', '--json', '--source', 'csv', '--bars', folder, '--adjust', 'none'],
        ...['--symbols', symbols.join(','), '--to', '2024-12-31'],
      ],
      { home: new Home(path.join(folder, 'home')), address: '127.0.0.1:1', cwd: folder },
    );
    expect(status, stderr).to.equal(0);
    return printedSchema.parse(JSON.parse(stdout));
  };

  it('are 252 for 36 symbols listed throughout, 216 of them trainable', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(throughout, { minLength: 36, maxLength: 36 }), async (symbols) => {
        const planned = await plan(symbols);
        expect(planned).to.include({ windows: 252, trainable: 216, cohorts: 7 });
        // The tail of each symbol, two weeks of December 2024.
        expect(planned.skipped).to.deep.equal({ insufficient_data: 36 });
      }),
      { numRuns: 3 },
    );
  });

  it('are 210 for 29 of them and LICI, 179 of them trainable', async () => {
    const planned = await plan([...throughout.slice(0, 29), 'LICI']);
    expect(planned).to.include({ windows: 210, trainable: 179 });
    expect(planned.skipped).to.deep.equal({ insufficient_data: 30, not_listed: 1 });
    expect(planned.items.filter(({ reason }) => reason === 'not_listed')).to.deep.equal([
      {
        symbol: 'LICI',
        start: '2022-01-01',
        end: '2022-06-30',
        status: 'skipped',
        reason: 'not_listed',
        detail: 'listed 2022-05-17, 32 bars',
        bars: 32,
      },
    ]);
  });

  it('are none for a horizon that leaves no labels, and the plan says that a run would be refused', async () => {
    const { status, stdout, stderr } = await gurukulHere(
      [
        ...['plan', '--source', 'csv', '--bars', folder, '--adjust', 'none', '--horizon', '150'],
        ...['--symbols', throughout[0] ?? '', '--to', '2024-12-31'],
      ],
      { home: new Home(path.join(folder, 'home')), address: '127.0.0.1:1', cwd: folder },
    );
    expect(status).to.equal(0);
    expect(stdout).to.contain('7 windows: 0 trainable');
    expect(stderr).to.contain(
      'note: a run would be refused: nothing to train: all 7 windows are skipped (insufficient_data 7)',
    );
  });

  it('are 315 for all 45 symbols listed throughout, 270 of them trainable', async () => {
    expect(await plan(throughout)).to.include({ windows: 315, trainable: 270 });
  });
});
