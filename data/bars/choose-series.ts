import { dayOfMinutes } from '../time/dates.js';
import type { BarRows } from './bar-rows.js';
import type { FindingList } from './findings.js';

/** NSE series whose bars are used, the first of a day that is there; a row without a series counts as EQ. */
const USED = new Map([
  ['', 0],
  ['EQ', 0],
  ['BE', 1],
  ['BZ', 2],
]);

/**
 * Chooses the rows of one NSE series for each day: EQ; else BE or BZ, to which a share moves while it may only be
 * traded for delivery. Rows of other series (blocks, bonds, rights) are left out and reported.
 *
 * @param kept Indices of rows.
 */
export function chooseSeries(
  rows: BarRows,
  kept: readonly number[],
  symbol: string,
  found: FindingList,
): readonly number[] {
  if (rows.series.every((series) => USED.get(series) === 0)) return kept;
  const best = new Map<number, number>();
  const others = new Map<string, number>();
  for (const row of kept) {
    const rank = USED.get(rows.series[row] ?? '');
    const day = dayOfMinutes(rows.time[row] ?? 0);
    if (rank === undefined) others.set(rows.series[row] ?? '', (others.get(rows.series[row] ?? '') ?? 0) + 1);
    else best.set(day, Math.min(rank, best.get(day) ?? rank));
  }
  const chosen = kept.filter((row) => {
    const rank = USED.get(rows.series[row] ?? '');
    return rank !== undefined && rank === best.get(dayOfMinutes(rows.time[row] ?? 0));
  });
  const alone = [...best.values()].filter((rank) => rank > 0).length;
  if (alone > 0)
    found.add(
      'info',
      'trade_for_trade',
      `${symbol}: on ${alone} day(s) it has bars of series BE or BZ alone, which are used`,
    );
  const left = [...others.values()].reduce((sum, count) => sum + count, 0);
  if (left > 0)
    found.add(
      'info',
      'other_series',
      `${symbol}: ${left} row(s) of series ${[...others.keys()].sort().join(', ')} are left out: only EQ, BE and BZ are used`,
    );
  return chosen;
}
