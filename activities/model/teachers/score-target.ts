import type { SymbolTable } from '../../market/feature-table.js';

/** The part of a symbol's table that {@link scoreTarget} is made from. */
export interface ScoredOutcomes extends Pick<SymbolTable, 'targets'> {
  readonly outcomes: Pick<SymbolTable['outcomes'], 'resolvedAt'>;
}

/**
 * What a window's score adapts to at a row: the mean target over some horizons; NaN where one of them is not known by
 * then.
 *
 * @param horizons Indices into OUTCOME_HORIZONS.
 * @param until Exchange minutes.
 */
export function scoreTarget(
  { targets, outcomes }: ScoredOutcomes,
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
