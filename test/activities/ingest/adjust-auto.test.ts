import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { IngestManifestWithSeries } from '../../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import { randomStream } from '../../../data/random.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { isoDate } from '../../../data/time/dates.js';
import { dailyBars } from '../../support/bars.js';

const EX = 100;

/** A symbol whose price falls by 4.5 % in the five sessions to the one after the ex-date. */
function cleanBars(symbol: string): BarSeries {
  const random = randomStream(['adjust-auto', symbol]);
  return dailyBars(200, {
    symbol,
    spoil: (columns) => {
      let price = 500;
      for (let bar = 0; bar < 200; bar += 1) {
        const open = price * Math.exp(0.004 * random.normal());
        price = open * Math.exp(0.01 * random.normal());
        if (bar === EX + 1) price = 0.955 * (columns.close[EX - 4] ?? 0);
        columns.open[bar] = open;
        columns.close[bar] = price;
        columns.high[bar] = Math.max(open, price) * 1.002;
        columns.low[bar] = Math.min(open, price) * 0.998;
      }
    },
  });
}

describe('bars that are adjusted already, and bars as traded', () => {
  let bars: string;
  beforeEach(() => (bars = mkdtempSync(path.join(tmpdir(), 'gurukul-auto-'))));
  afterEach(() => rmSync(bars, { recursive: true }));

  const clean = cleanBars('TCS');
  const exDate = isoDate((clean.time[EX] ?? 0) / 1440);
  const traded = (factor: number): BarSeries =>
    adjustSeries(clean, [{ exDate, priceFactor: 1 / factor, kind: 'bonus' }]);
  const ingest = (series: BarSeries, factor: number, adjust = 'auto'): Promise<IngestManifestWithSeries> => {
    writeFileSync(path.join(bars, 'TCS.csv'), seriesText(series));
    writeFileSync(
      path.join(bars, 'corporate_actions.csv'),
      `symbol,ex_date,price_factor,kind\nTCS,${exDate},${factor},bonus\n`,
    );
    const input = { source: 'csv', bars, symbols: ['TCS'], adjust, to: '2023-01-01' };
    return ingestInMemory(runInputSchema.parse(input), { home: new Home(bars), packageRoot });
  };
  /** The return over five sessions across the ex-date, as the label sees it. */
  const labelled = ({ bars: used, series: [record] }: IngestManifestWithSeries): number | undefined => {
    const series = used.get('TCS');
    if (series === undefined) return undefined;
    const { close } = adjustSeries(series, record?.corporateActions ?? []);
    return (close[EX + 1] ?? NaN) / (close[EX - 4] ?? NaN) - 1;
  };

  it('give the same labels, whether the action is large or small', async () => {
    for (const factor of [1.1, 4 / 3, 10]) {
      expect(labelled(await ingest(traded(factor), factor)), `${factor} as traded`).to.be.closeTo(
        -0.045,
        1e-9,
      );
      expect(labelled(await ingest(clean, factor)), `${factor} adjusted`).to.be.closeTo(-0.045, 1e-9);
    }
  });

  it('are stopped where a small action leaves it open, until the user says it', async () => {
    for (const series of [clean, traded(1.02)]) {
      const open = await ingest(series, 1.02);
      expect(labelled(open)).to.equal(undefined);
      expect(open.series[0]).to.include({ status: 'refused', error: 'BadSchema' });
      expect(open.series[0]?.reason).to.match(/--adjust splits .* --adjust none .* gurukul actions check/);
    }
    expect(labelled(await ingest(traded(1.02), 1.02, 'splits'))).to.be.closeTo(-0.045, 1e-9);
    expect(labelled(await ingest(clean, 1.02, 'none'))).to.be.closeTo(-0.045, 1e-9);
  });

  it('are stopped where they show another factor than the list', async () => {
    const { series } = await ingest(traded(1.5), 2);
    expect(series[0]?.reason).to.match(
      /do not tell whether they are adjusted for the bonus of .* \(factor 2\), where the price moves by −3\d\.\d %\./,
    );
  });

  it('have a reason where the source has bars of other days only', async () => {
    const { series } = await ingest(
      { ...clean, time: clean.time.map((minutes) => minutes - 1456 * 1440) },
      2,
    );
    expect(series[0]).to.include({ status: 'no_bars' });
    expect(series[0]?.reason).to.match(/^TCS: .*bars.* are outside of the .*2020-01-01/);
  });
});
