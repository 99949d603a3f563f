import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound } from '../../../data/bars/series.js';
import { addDays, startOfDate } from '../../../data/time/dates.js';
import { withoutBars } from './missing-bars.js';
import { scaledPrices } from './scaled-prices.js';
import { scaledVolatility } from './scaled-volatility.js';
import type { ShockPlan } from './shock-plan.js';
import { isHit } from './shock-plan.js';
import { staleBars } from './stale-bars.js';

/** All prices fall by a tenth over night. */
const GAP = 0.9;

/**
 * The bars of a symbol with a shock; the same ones where it does not change them.
 *
 * @param sector Of the symbol; null where it is unknown.
 */
export function shockBars(series: BarSeries, plan: ShockPlan, sector: string | null): BarSeries {
  if (!isHit(plan, series.symbol, sector)) return series;
  const { time } = series;
  const from = lowerBound(time, startOfDate(plan.first));
  const until = plan.last === null ? time.length : lowerBound(time, startOfDate(addDays(plan.last, 1)));
  if (from >= until) return series;
  switch (plan.id) {
    case 'gap':
      return scaledPrices(series, from, GAP);
    case 'volatility2':
      return scaledVolatility(series, from, 2);
    case 'volatility3':
      return scaledVolatility(series, from, 3);
    case 'stale_prices':
      return staleBars(series, from, until);
    case 'missing_feed':
    case 'sector_out':
    case 'symbols_gone':
      return withoutBars(series, from, until);
  }
}
