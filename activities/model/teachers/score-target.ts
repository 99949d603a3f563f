import type { SymbolTable } from '../../market/feature-table.js';

/**
 * What a window's score adapts to at a row: the mean target over some horizons; NaN where one of them is not known by
 * then.
 *
 * @param horizons Indices into OUTCOME_HORIZONS.
 * @param until Exchange minutes.
 */
export function scoreTarget(
  { targets, outcomes }: Pick<SymbolTable, 'targets' | 'outcomes'>,
  row: number,
  horizons: readonly number[],
  until: number,
): number {
  let sum = 0;
  for (const horizon of horizons) {
    if ((outcomes.resolvedAt[horizon]?.[row] ?? Infinity) >= until) return NaN;
    sum += targets[horizon]?.[row] ?? NaN;
  }
  return sum / horizons.length;
}
