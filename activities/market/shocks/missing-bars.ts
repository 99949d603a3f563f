import type { BarSeries } from '../../../data/bars/series.js';
import { pickBars } from '../../../data/bars/series.js';

/** The bars without those from one index to another, exclusive. */
export function withoutBars(series: BarSeries, from: number, until: number): BarSeries {
  const kept = Array.from(series.time.keys()).filter((bar) => bar < from || bar >= until);
  return pickBars(series, kept);
}
