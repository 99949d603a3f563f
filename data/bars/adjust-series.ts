import type { CorporateAction } from '../schemas/corporate-action.js';
import { startOfDate } from '../time/dates.js';
import type { BarSeries } from './series.js';

/**
 * Back-adjusts a series for corporate actions: prices before an ex-date are divided by the action's factor and
 * volumes multiplied by it, so that a return across the ex-date is what a holder earned. Bars on and after the
 * last ex-date are unchanged. The bar store keeps bars as their source gives them.
 */
export function adjustSeries(series: BarSeries, actions: readonly CorporateAction[]): BarSeries {
  if (actions.length === 0) return series;
  const latestFirst = sortActions(actions)
    .reverse()
    .map(({ exDate, priceFactor }) => ({ start: startOfDate(exDate), priceFactor }));
  const open = series.open.slice();
  const high = series.high.slice();
  const low = series.low.slice();
  const close = series.close.slice();
  const volume = series.volume.slice();
  let factor = 1;
  let next = 0;
  for (let bar = series.time.length - 1; bar >= 0; bar -= 1) {
    const time = series.time[bar] ?? 0;
    for (
      let action = latestFirst[next];
      action !== undefined && time < action.start;
      action = latestFirst[next]
    ) {
      factor *= action.priceFactor;
      next += 1;
    }
    if (factor === 1) continue;
    for (const column of [open, high, low, close]) column[bar] = (column[bar] ?? NaN) / factor;
    volume[bar] = (volume[bar] ?? NaN) * factor;
  }
  return { ...series, open, high, low, close, volume };
}

function sortActions(actions: readonly CorporateAction[]): CorporateAction[] {
  return [...actions].sort((a, b) => (a.exDate < b.exDate ? -1 : a.exDate > b.exDate ? 1 : 0));
}
