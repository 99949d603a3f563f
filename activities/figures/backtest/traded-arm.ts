import type { BacktestArm } from '../../../data/schemas/backtest.js';
import type { PreparedArm } from '../arm.js';
import { equityCurve } from '../strategy/returns.js';
import { heldExposure } from './held-exposures.js';
import { chargesPerYear } from './charges.js';
import { quantileReturns } from './quantile-returns.js';
import type { RowsMarket } from './rows-market.js';
import { sectorParts } from './sector-parts.js';
import type { Sessions } from './sessions.js';

/** A score that was traded. */
export type TradedArm = Pick<PreparedArm, 'sample' | 'strategy' | 'periodsPerYear'>;

/** The dates of an arm's holdings. */
export function holdingDates({ sample, strategy }: TradedArm): string[] {
  return Array.from(strategy.date, (date) => sample.dates[date] ?? '');
}

/** What one arm traded, by session, without its rank ICs. @param market Of the arm's rows; undefined: unknown. */
export function backtestArm(
  name: BacktestArm['name'],
  arm: TradedArm,
  market: RowsMarket | undefined,
  sessions: Sessions,
): Omit<BacktestArm, 'rankIc' | 'neutralRankIc'> {
  const { sample, strategy, periodsPerYear } = arm;
  const { sleeves, bars, gross, net } = strategy;
  const dates = holdingDates(arm);
  const path = (returns: Float64Array): BacktestArm['net'] => pathOf(returns, bars, dates, sessions);
  const exposed = (of: Float64Array): (number | null)[] =>
    sessions.last(
      dates,
      sleeves.map((sleeve) => heldExposure(sleeve, of)),
    );
  return {
    name,
    rows: sample.rows,
    periodsPerYear,
    holdings: sleeves.length,
    bars: sessions.last(dates, bars),
    held: sessions.last(dates, strategy.holdings),
    gross: path(gross),
    net: path(net),
    equalWeight: sessions.mean(dates, strategy.equalWeight),
    turnover: sessions.mean(dates, strategy.turnover),
    traded: sessions.mean(dates, strategy.traded),
    charges: chargesPerYear(strategy, dates, periodsPerYear),
    ...quantileReturns(sleeves, dates, periodsPerYear),
    exposure:
      market === undefined
        ? null
        : {
            beta: exposed(market.beta),
            volatility: exposed(market.volatility),
            tradedValue: exposed(market.tradedValue),
          },
    sectors: market === undefined ? [] : sectorParts(sleeves, dates, market.sector, sessions, periodsPerYear),
  };
}

/** Returns by session and the wealth that they lead to. @param returns NaN: counts as 0 for the wealth. */
export function pathOf(
  returns: Float64Array,
  bars: Int32Array,
  dates: readonly string[],
  sessions: Sessions,
): BacktestArm['net'] {
  const known = returns.map((value) => (Number.isNaN(value) ? 0 : value));
  const curve = equityCurve({ returns: known, bars });
  return {
    returns: sessions.mean(dates, returns),
    equity: sessions.last(dates, returns.every(Number.isNaN) ? curve.fill(NaN) : curve),
  };
}
