import type { BacktestArm } from '../../../data/schemas/backtest.js';
import type { SideCosts } from '../strategy/costs.js';
import { sideCosts } from '../strategy/costs.js';
import type { StrategyPath } from '../strategy/sleeves.js';

const CHARGES = ['brokerage', 'slippage', 'stt', 'fees', 'stampDuty'] as const satisfies (keyof SideCosts)[];

/** What each charge takes in a year, as a fraction of the capital. @param dates Of the holdings. */
export function chargesPerYear(
  { turnover, traded, bars }: Pick<StrategyPath, 'turnover' | 'traded' | 'bars'>,
  dates: readonly string[],
  periodsPerYear: number,
): BacktestArm['charges'] {
  if (dates.length === 0) return [];
  const sums = new Map<keyof SideCosts, number>(CHARGES.map((charge) => [charge, 0]));
  dates.forEach((date, i) => {
    const bought = turnover[i] ?? 0;
    // A sleeve that is first bought has nothing to sell.
    const sold = (traded[i] ?? 0) - bought;
    const [buying, selling] = [sideCosts('delivery', 'buy', date), sideCosts('delivery', 'sell', date)];
    for (const charge of CHARGES) {
      const cost = (bought * buying[charge] + sold * selling[charge]) / 10_000;
      sums.set(charge, (sums.get(charge) ?? 0) + cost / (bars[i] ?? 1));
    }
  });
  return CHARGES.map((charge) => ({
    charge,
    perYear: ((sums.get(charge) ?? 0) / dates.length) * periodsPerYear,
  }));
}
