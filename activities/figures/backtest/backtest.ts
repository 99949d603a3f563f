import type { Backtest, BacktestArm } from '../../../data/schemas/backtest.js';
import type { PreparedArm } from '../arm.js';
import type { RankingResult } from '../ranking/ranking-statistic.js';
import { HEADLINE_HORIZON } from '../ranking/ranking-statistic.js';
import type { RankingTile } from '../ranking/ranking-tile.js';
import { HELD_SHARE } from '../strategy/sleeves.js';
import { armByScore } from './factor-arm.js';
import { rowsMarket } from './rows-market.js';
import { sessionsOf } from './sessions.js';
import type { DatedIcs } from './traded-arm.js';
import { backtestArm, holdingDates, pathOf } from './traded-arm.js';
import { tradedValueReturn } from './traded-value-returns.js';

/** Arms of the forward rows that were traded. */
export type TradedModels = Readonly<Record<'student' | 'teacher' | 'placebo', PreparedArm>>;

/**
 * The backtest of a run: nothing but the strategy of the simple factors is traded again.
 *
 * @param ranked Rank ICs by date.
 * @param tiles What is known of the rows, by cohort.
 */
export function backtestOf(
  { student, teacher, placebo }: TradedModels,
  ranked: RankingResult,
  tiles: readonly RankingTile[],
): Backtest {
  const ofStudent = rowsMarket(student.sample, tiles);
  const ofTeacher = rowsMarket(teacher.sample, tiles);
  const factors = ofStudent && armByScore(student, ofStudent.factorSum);
  const sessions = sessionsOf([student, teacher, placebo].map(({ sample }) => sample.dates));
  const icsOf = (name: string): DatedIcs => ({
    dates: ranked.dates,
    ...(ranked.headline.get(name) ?? { raw: [], neutral: [] }),
  });
  const dates = holdingDates(student);
  const { bars, sleeves, equalWeight } = student.strategy;
  const tradedValue = Float64Array.from(sleeves, (sleeve) =>
    tradedValueReturn(sleeve, student.sample.tradedValue),
  );
  return {
    sessions: [...sessions.names],
    topShare: HELD_SHARE,
    icHorizon: HEADLINE_HORIZON,
    arms: [
      backtestArm('student', student, icsOf('student'), ofStudent, sessions),
      backtestArm('teacher', teacher, icsOf('teacher'), ofTeacher, sessions),
      backtestArm('placebo', placebo, icsOf('placebo'), undefined, sessions),
      ...(factors === undefined
        ? []
        : [backtestArm('factorSum', factors, icsOf('factorSum'), ofStudent, sessions)]),
    ] satisfies BacktestArm[],
    benchmarks: {
      equalWeight: pathOf(equalWeight, bars, dates, sessions),
      tradedValue: pathOf(tradedValue, bars, dates, sessions),
    },
  };
}
