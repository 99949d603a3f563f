import type { Backtest, BacktestArm } from '../../../data/schemas/backtest.js';
import type { ExaminedMeasured, ForwardMeasured } from '../measured-arm.js';
import type { RankingResult } from '../ranking/ranking-result.js';
import { HEADLINE_HORIZON } from '../ranking/ranking-result.js';
import { HELD_SHARE } from '../strategy/sleeves.js';
import { sessionsOf } from './sessions.js';
import type { TradedFigures } from './traded-arms.js';

/** The models of the backtest. */
interface TradedModels {
  readonly student: ExaminedMeasured;
  readonly teacher: ForwardMeasured;
  readonly placebo: ForwardMeasured;
}

/** The backtest of a run, from what each arm traded. @param ranked Rank ICs by date. */
export function joinBacktest({ student, teacher, placebo }: TradedModels, ranked: RankingResult): Backtest {
  const sessions = sessionsOf([student, teacher, placebo].map(({ dates }) => dates));
  const arm = (traded: TradedFigures | undefined): BacktestArm[] => {
    if (traded === undefined) return [];
    const ics = ranked.headline.get(traded.name);
    return [
      {
        ...traded,
        rankIc: sessions.mean(ranked.dates, ics?.raw ?? []),
        neutralRankIc: sessions.mean(ranked.dates, ics?.neutral ?? []),
      },
    ];
  };
  const { factorSum, equalWeight, tradedValue } = student.backtest;
  return {
    sessions: [...sessions.names],
    topShare: HELD_SHARE,
    icHorizon: HEADLINE_HORIZON,
    arms: [student.traded, teacher.traded, placebo.traded, factorSum].flatMap(arm),
    benchmarks: { equalWeight, tradedValue },
  };
}
