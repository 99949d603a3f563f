import { NeutralSections } from '../../stats/neutral-sections.js';
import type { RegressorColumns } from '../../stats/regression.js';
import { NO_SECTOR } from '../../stats/regression.js';
import type { RankBasis } from './basis.js';
import { fillRow } from './basis.js';
import type { RankTable } from './rank-model.js';
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
  for (let at = 0; at < symbol.length; at += 1) {
    const table = symbols[symbol[at] ?? -1];
    if (table !== undefined) fillRow(basis, table, row[at] ?? -1, design, at * width);
  }
  return design;
}

/** Terms with each time's cross-section made neutral: see {@link RankSections}. */
export function neutralDesign(
  table: RankTable,
  basis: RankBasis,
  { symbol, row, starts }: Pick<RankSections, 'symbol' | 'row' | 'starts'>,
): Pick<RankSections, 'design' | 'sections'> {
  const design = designOf(table, basis, symbol, row);
  const sectors = sectorNumbers(table);
  const sections = new NeutralSections(starts, (time) => {
    const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
    return sectionColumns(table, sectors, symbol.subarray(from, until), row.subarray(from, until));
  });
  const width = basis.terms.length;
  for (let time = 0; time + 1 < starts.length; time += 1) {
    const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
    sections.takeOut(time, design.subarray(from * width, until * width), width);
  }
  return { design, sections };
}

/** Exposures and sectors of the rows of one time. @param sectors Of the table: see {@link sectorNumbers}. */
export function sectionColumns(
  { symbols }: Pick<RankTable, 'symbols'>,
  sectors: Int32Array,
  symbol: Int32Array,
  row: Int32Array,
): RegressorColumns {
  const count = symbol.length;
  const volatility = new Float64Array(count);
  const beta = new Float64Array(count);
  const tradedValue = new Float64Array(count);
  const sector = new Int32Array(count);
  for (let at = 0; at < count; at += 1) {
    const [place, own] = [symbol[at] ?? -1, row[at] ?? -1];
    const exposures = symbols[place]?.exposures;
    volatility[at] = exposures?.volatility[own] ?? NaN;
    beta[at] = exposures?.beta[own] ?? NaN;
    tradedValue[at] = exposures?.tradedValue[own] ?? NaN;
    sector[at] = sectors[place] ?? NO_SECTOR;
  }
  return { exposures: [volatility, beta, tradedValue], sector, count };
}

/** A number for the sector of each symbol of a table. */
export function sectorNumbers({ symbols }: Pick<RankTable, 'symbols'>): Int32Array {
  const names = [...new Set(symbols.flatMap(({ sector }) => sector ?? []))].sort();
  const numbers = new Map(names.map((name, at) => [name, at + 1]));
  return Int32Array.from(
    symbols,
    ({ sector }) => (sector === null ? undefined : numbers.get(sector)) ?? NO_SECTOR,
  );
}
