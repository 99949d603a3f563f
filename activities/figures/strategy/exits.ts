import { placesOf } from '../../../data/math/fill-columns.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { Sample } from '../sample.js';

/** What buying a row's symbol at its entry and holding it for some bars gives. */
export interface HoldingReturns {
  /** As a fraction, by row of the sample; NaN where no outcome is known. */
  readonly returns: Float64Array;
  /** 1 where it is valued at the close of the last bar held, because the entry price that it would be sold at is unknown. */
  readonly atClose: Uint8Array;
}

/**
 * Returns from entry to entry: bought at the entry price of the row, sold at the entry price `bars` bars later, when
 * the next sleeve trades. That bar is found by going from each row to the symbol's row at its entry, which is the next
 * bar. Where one of them is missing, the position is valued at the close that its horizon's return ends at; where that
 * is unknown too, at the last known one of a shorter horizon. Without outcomes the return is that of the label.
 */
export function holdingReturns(sample: Sample, bars: number): HoldingReturns {
  if (!sample.hasOutcomes)
    return { returns: sample.forwardReturn, atClose: new Uint8Array(sample.rows).fill(1) };
  const sold = rowsLater(sample, bars);
  const shorter = OUTCOME_HORIZONS.flatMap((horizon, at) => (horizon <= bars ? [at] : [])).reverse();
  const atClose = new Uint8Array(sample.rows);
  const returns = new Float64Array(sample.rows);
  for (let row = 0; row < sample.rows; row += 1) {
    const exit = sold[row] ?? -1;
    const price = exit < 0 ? NaN : (sample.entryPrice[exit] ?? NaN) / (sample.entryPrice[row] ?? NaN);
    if (Number.isFinite(price)) {
      returns[row] = price - 1;
      continue;
    }
    atClose[row] = 1;
    const known = shorter.find((at) => !Number.isNaN(sample.returns[at]?.[row] ?? NaN));
    returns[row] = known === undefined ? NaN : (sample.returns[known]?.[row] ?? NaN);
  }
  return { returns, atClose };
}

/** The row of the same symbol `bars` bars later; -1 where it or one between is missing. */
function rowsLater(sample: Sample, bars: number): Int32Array {
  let later: Int32Array = placesOf({ length: sample.rows });
  // Steps of 1, 2, 4 … bars: those that the number of bars is the sum of.
  let step = nextRows(sample);
  for (let left = bars; left > 0; left >>= 1) {
    if ((left & 1) === 1) later = goingOn(later, step);
    if (left > 1) step = goingOn(step, step);
  }
  return later;
}

/** Where a step leads from where another one led. */
function goingOn(first: Int32Array, then: Int32Array): Int32Array {
  const rows = new Int32Array(first.length);
  for (let row = 0; row < rows.length; row += 1) {
    const at = first[row] ?? -1;
    rows[row] = at < 0 ? -1 : (then[at] ?? -1);
  }
  return rows;
}

const nextRowsOf = new WeakMap<Sample, Int32Array>();

/** The row of the same symbol at a row's entry; -1 where it is missing. Found once for all holding periods. */
function nextRows(sample: Sample): Int32Array {
  const next = nextRowsOf.get(sample) ?? findNextRows(sample);
  nextRowsOf.set(sample, next);
  return next;
}

function findNextRows({ rows, dates, symbols, date, symbol, entry }: Sample): Int32Array {
  const rowAt = new Int32Array(dates.length * symbols.length).fill(-1);
  for (let row = rows - 1; row >= 0; row -= 1)
    rowAt[(date[row] ?? 0) * symbols.length + (symbol[row] ?? 0)] = row;
  const next = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const at = entry[row] ?? -1;
    // An entry at the row's own bar names no next one; its horizon ends at the price that the next sleeve trades at.
    next[row] = at <= (date[row] ?? 0) ? -1 : (rowAt[at * symbols.length + (symbol[row] ?? 0)] ?? -1);
  }
  return next;
}
