import { doublesOf } from '../../../data/math/fill-columns.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { ascendingOrder } from '../../stats/order.js';
import { distinct } from '../cohorts.js';

/** Indices of rows by date, those of a date by symbol. @param dates Of all rows, ascending. */
export function rowsByDate(
  { symbol, date }: Pick<Predictions, 'symbol' | 'date'>,
  rows: readonly number[],
  dates: readonly string[],
): number[][] {
  const symbols = distinct(rows.map((row) => symbol[row] ?? ''));
  const [dayOf, placeOf] = [indexOf(dates), indexOf(symbols)];
  const byDate = dates.map((): number[] => []);
  const keys = doublesOf(
    rows,
    (row) => (dayOf(date[row]) ?? 0) * symbols.length + (placeOf(symbol[row]) ?? 0),
  );
  for (const at of ascendingOrder(keys)) {
    const row = rows[at] ?? -1;
    byDate[dayOf(date[row]) ?? -1]?.push(row);
  }
  return byDate;
}

function indexOf(texts: readonly string[]): (text: string | undefined) => number | undefined {
  const index = new Map(texts.map((text, at) => [text, at]));
  return (text) => index.get(text ?? '');
}
