import { doublesOf } from '../../../data/math/fill-columns.js';
import type { BacktestArm } from '../../../data/schemas/backtest.js';
import type { PreparedArm } from '../arm.js';
import type { RankingTile } from '../ranking/ranking-tile.js';
import { armByScore } from './factor-arm.js';
import { rowsMarket } from './rows-market.js';
import { sessionsOf } from './sessions.js';
import { backtestArm, holdingDates, pathOf } from './traded-arm.js';
import { tradedValueReturn } from './traded-value-returns.js';

/** What an arm of the backtest is but for its rank ICs, which come from the ranking figures. */
export type TradedFigures = Omit<BacktestArm, 'rankIc' | 'neutralRankIc'>;

/** What the students traded, and what they are compared with. */
export interface TradedStudent {
  readonly student: TradedFigures;
  /** Undefined where no factors are known. */
  readonly factorSum: TradedFigures | undefined;
  readonly equalWeight: BacktestArm['net'];
  readonly tradedValue: BacktestArm['net'];
}

/** What backtests of all arms share. */
export interface TradedContext {
  /** Dates of the forward rows of each model of the backtest. */
  readonly tradedDates: readonly (readonly string[])[];
  /** What is known of the rows, by cohort. */
  readonly tiles: readonly RankingTile[];
}

/** @param name Nothing is known of the rows of a placebo beside its score. */
export function tradedModel(
  name: 'teacher' | 'placebo',
  arm: PreparedArm,
  { tradedDates, tiles }: TradedContext,
): TradedFigures {
  const market = name === 'placebo' ? undefined : rowsMarket(arm.sample, tiles);
  return backtestArm(name, arm, market, sessionsOf(tradedDates));
}

/** The students, and the strategy of the simple factors on their rows: nothing else is traded again. */
export function tradedStudent(arm: PreparedArm, { tradedDates, tiles }: TradedContext): TradedStudent {
  const { sample, strategy } = arm;
  const sessions = sessionsOf(tradedDates);
  const market = rowsMarket(sample, tiles);
  const factors = market && armByScore(arm, market.factorSum);
  const dates = holdingDates(arm);
  const { bars, sleeves, equalWeight } = strategy;
  const tradedValue = doublesOf(sleeves, (sleeve) => tradedValueReturn(sleeve, sample.tradedValue));
  return {
    student: backtestArm('student', arm, market, sessions),
    factorSum: factors && backtestArm('factorSum', factors, market, sessions),
    equalWeight: pathOf(equalWeight, bars, dates, sessions),
    tradedValue: pathOf(tradedValue, bars, dates, sessions),
  };
}
