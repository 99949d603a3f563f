import type { SymbolTable } from '../feature-table.js';
import type { LabelIntervals } from '../purge.js';
import { countOverlaps } from '../purge.js';
import type { LeakFinding } from './finding.js';

/**
 * Probe (a): no training label may share a moment with a tested one. Looks at the label intervals
 * themselves, whatever made the rows.
 *
 * @param train Rows trained on.
 * @param test Rows tested on.
 */
export function probeLabelOverlap(symbol: SymbolTable, train: Int32Array, test: Int32Array): LeakFinding[] {
  const overlaps = countOverlaps(labelIntervals(symbol, train), labelIntervals(symbol, test));
  if (overlaps === 0) return [];
  return [
    {
      probe: 'label_overlap',
      symbol: symbol.symbol,
      rows: overlaps,
      message: `${overlaps} pairs of a training and a test label share a moment`,
    },
  ];
}

/** What the labels of some rows speak of: from the bar to the one that resolves the label. */
export function labelIntervals(symbol: SymbolTable, rows: Int32Array): LabelIntervals {
  return {
    start: rows.map((row) => symbol.time[row] ?? 0),
    end: rows.map((row) => symbol.resolvedAt[row] ?? 0),
  };
}
