import { UNRESOLVED } from '../../market/feature-table.js';
import { centredRanks } from '../../stats/neutral.js';
import type { RankTable, RankTarget } from './rank-model.js';
import type { RankRows } from './rank-rows.js';

/** What rows led to, as far as it is known before `end`: see {@link RankRows}. */
export function outcomesOf(
  { symbols }: RankTable,
  { symbol, row, starts }: Pick<RankRows, 'symbol' | 'row' | 'starts'>,
  end: number,
): Pick<RankRows, 'horizons' | 'resolvedAt' | 'lastResolvedAt' | 'returns'> &
  Record<RankTarget, Float32Array> {
  const horizons = symbols[0]?.targets.length ?? 0;
  const resolvedAt = new Int32Array(symbol.length * horizons).fill(UNRESOLVED);
  const lastResolvedAt = new Int32Array(symbol.length);
  const neutral = new Float32Array(symbol.length * horizons).fill(NaN);
  const plain = new Float32Array(symbol.length * horizons).fill(NaN);
  const returns = new Float64Array(symbol.length * horizons).fill(NaN);
  for (let at = 0; at < symbol.length; at += 1) {
    const [table, own] = [symbols[symbol[at] ?? -1], row[at] ?? -1];
    let last = horizons === 0 ? UNRESOLVED : 0;
    for (let horizon = 0; horizon < horizons; horizon += 1) {
      const [resolved, target] = [
        table?.outcomes.resolvedAt[horizon]?.[own] ?? UNRESOLVED,
        table?.targets[horizon]?.[own] ?? NaN,
      ];
      if (resolved >= end || Number.isNaN(target)) {
        last = UNRESOLVED;
        continue;
      }
      last = Math.max(last, resolved);
      const to = at * horizons + horizon;
      resolvedAt[to] = resolved;
      neutral[to] = target;
      returns[to] = table?.outcomes.returns[horizon]?.[own] ?? NaN;
    }
    lastResolvedAt[at] = last;
  }
  for (let time = 0; time + 1 < starts.length; time += 1)
    for (let horizon = 0; horizon < horizons; horizon += 1)
      rankAndCentre(returns, plain, horizons, horizon, starts[time] ?? 0, starts[time + 1] ?? 0);
  return { horizons, resolvedAt, lastResolvedAt, neutral, plain, returns };
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

/** Ranks the known returns of some rows in a column, and takes their mean out of them. */
function rankAndCentre(
  returns: Float64Array,
  ranks: Float32Array,
  width: number,
  column: number,
  from: number,
  until: number,
): void {
  const section = Float64Array.from(
    { length: until - from },
    (_, place) => returns[(from + place) * width + column] ?? NaN,
  );
  const centred = centredRanks(section);
  let [sum, known] = [0, 0];
  for (const value of section)
    if (!Number.isNaN(value)) {
      sum += value;
      known += 1;
    }
  section.forEach((value, place) => {
    const at = (from + place) * width + column;
    returns[at] = value - sum / known;
    if (!Number.isNaN(value)) ranks[at] = centred[place] ?? NaN;
  });
}
