import { integersOf } from '../../../data/math/fill-columns.js';
import { NeutralSections } from '../../stats/neutral-sections.js';
import type { RegressorColumns } from '../../stats/regression.js';
import { NO_SECTOR } from '../../stats/regression.js';
import type { RankBasis } from './basis.js';
import { fillRow } from './basis.js';
import { eachSymbol, gatherRows } from '../rows/by-symbol.js';
import type { RankSymbol, RankTable } from './rank-model.js';
import type { RankSections } from './rank-sections.js';

/** Terms of some rows, row-major [n × B]. */
function designOf(
  { symbols }: RankTable,
  basis: RankBasis,
  symbol: Int32Array,
  row: Int32Array,
): Float32Array {
  const width = basis.terms.length;
  const design = new Float32Array(symbol.length * width);
  eachSymbol({ symbol, row }, symbols, ({ own: { ranks, state }, rows, places }) => {
    const inputs = { ranks, state };
    for (let at = 0; at < rows.length; at += 1)
      fillRow(basis, inputs, rows[at] ?? -1, design, (places[at] ?? -1) * width);
  });
  return design;
}

/** Terms with each time's cross-section made neutral: see {@link RankSections}. */
export function neutralDesign(
  table: RankTable,
  basis: RankBasis,
  { symbol, row, starts }: Pick<RankSections, 'symbol' | 'row' | 'starts'>,
): Pick<RankSections, 'design' | 'sections'> {
  const design = designOf(table, basis, symbol, row);
  const columns = regressorColumns(table, { symbol, row });
  const sections = new NeutralSections(starts, (time) =>
    columnsBetween(columns, starts[time] ?? 0, starts[time + 1] ?? 0),
  );
  const width = basis.terms.length;
  for (let time = 0; time + 1 < starts.length; time += 1) {
    const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
    sections.takeOut(time, design.subarray(from * width, until * width), width);
  }
  return { design, sections };
}

/** Exposures and sectors of rows, in their order. */
export function regressorColumns(
  table: Pick<RankTable, 'symbols'>,
  rows: Pick<RankSections, 'symbol' | 'row'>,
): RegressorColumns {
  const { symbols } = table;
  const count = rows.symbol.length;
  const of = (valuesOf: (own: RankSymbol) => Float32Array): Float64Array =>
    gatherRows(rows, symbols, valuesOf, new Float64Array(count));
  const sectors = sectorNumbers(table);
  return {
    exposures: [
      of(({ exposures }) => exposures.volatility),
      of(({ exposures }) => exposures.beta),
      of(({ exposures }) => exposures.tradedValue),
    ],
    sector: rows.symbol.map((place) => sectors[place] ?? NO_SECTOR),
    count,
  };
}

/** Those of the rows `[from, until)`. */
export function columnsBetween(
  { exposures, sector }: RegressorColumns,
  from: number,
  until: number,
): RegressorColumns {
  return {
    exposures: exposures.map((values) => values.subarray(from, until)),
    sector: sector.subarray(from, until),
    count: until - from,
  };
}

/** A number for the sector of each symbol of a table. */
export function sectorNumbers({ symbols }: Pick<RankTable, 'symbols'>): Int32Array {
  const names = [...new Set(symbols.flatMap(({ sector }) => sector ?? []))].sort();
  const numbers = new Map(names.map((name, at) => [name, at + 1]));
  return integersOf(
    symbols,
    ({ sector }) => (sector === null ? undefined : numbers.get(sector)) ?? NO_SECTOR,
  );
}
