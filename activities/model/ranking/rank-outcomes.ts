import { UNRESOLVED } from '../../market/feature-table.js';
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
  for (let horizon = 0; horizon < horizons; horizon += 1) {
    const columns = symbols.map(({ outcomes, targets: own }) => ({
      resolved: outcomes.resolvedAt[horizon] ?? new Int32Array(0),
      returns: outcomes.returns[horizon] ?? new Float64Array(0),
      targets: own[horizon] ?? new Float32Array(0),
    }));
    for (let at = 0; at < symbol.length; at += 1) {
      const [column, own] = [columns[symbol[at] ?? -1], row[at] ?? -1];
      const resolved = column?.resolved[own] ?? UNRESOLVED;
      const target = column?.targets[own] ?? NaN;
      if (resolved >= end || Number.isNaN(target)) {
        lastResolvedAt[at] = UNRESOLVED;
        continue;
      }
      lastResolvedAt[at] = Math.max(lastResolvedAt[at] ?? 0, resolved);
      const to = at * horizons + horizon;
      resolvedAt[to] = resolved;
      targets[to] = target;
      returns[to] = column?.returns[own] ?? NaN;
    }
  }
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
