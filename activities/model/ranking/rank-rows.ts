import { lowerBound } from '../../../data/bars/series.js';
import { UNRESOLVED } from '../../market/feature-table.js';
import { priorRows } from '../../market/splits/splits.js';
import type { NeutralSections } from '../../stats/neutral-sections.js';
import type { RankBasis } from './basis.js';
import { permutedRows, takeTargets } from './permuted-targets.js';
import { neutralDesign } from './rank-design.js';
import { outcomesOf } from './rank-outcomes.js';
import type { RankArm, RankTable } from './rank-model.js';
import type { RankTask } from './fit-rank-model.js';
import { MOST_ROWS, thinnedTimes } from './thinned-times.js';

/** Rows of many symbols, in order of time, then of symbol. */
export interface RankRows {
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  /** Times with rows, ascending, exchange minutes. */
  readonly times: Int32Array;
  /** Index of the first row of each time, then the number of rows. */
  readonly starts: Int32Array;
  /** Number of horizons H. */
  readonly horizons: number;
  /** When each target is known, row-major [n × H]; UNRESOLVED where that is not before the cohort's end. */
  readonly resolvedAt: Int32Array;
  /** When all targets of a row are known; UNRESOLVED as above. */
  readonly lastResolvedAt: Int32Array;
  /** Neutral targets, row-major [n × H]; NaN where unresolved. */
  readonly targets: Readonly<Record<RankArm, Float32Array>>;
  /** Return from entry minus its mean over the rows of the time, row-major [n × H]; NaN where unresolved. */
  readonly returns: Float64Array;
  /** Terms of the basis, row-major [n × B]: at every time made neutral like the targets. */
  readonly design: Float32Array;
  /** What makes other values of the rows neutral in the same way, by index of the time. */
  readonly sections: NeutralSections;
}

/**
 * The rows that a rank model is fitted and validated on: complete rows of members whose label is resolved before the
 * cohort's end. Where there are more than {@link MOST_ROWS}, whole times are left out: see {@link thinnedTimes}.
 */
export function rankRows(
  table: RankTable,
  basis: RankBasis,
  { end, seed, cohort }: Pick<RankTask, 'end' | 'seed' | 'cohort'>,
  most = MOST_ROWS,
): RankRows {
  const known = table.symbols.map((symbol) => priorRows(symbol, end));
  const timesOf = (place: number): Int32Array =>
    known[place]?.map((row) => table.symbols[place]?.time[row] ?? UNRESOLVED) ?? new Int32Array(0);
  const bySymbol = known.map((_, place) => timesOf(place));
  const times = thinnedTimes(bySymbol, most);
  const starts = startsOf(times, bySymbol);
  const count = starts.at(-1) ?? 0;
  const [symbol, row] = [new Int32Array(count), new Int32Array(count)];
  const next = starts.slice();
  bySymbol.forEach((own, place) =>
    eachShared(times, own, (time, at) => {
      const to = next[time] ?? 0;
      symbol[to] = place;
      row[to] = known[place]?.[at] ?? -1;
      next[time] = to + 1;
    }),
  );
  const outcomes = outcomesOf(table, { symbol, row, starts }, end);
  const { targets, ...rest } = outcomes;
  const permuted = permutedRows({ times, starts, ...outcomes }, [seed, 'permuted', cohort]);
  return {
    symbol,
    row,
    times,
    starts,
    ...rest,
    targets: { trained: targets, permuted: takeTargets(targets, outcomes.horizons, permuted) },
    ...neutralDesign(table, basis, { symbol, row, starts }),
  };
}

function startsOf(times: Int32Array, bySymbol: readonly Int32Array[]): Int32Array {
  const starts = new Int32Array(times.length + 1);
  for (const own of bySymbol)
    eachShared(times, own, (time) => (starts[time + 1] = (starts[time + 1] ?? 0) + 1));
  for (let at = 0; at < times.length; at += 1) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
  return starts;
}

/** Visits the values that two ascending lists share. */
function eachShared(a: Int32Array, b: Int32Array, visit: (inA: number, inB: number) => void): void {
  for (let at = lowerBound(a, b[0] ?? Infinity), own = 0; at < a.length && own < b.length;) {
    const [left, right] = [a[at] ?? 0, b[own] ?? 0];
    if (left === right) visit(at, own);
    if (left <= right) at += 1;
    if (right <= left) own += 1;
  }
}
