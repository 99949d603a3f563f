import { expect } from 'chai';

import type { LeakFigures, LeakName, MeasuredLeak } from '../../../activities/leaks/measure-leaks.js';
import { LEAKS, measureLeaks } from '../../../activities/leaks/measure-leaks.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import { ALL_MEMBERS } from '../../../activities/market/membership.js';
import { NO_SECTORS } from '../../../activities/market/sectors.js';
import { tileWindows } from '../../../activities/plan/windows.js';
import { calendar } from '../../support/bars.js';
import { barsWithoutSignal } from './bars-without-signal.js';

const config = {
  to: '2023-01-01',
  interval: '1day',
  windowDays: 180,
  label: 'horizon',
  horizon: 5,
  threshold: 0.02,
  entry: 'next-open',
  seed: 7,
} as const;

/** One interval of twenty misses zero by luck: so several markets, and the mean over them. */
const MARKETS = [1, 2, 3];

async function measure(seed: number): Promise<MeasuredLeak[]> {
  const series = await barsWithoutSignal(seed, 30, config.to);
  const symbols = series.map(({ symbol }) => symbol);
  const tiles = tileWindows('2021-01-01', '2022-06-25', config.windowDays);
  const cohorts = tiles.map(({ start, end }) => ({ id: `${start}_to_${end}`, symbols }));
  const slots = barSlots(calendar, { interval: '1day' });
  const bars = { series, slots, membership: ALL_MEMBERS, sectors: NO_SECTORS, cohorts };
  // The first half of the symbols stands for those that are left today.
  const left = symbols.slice(0, 15);
  const survivors = {
    bars: {
      ...bars,
      series: series.slice(0, 15),
      cohorts: cohorts.map(({ id }) => ({ id, symbols: left })),
    },
  };
  return measureLeaks({ bars, config, survivors, onProgress: () => undefined });
}

describe('planted leaks on bars without a signal', function () {
  this.timeout(600_000);
  const markets: MeasuredLeak[][] = [];

  before(async () => {
    for (const seed of MARKETS) markets.push(await measure(seed));
  });

  const figuresOf = (name: LeakName, side: 'honest' | 'leaking'): LeakFigures[] =>
    markets.map((measured) => {
      const figures = measured.find(({ leak }) => leak === name)?.[side];
      if (figures === null || figures === undefined) throw new Error(`no figures of ${name}`);
      return figures;
    });
  const meanIc = (name: LeakName, side: 'honest' | 'leaking'): number =>
    figuresOf(name, side).reduce((sum, { rankIc }) => sum + (rankIc.value ?? NaN), 0) / MARKETS.length;

  it('are all measured, on the same rows where the rows are no part of the leak', () => {
    for (const measured of markets) expect(measured.map(({ leak }) => leak)).to.deep.equal([...LEAKS]);
    const rows = (name: LeakName, side: 'honest' | 'leaking'): number[] =>
      figuresOf(name, side).map((figures) => figures.rows);
    expect(rows('global_scaler', 'leaking')).to.deep.equal(rows('global_scaler', 'honest'));
    expect(figuresOf('dropped_extremes', 'honest')).to.deep.equal(figuresOf('survivors_only', 'honest'));
    rows('dropped_extremes', 'leaking').forEach((count, at) => {
      // One row of about thirty at either end of a date.
      expect(count / (rows('dropped_extremes', 'honest')[at] ?? NaN)).to.be.within(0.93, 0.935);
    });
    rows('survivors_only', 'leaking').forEach((count, at) => {
      expect(count / (rows('survivors_only', 'honest')[at] ?? NaN)).to.be.within(0.48, 0.52);
    });
  });

  it('leave honest figures at chance', () => {
    // Standard errors of a mean over three markets: 0.012, and 0.025 on the few dates inside the windows.
    for (const leak of LEAKS)
      expect(Math.abs(meanIc(leak, 'honest')), leak).to.be.below(leak === 'shuffled_split' ? 0.06 : 0.03);
  });

  it('fake skill by a shuffled split', () => {
    figuresOf('shuffled_split', 'leaking').forEach(({ rankIc, auc }, at) => {
      const honest = figuresOf('shuffled_split', 'honest')[at];
      expect(rankIc.low)
        .to.be.above(0.3)
        .and.above(honest?.rankIc.high ?? NaN);
      expect(auc.low)
        .to.be.above(0.75)
        .and.above(honest?.auc.high ?? NaN);
    });
  });

  it('fake skill by a scaler of the whole period', () => {
    expect(meanIc('global_scaler', 'leaking')).to.be.above(0.04);
    figuresOf('global_scaler', 'leaking').forEach(({ rankIc }, at) => {
      expect(rankIc.value).to.be.above(figuresOf('global_scaler', 'honest')[at]?.rankIc.value ?? NaN);
    });
  });
});
