import { UNRESOLVED } from '../../market/feature-table.js';
import type { SymbolRows } from '../rows/by-symbol.js';
import { eachSymbol } from '../rows/by-symbol.js';
import type { RankTable } from './rank-model.js';
import type { RankRows } from './rank-rows.js';

export interface RankOutcomes extends Pick<
  RankRows,
  'horizons' | 'resolvedAt' | 'lastResolvedAt' | 'returns'
> {
  /** Neutral targets, row-major [n × H]; NaN where unresolved. */
  readonly targets: Float32Array;
}

/** What rows led to, as far as it is known before `end`: see {@link RankRows}. */
export function outcomesOf(
  { symbols }: RankTable,
  { symbol, row, starts }: Pick<RankRows, 'symbol' | 'row' | 'starts'>,
  end: number,
): RankOutcomes {
  const horizons = symbols[0]?.targets.length ?? 0;
  const resolvedAt = new Int32Array(symbol.length * horizons).fill(UNRESOLVED);
  const lastResolvedAt = new Int32Array(symbol.length);
  const targets = new Float32Array(symbol.length * horizons).fill(NaN);
  const returns = new Float64Array(symbol.length * horizons).fill(NaN);
  if (horizons === 0) lastResolvedAt.fill(UNRESOLVED);
  const outcomes = { horizons, resolvedAt, lastResolvedAt, targets, returns };
  eachSymbol({ symbol, row }, symbols, ({ own, ...some }) => {
    const [resolved, known, earned] = [own.outcomes.resolvedAt, own.targets, own.outcomes.returns];
    for (let horizon = 0; horizon < horizons; horizon += 1)
      takeHorizon(
        outcomes,
        horizon,
        some,
        {
          resolved: resolved[horizon] ?? new Int32Array(0),
          targets: known[horizon] ?? new Float32Array(0),
          returns: earned[horizon] ?? new Float64Array(0),
        },
        end,
      );
  });
  for (let time = 0; time + 1 < starts.length; time += 1)
    for (let horizon = 0; horizon < horizons; horizon += 1)
      centreColumn(returns, horizons, horizon, starts[time] ?? 0, starts[time + 1] ?? 0);
  return { horizons, resolvedAt, lastResolvedAt, targets, returns };
}

/**
 * When each target of some rows of a symbol counts as known, row-major [rows × horizons]; UNRESOLVED where that is not
 * before `end`.
 *
 * @param place Index of the symbol in the table.
 */
export function rankTargets(table: RankTable, place: number, row: Int32Array, end: number): Int32Array {
  const symbol = new Int32Array(row.length).fill(place);
  return outcomesOf(table, { symbol, row, starts: Int32Array.of(0) }, end).resolvedAt;
}

/** Takes the outcomes of some rows of a symbol at one horizon from its columns. */
function takeHorizon(
  { horizons, resolvedAt, lastResolvedAt, targets, returns }: RankOutcomes,
  horizon: number,
  { rows, places }: Pick<SymbolRows<unknown>, 'rows' | 'places'>,
  columns: {
    readonly resolved: Int32Array;
    readonly targets: Float32Array;
    readonly returns: Float64Array;
  },
  end: number,
): void {
  for (let turn = 0; turn < places.length; turn += 1) {
    const at = places[turn] ?? -1;
    const own = rows[turn] ?? -1;
    const resolved = columns.resolved[own] ?? UNRESOLVED;
    const target = columns.targets[own] ?? NaN;
    if (resolved >= end || Number.isNaN(target)) {
      lastResolvedAt[at] = UNRESOLVED;
      continue;
    }
    lastResolvedAt[at] = Math.max(lastResolvedAt[at] ?? 0, resolved);
    const to = at * horizons + horizon;
    resolvedAt[to] = resolved;
    targets[to] = target;
    returns[to] = columns.returns[own] ?? NaN;
  }
}

/** Takes the mean of the known values of some rows in a column out of them. */
function centreColumn(
  values: Float64Array,
  width: number,
  column: number,
  from: number,
  until: number,
): void {
  let sum = 0;
  let known = 0;
  for (let row = from; row < until; row += 1) {
    const value = values[row * width + column] ?? NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    known += 1;
  }
  for (let row = from; row < until; row += 1) {
    const at = row * width + column;
    values[at] = (values[at] ?? NaN) - sum / known;
  }
}
