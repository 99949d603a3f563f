import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { IngestManifestWithSeries } from '../../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import { usableUntil } from '../../../activities/market/usable-until.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { sliceBars } from '../../../data/bars/series.js';
import { openInputSchema } from '../../../data/schemas/run-input.js';
import { settleDates } from '../../../data/calendar/settle-dates.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import { calendar, dailyBars } from '../../support/bars.js';

const SYMBOLS = ['TCS', 'INFY', 'SBIN'];

describe('bars of a session that is not over', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-today-'))));
  after(() => rmSync(folder, { recursive: true }));

  const ingest = async (bars: string, time: string, to?: string): Promise<IngestManifestWithSeries> => {
    const draft = { source: 'csv', bars, symbols: SYMBOLS, ...(to === undefined ? {} : { to }) };
    const input = settleDates(openInputSchema.parse(draft), calendar, Date.parse(`${time}+05:30`));
    return ingestInMemory(input, { home: new Home(path.join(folder, 'home')), packageRoot });
  };
  /** Files of every symbol whose last bar is of the same day; without it where they are cut. */
  const write = (name: string, cut: number): { readonly bars: string; readonly last: string } => {
    const bars = mkdtempSync(path.join(folder, `${name}-`));
    let last = '';
    for (const [at, symbol] of SYMBOLS.entries()) {
      const all = dailyBars(150, { symbol, beat: 1 + at / 7 });
      last = isoDate(dayOfMinutes(all.time.at(-1) ?? 0));
      writeFileSync(path.join(bars, `${symbol}.csv`), seriesText(sliceBars(all, 0, 150 - cut)));
    }
    return { bars, last };
  };

  it('are not used, although every symbol has them, whatever end is asked for', async () => {
    const { bars, last } = write('all', 0);
    const { bars: without } = write('cut', 1);
    for (const to of [undefined, '2030-01-01']) {
      const during = await ingest(bars, `${last}T09:20`, to);
      expect(during.series.every((record) => record.last !== null && record.last < last)).to.equal(true);
      expect(usableUntil(during, to ?? '9999-12-31') <= last).to.equal(true);
      expect(during.coverage.lastSession).to.not.equal(last);
      const cut = await ingest(without, `${last}T09:20`, to);
      expect(during.digest, 'as if they were not there').to.equal(cut.digest);
      const after = await ingest(bars, `${last}T15:30`, to);
      expect(after.coverage.lastSession).to.equal(last);
      expect(usableUntil(after, to ?? '9999-12-31') > last).to.equal(true);
    }
  });
});
