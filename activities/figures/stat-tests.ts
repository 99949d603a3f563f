import type { SharpeTest, StatTests } from '../../data/schemas/metrics.js';
import type { PreparedArm } from './arm.js';
import { armTest, minus } from './effect-test.js';
import type { RankingResult } from './ranking/ranking-statistic.js';
import { rankingTests } from './ranking/ranking-tests.js';
import type { PairedStudents, TestedArms } from './student-tests.js';
import { CHANCE_AUC, POOLED_SKILL, lossGain, studentTests } from './student-tests.js';
import { deflatedSharpe, probabilisticSharpe, sharpeMoments } from '../stats/sharpe.js';

/**
 * The tests that a promotion depends on, all on forward rows.
 *
 * Teachers and placebo are compared by skill against the pooled base rate, each on its own labels. The base rate
 * of each window would be the wrong reference. On real bars, periods of high and low volatility make a window's
 * base rate a worse predictor of what follows than on placebo bars, so a model that predicts nothing but the
 * average would seem to beat its placebo.
 */
export function statTests(
  arms: TestedArms,
  ranking: RankingResult,
  paired: PairedStudents,
  trials: number,
): StatTests {
  const { teacher, placebo, student } = arms;
  return {
    teacherBeatsBaseRate: armTest(
      'The teachers have a lower log-loss than the base rate of each window',
      'log-loss below the base rate, nats per row',
      [teacher],
      ([figures]) => lossGain(figures),
    ),
    teacherBeatsPlacebo: armTest(
      'The teachers have more skill than the placebo teachers',
      `${POOLED_SKILL}, teachers minus placebo`,
      [teacher, placebo],
      ([real, control]) => minus(real?.pooledSkill ?? null, control?.pooledSkill ?? null),
    ),
    teacherAucBeatsPlacebo: armTest(
      'The teachers rank better than the placebo teachers',
      'AUC inside cohorts, teachers minus placebo',
      [teacher, placebo],
      ([real, control]) => minus(real?.cohortAuc ?? null, control?.cohortAuc ?? null),
    ),
    teacherAucBeatsChance: armTest(
      'The teachers rank better than chance',
      'AUC inside cohorts minus that of chance',
      [teacher],
      ([figures]) => minus(figures?.cohortAuc ?? null, CHANCE_AUC),
    ),
    teacherBeatsPooledRate: armTest(
      'The teachers have skill against the pooled base rate',
      POOLED_SKILL,
      [teacher],
      ([figures]) => figures?.pooledSkill ?? null,
    ),
    placeboBeatsPooledRate: armTest(
      'The placebo teachers have skill against the pooled base rate',
      POOLED_SKILL,
      [placebo],
      ([figures]) => figures?.pooledSkill ?? null,
    ),
    ...studentTests(arms, ranking, paired),
    ...rankingTests(ranking),
    netSharpe: sharpeTest(teacher.arm, teacher.arm.net.perRootBar, trials),
    activeSharpe: sharpeTest(teacher.arm, teacher.arm.active.perRootBar, trials),
    studentNetSharpe: sharpeTest(student.arm, student.arm.net.perRootBar, trials),
    studentActiveSharpe: sharpeTest(student.arm, student.arm.active.perRootBar, trials),
  };
}

/**
 * Deflates a Sharpe ratio by another number of trials than that of its own test, from the moments that the test
 * has stored.
 */
export function deflateBy(
  {
    independentHoldings: n,
    sharpe,
    skew,
    kurtosis,
  }: Pick<SharpeTest, 'independentHoldings' | 'sharpe' | 'skew' | 'kurtosis'>,
  trials: number,
): { readonly trials: number; readonly benchmark: number | null; readonly deflated: number | null } {
  if (sharpe === null || skew === null || kurtosis === null)
    return { trials, benchmark: null, deflated: null };
  return { trials, ...deflatedSharpe({ n, sharpe, skew, kurtosis }, trials) };
}

/** @param returns Over the root of the bars held, whose mean and deviation stand in the ratio of whole holdings. */
function sharpeTest({ strategy }: PreparedArm, returns: Float64Array, trials: number): SharpeTest {
  // A date counts as the share of a holding that is its own. The small addition takes rounding back.
  const independentHoldings = Math.floor(strategy.bars.reduce((sum, bars) => sum + 1 / bars, 0) + 1e-9);
  const moments = sharpeMoments(returns, independentHoldings);
  const test = {
    independentHoldings,
    sharpe: moments?.sharpe ?? null,
    skew: moments?.skew ?? null,
    kurtosis: moments?.kurtosis ?? null,
    probabilistic: moments === null ? null : probabilisticSharpe(moments, 0),
  };
  const { benchmark, deflated } = deflateBy(test, trials);
  return { ...test, trials, deflatedBenchmark: benchmark, deflated };
}
