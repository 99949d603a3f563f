import type { TestedRows } from './tested-rows.js';
import { rowsByTime, takeTested } from './tested-rows.js';

/** Share of a date's rows that is dropped at either end, as DropExtremeLabel of Qlib does; at least one row. */
const DROPPED_SHARE = 0.025;
/** Dates with fewer rows stay whole: nothing would be left of them. */
const MIN_ROWS = 5;

/** Tested rows without those of each date whose return was among its highest or lowest. */
export function withoutExtremes(rows: TestedRows): TestedRows {
  const kept: number[] = [];
  for (const section of rowsByTime(rows).values()) {
    const known = section.filter((row) => !Number.isNaN(rows.outcome[row] ?? NaN));
    const order = [...known].sort((a, b) => (rows.outcome[a] ?? NaN) - (rows.outcome[b] ?? NaN) || a - b);
    const dropped = order.length < MIN_ROWS ? 0 : Math.max(1, Math.round(DROPPED_SHARE * order.length));
    kept.push(...order.slice(dropped, order.length - dropped));
  }
  return takeTested(
    rows,
    kept.sort((a, b) => a - b),
  );
}
