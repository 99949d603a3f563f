import { lowerBound } from '../../../data/bars/series.js';
import { UNRESOLVED } from '../../market/feature-table.js';
import type { NeutralSections } from '../../stats/neutral-sections.js';
import type { RankBasis } from './basis.js';
import { rankBasis } from './rank-basis.js';
import { neutralDesign } from './rank-design.js';
import type { RankSymbol, RankTable } from './rank-model.js';
import { MOST_ROWS, thinnedTimes } from './thinned-times.js';

/** The complete rows of members at some times, in order of time, then of symbol. */
export interface RankSections {
  readonly basis: RankBasis;
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  /** Times with rows, ascending, exchange minutes. */
  readonly times: Int32Array;
  /** Index of the first row of each time, then the number of rows. */
  readonly starts: Int32Array;
  /** Terms of the basis, row-major [n × B]: at every time made neutral like the targets. */
  readonly design: Float32Array;
  /** What makes other values of the rows neutral in the same way, by index of the time; it may know later times. */
  readonly sections: NeutralSections;
}

/** The rows of whole tables. */
const sharedByCohorts = new WeakMap<RankTable['symbols'], RankSections>();

/**
 * The rows before a time. Nothing of a row depends on other times, so the cohorts of a table share what is computed of
 * it, unless it has more than {@link MOST_ROWS} rows: then whole times are left out, other ones for each cohort (see
 * {@link thinnedTimes}).
 */
export function rankSections(table: RankTable, before: number): RankSections {
  const known = sharedByCohorts.get(table.symbols);
  if (known !== undefined) return firstTimes(known, before);
  const rows = table.symbols.map(memberRows);
  const count = rows.reduce((sum, { length }) => sum + length, 0);
  if (count > MOST_ROWS) return sectionsOf(table, rows, before);
  const all = sectionsOf(table, rows, Infinity);
  sharedByCohorts.set(table.symbols, all);
  return firstTimes(all, before);
}

/** Complete rows at which a symbol was a member. */
function memberRows({ complete, member }: RankSymbol): Int32Array {
  const rows = new Int32Array(complete.length);
  let count = 0;
  for (let row = 0; row < rows.length; row += 1) {
    rows[count] = row;
    count += complete[row] === 1 && member[row] === 1 ? 1 : 0;
  }
  return rows.slice(0, count);
}

function sectionsOf(table: RankTable, rows: readonly Int32Array[], before: number): RankSections {
  const { symbols } = table;
  const bySymbol = rows.map((own, place) => {
    const time = symbols[place]?.time ?? new Int32Array(0);
    const times = own.map((row) => time[row] ?? UNRESOLVED);
    return times.subarray(0, lowerBound(times, before));
  });
  const times = thinnedTimes(bySymbol);
  const starts = startsOf(times, bySymbol);
  const count = starts.at(-1) ?? 0;
  const [symbol, row] = [new Int32Array(count), new Int32Array(count)];
  const next = starts.slice();
  bySymbol.forEach((own, place) =>
    eachShared(times, own, (time, at) => {
      const to = next[time] ?? 0;
      symbol[to] = place;
      row[to] = rows[place]?.[at] ?? -1;
      next[time] = to + 1;
    }),
  );
  const basis = rankBasis(table);
  return { basis, symbol, row, times, starts, ...neutralDesign(table, basis, { symbol, row, starts }) };
}

function firstTimes({ basis, sections, ...all }: RankSections, before: number): RankSections {
  const count = lowerBound(all.times, before);
  const rows = all.starts[count] ?? 0;
  return {
    basis,
    symbol: all.symbol.subarray(0, rows),
    row: all.row.subarray(0, rows),
    times: all.times.subarray(0, count),
    starts: all.starts.subarray(0, count + 1),
    design: all.design.subarray(0, rows * basis.terms.length),
    sections,
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
