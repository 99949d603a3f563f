import { adjustSeries } from '../../../data/bars/adjust-series.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { openSyntheticSource } from '../../../data/sources/synthetic/synthetic-source.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startOfDate } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { calendar } from '../../support/bars.js';

/** Adjusted synthetic daily bars before a day, in which no past return tells anything about a later one. */
export async function barsWithoutSignal(seed: number, symbols: number, until: string): Promise<BarSeries[]> {
  const universe = await loadUniverse('nifty100', packageRoot);
  const source = openSyntheticSource(
    { source: 'synthetic', interval: '1day', seed },
    { packageRoot, universe, calendar },
    { strength: 0 },
  );
  const chosen = universe.members.filter(({ exclusion }) => exclusion === null).slice(0, symbols);
  const series: BarSeries[] = [];
  for (const { symbol } of chosen) {
    const { series: bars } = await source.read(symbol);
    if (bars === null) continue;
    const adjusted = adjustSeries(bars, source.actions(symbol));
    series.push(sliceBars(adjusted, 0, lowerBound(adjusted.time, startOfDate(until))));
  }
  return series;
}
