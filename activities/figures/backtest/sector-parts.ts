import type { BacktestArm } from '../../../data/schemas/backtest.js';
import type { Sleeve } from '../strategy/sleeves.js';
import type { Sessions } from './sessions.js';

interface SectorSums {
  readonly held: Float64Array;
  share: number;
  universeShare: number;
  perBar: number;
  universePerBar: number;
}

/**
 * Shares of the sectors in the holdings, and what each adds to the return: over all sectors, these sum to the gross
 * return per year of the strategy and of equal weight.
 *
 * @param dates Of the holdings.
 * @param sectorOf By row of the sample.
 */
export function sectorParts(
  sleeves: readonly Sleeve[],
  dates: readonly string[],
  sectorOf: readonly (string | null)[],
  sessions: Sessions,
  periodsPerYear: number,
): BacktestArm['sectors'] {
  const all = new Map<string | null, SectorSums>();
  const sumsOf = (row: number): SectorSums => {
    const sector = sectorOf[row] ?? null;
    const known = all.get(sector) ?? {
      held: new Float64Array(sleeves.length),
      ...{ share: 0, universeShare: 0, perBar: 0, universePerBar: 0 },
    };
    all.set(sector, known);
    return known;
  };
  sleeves.forEach(({ section, long, held, bars }, i) => {
    const weight = 1 / section.row.length;
    for (const row of section.row) {
      const sums = sumsOf(row);
      sums.universeShare += weight;
      sums.universePerBar += ((held.returns[row] ?? NaN) * weight) / bars;
    }
    for (const place of long) {
      const row = section.row[place] ?? -1;
      const sums = sumsOf(row);
      sums.held[i] = (sums.held[i] ?? 0) + 1;
      sums.share += 1 / long.length;
      sums.perBar += (held.returns[row] ?? NaN) / long.length / bars;
    }
  });
  const perYear = (sum: number): number => (sum / sleeves.length) * periodsPerYear;
  return [...all]
    .map(([sector, { held, share, universeShare, perBar, universePerBar }]) => ({
      sector,
      held: sessions.last(dates, held),
      share: share / sleeves.length,
      universeShare: universeShare / sleeves.length,
      perYear: perYear(perBar),
      universePerYear: perYear(universePerBar),
    }))
    .sort((a, b) => b.share - a.share || ((a.sector ?? '') < (b.sector ?? '') ? -1 : 1));
}
