import type { StatTests } from '../../data/schemas/metrics.js';
import { armTest, minus } from './effect-test.js';
import type { RankingResult } from './ranking/ranking-result.js';
import { rankingTests } from './ranking/ranking-tests.js';
import type { PairedStudents, TestedArms } from './student-tests.js';
import { CHANCE_AUC, POOLED_SKILL, lossGain, studentTests } from './student-tests.js';

/**
 * The tests that a promotion depends on, all on forward rows.
 *
 * Teachers and placebo are compared by skill against the pooled base rate, each on its own labels. The base rate
 * of each window would be the wrong reference. On real bars, periods of high and low volatility make a window's
 * base rate a worse predictor of what follows than on placebo bars, so a model that predicts nothing but the
 * average would seem to beat its placebo.
 */
export function statTests(arms: TestedArms, ranking: RankingResult, paired: PairedStudents): StatTests {
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
    netSharpe: teacher.sharpe.net,
    activeSharpe: teacher.sharpe.active,
    studentNetSharpe: student.sharpe.net,
    studentActiveSharpe: student.sharpe.active,
  };
}
