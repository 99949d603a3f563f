import { expect } from 'chai';

import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import { labelNotice, labelSample } from '../../../activities/plan/label-notice.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { openSyntheticSource } from '../../../data/sources/synthetic/synthetic-source.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { calendar, dailyBars } from '../../support/bars.js';

describe('the notice about labels', () => {
  const seriesOf = async (interval: '1day' | '5minute'): Promise<BarSeries[]> => {
    const universe = await loadUniverse('nifty100', packageRoot);
    const source = openSyntheticSource(
      { source: 'synthetic', interval, seed: 7 },
      { packageRoot, universe, calendar },
    );
    const all = await Promise.all(['TCS', 'INFY'].map(async (symbol) => (await source.read(symbol)).series));
    return all.filter((series) => series !== null);
  };
  const config = (change: object) =>
    runInputSchema.parse({ from: '2022-01-01', to: '2022-04-01', ...change });

  it('is absent for the default on daily bars, and for a threshold that fits', async () => {
    const daily = await seriesOf('1day');
    expect(labelNotice(daily, ADJACENT_SLOTS, config({}))).to.equal(undefined);
    expect(labelNotice(daily, ADJACENT_SLOTS, config({ label: 'triple-barrier' }))).to.equal(undefined);
    expect(labelNotice([], ADJACENT_SLOTS, config({}))).to.equal(undefined);
  });

  it('proposes a threshold that fits 5-minute bars', async () => {
    const bars = await seriesOf('5minute');
    const wide = config({ interval: '5minute', horizon: 6 });
    const notice = labelNotice(bars, ADJACENT_SLOTS, wide) ?? '';
    expect(notice).to.match(
      /^labels: 0(\.\d+)? % of the 5minute bars are labelled 1 \(the close rises more than 2 % in 6 bars\), so .*; --threshold 0\.00\d gives about 30 % ones$/,
    );
    const [, threshold] = /--threshold (0\.\d+) gives/.exec(notice) ?? [];
    expect(labelNotice(bars, ADJACENT_SLOTS, { ...wide, threshold: Number(threshold) })).to.equal(undefined);
    const barriers = labelNotice(bars, ADJACENT_SLOTS, { ...wide, label: 'triple-barrier' });
    expect(barriers).to.match(/touches 2 % above .* fits interval and horizon$/);
  });

  it('reports labels that are nearly always 1, too', async () => {
    const notice = labelNotice(await seriesOf('1day'), ADJACENT_SLOTS, config({ threshold: -0.9 }));
    expect(notice).to.match(/^labels: 100 % of the 1day bars/);
  });

  it('uses only the bars of the run', () => {
    // Half a year with swings of 5 %, half a year without movement, and so on.
    const swings = (bar: number): boolean => Math.floor(bar / 125) % 2 === 0;
    const series = dailyBars(375, {
      spoil: ({ close }) => close.forEach((_, bar) => (close[bar] = swings(bar) && bar % 10 < 5 ? 105 : 100)),
    });
    const day = (bar: number): string => isoDate(dayOfMinutes(series.time[bar] ?? 0));
    expect(labelNotice([series], ADJACENT_SLOTS, config({ from: day(0), to: day(374) }))).to.equal(undefined);
    expect(labelNotice([series], ADJACENT_SLOTS, config({ from: day(130), to: day(250) }))).to.match(
      /^labels: 0 % /,
    );
  });

  it('samples a few series of many', () => {
    expect(labelSample(['a', 'b'])).to.deep.equal(['a', 'b']);
    const many = labelSample(Array.from({ length: 100 }, (_, index) => index));
    expect(many).to.have.length(12);
    expect(many.slice(0, 3)).to.deep.equal([0, 8, 16]);
  });
});
