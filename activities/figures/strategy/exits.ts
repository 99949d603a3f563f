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
    const price = (sample.entryPrice[sold[row] ?? -1] ?? NaN) / (sample.entryPrice[row] ?? NaN);
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
function rowsLater({ rows, dates, symbols, date, symbol, entry }: Sample, bars: number): Int32Array {
  const rowAt = new Int32Array(dates.length * symbols.length).fill(-1);
  for (let row = rows - 1; row >= 0; row -= 1)
    rowAt[(date[row] ?? 0) * symbols.length + (symbol[row] ?? 0)] = row;
  const next = new Int32Array(rows);
  const later = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const at = entry[row] ?? -1;
    // An entry at the row's own bar names no next one; its horizon ends at the price that the next sleeve trades at.
    next[row] = at <= (date[row] ?? 0) ? -1 : (rowAt[at * symbols.length + (symbol[row] ?? 0)] ?? -1);
    later[row] = row;
  }
  for (let bar = 0; bar < bars; bar += 1)
    for (let row = 0; row < rows; row += 1) {
      const at = later[row] ?? -1;
      if (at >= 0) later[row] = next[at] ?? -1;
    }
  return later;
}
