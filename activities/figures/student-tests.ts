import type { EffectTest } from '../../data/schemas/effect-tests.js';
import type { StatTests } from '../../data/schemas/metrics.js';
import type { studentTests as schemas } from '../../data/schemas/student-tests.js';
import type { CoreFigures } from './arm.js';
import { armTest, minus } from './effect-test.js';
import type { ForwardMeasured } from './measured-arm.js';
import type { PairedDraws } from './paired/paired-tests.js';
import { LOSS_UNIT, NEUTRAL_UNIT, pairedTests } from './paired/paired-tests.js';
import type { VariantDays } from './paired/student-variants.js';
import type { RankingResult } from './ranking/ranking-result.js';
import { lineTests } from './ranking/line-tests.js';

/** The models whose forward rows are tested; all have the same draws. */
export interface TestedArms {
  readonly teacher: ForwardMeasured;
  readonly placebo: ForwardMeasured;
  readonly student: ForwardMeasured;
  readonly studentPlacebo: ForwardMeasured;
}

/** The students that cohorts compared. */
export interface PairedStudents {
  /** Undefined in runs of earlier versions. */
  readonly days: VariantDays | undefined;
  readonly draws: PairedDraws;
}

/** AUC of scores that know nothing. */
export const CHANCE_AUC = 0.5;

/** Unit of the tests against the pooled base rate. */
export const POOLED_SKILL = 'skill against the pooled base rate';

const ABOVE_BASE_RATE = 'log-loss below the base rate, nats per row';

/** The tests of the student but for its Sharpe ratios. */
export function studentTests(
  { teacher, student, studentPlacebo }: TestedArms,
  ranking: RankingResult,
  { days, draws }: PairedStudents,
): Pick<StatTests, Exclude<keyof typeof schemas, 'studentNetSharpe' | 'studentActiveSharpe'>> {
  const students = lineTests(ranking, 'student', 'students');
  return {
    studentBeatsBaseRate: armTest(
      'The students have a lower log-loss than the base rate of each window',
      ABOVE_BASE_RATE,
      [student],
      ([figures]) => lossGain(figures),
    ),
    studentBeatsPooledRate: armTest(
      'The students have skill against the pooled base rate',
      POOLED_SKILL,
      [student],
      ([figures]) => figures?.pooledSkill ?? null,
    ),
    studentBeatsPlacebo: armTest(
      'The students have more skill than those of the placebo teachers',
      `${POOLED_SKILL}, students minus placebo`,
      [student, studentPlacebo],
      ([real, control]) => minus(real?.pooledSkill ?? null, control?.pooledSkill ?? null),
    ),
    studentAucBeatsChance: armTest(
      'The students rank better than chance',
      'AUC inside cohorts minus that of chance',
      [student],
      ([figures]) => minus(figures?.cohortAuc ?? null, CHANCE_AUC),
    ),
    studentAucBeatsPlacebo: armTest(
      'The students rank better than those of the placebo teachers',
      'AUC inside cohorts, students minus placebo',
      [student, studentPlacebo],
      ([real, control]) => minus(real?.cohortAuc ?? null, control?.cohortAuc ?? null),
    ),
    studentPlaceboBeatsPooledRate: armTest(
      'The students of the placebo teachers have skill against the pooled base rate',
      POOLED_SKILL,
      [studentPlacebo],
      ([figures]) => figures?.pooledSkill ?? null,
    ),
    studentRanks: students.above('The students rank symbols by their return', 'raw'),
    studentRanksNeutral: students.above(
      'The students rank symbols by their return beyond what their exposures give',
      'neutral',
    ),
    studentPlaceboRanksNeutral: lineTests(ranking, 'studentPlacebo', 'placebo').above(
      'The students of the placebo teachers rank symbols by their return',
      'neutral',
    ),
    studentRanksBeyondFactorSum: students.beyond(
      'The students rank better than the factor sum',
      'factorSum',
      'raw',
    ),
    studentNeutralBeyondFactorSum: students.beyond(
      'The students rank better than the factor sum, both neutral',
      'factorSum',
      'neutral',
    ),
    studentNeutralBeatsPlacebo: students.beyond(
      'The students rank better than those of the placebo teachers, both neutral',
      'studentPlacebo',
      'neutral',
    ),
    studentNeutralBeatsPermuted: students.beyond(
      'The students rank better than the teachers of permuted targets, both neutral',
      'permuted',
      'neutral',
    ),
    studentLessTeacher: {
      logLoss: armTest(
        'The students have a lower log-loss than their teachers',
        LOSS_UNIT,
        [student, teacher],
        ([own, other]) => minus(other?.logLoss ?? null, own?.logLoss ?? null),
      ),
      neutral: withUnit(
        students.beyond('The students rank better than their teachers, both neutral', 'teacher', 'neutral'),
        NEUTRAL_UNIT,
      ),
    },
    softBeatsHard: pairedTests(
      {
        better: 'plain',
        other: 'hard',
        subject: 'The student of soft labels',
        object: 'that of the labels alone',
      },
      days,
      draws,
    ),
    rewardBeatsPlain: pairedTests(
      {
        better: 'reward',
        other: 'plain',
        subject: 'The student with rewards as weights',
        object: 'the one without',
      },
      days,
      draws,
    ),
    studentBeatsEqualWeight: armTest(
      'The strategy of the students earns more after costs than equal weights',
      'return after costs above equal weights a year, as a fraction',
      [student],
      ([figures]) => figures?.activePerYear ?? null,
    ),
  };
}

/** By how much a log-loss is below that of the base rate. */
export function lossGain(figures: CoreFigures | undefined): number | null {
  return figures === undefined ? null : minus(figures.baselineLogLoss, figures.logLoss);
}

function withUnit(test: EffectTest, unit: string): EffectTest {
  return { ...test, unit };
}
