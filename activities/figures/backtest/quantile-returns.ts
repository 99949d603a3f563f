import type { BacktestArm } from '../../../data/schemas/backtest.js';
import { ascendingOrder } from '../../stats/order.js';
import type { Sleeve } from '../strategy/sleeves.js';

/** Groups of the symbols of a date by their score; a date with fewer symbols has no holding. */
const QUANTILES = 5;

type Quantiles = Pick<BacktestArm, 'quantiles' | 'quantilesByYear'>;

/** Mean returns of the symbols by fifths of their scores, over the bars of the holdings; ties by symbol. */
export function quantileReturns(
  sleeves: readonly Sleeve[],
  dates: readonly string[],
  periodsPerYear: number,
): Quantiles {
  const all = new Sums();
  const years = new Map<string, Sums>();
  sleeves.forEach((sleeve, i) => {
    const means = quantileMeans(sleeve);
    const year = (dates[i] ?? '').slice(0, 'YYYY'.length);
    const own = years.get(year) ?? new Sums();
    years.set(year, own);
    all.add(means);
    own.add(means);
  });
  return {
    quantiles: all.perYear(periodsPerYear),
    quantilesByYear: [...years.keys()]
      .sort()
      .map((year) => ({ year, ...(years.get(year) ?? new Sums()).perYear(periodsPerYear) })),
  };
}

/** Mean return per bar of each fifth. */
function quantileMeans({ section, held, bars }: Sleeve): Float64Array {
  const sums = new Float64Array(QUANTILES);
  const counts = new Float64Array(QUANTILES);
  const order = ascendingOrder(section.score);
  order.forEach((place, rank) => {
    const quantile = Math.floor((rank * QUANTILES) / order.length);
    sums[quantile] = (sums[quantile] ?? 0) + (held.returns[section.row[place] ?? -1] ?? NaN);
    counts[quantile] = (counts[quantile] ?? 0) + 1;
  });
  return sums.map((sum, quantile) => sum / (counts[quantile] ?? NaN) / bars);
}

class Sums {
  readonly #sums = new Float64Array(QUANTILES);
  #holdings = 0;

  add(means: Float64Array): void {
    for (const [quantile, value] of means.entries())
      this.#sums[quantile] = (this.#sums[quantile] ?? 0) + value;
    this.#holdings += 1;
  }

  perYear(periodsPerYear: number): Quantiles['quantiles'] {
    const holdings = this.#holdings;
    return {
      holdings,
      perYear: holdings === 0 ? [] : Array.from(this.#sums, (sum) => (sum / holdings) * periodsPerYear),
    };
  }
}
