import type { Briefing } from '../../data/schemas/briefing.js';
import type { ArmFigures, EffectTest, Metrics, StatTests } from '../../data/schemas/metrics.js';
import type { BundleFacts } from './bundle-facts.js';
import { choiceAnswers } from './flattering-choices.js';
import { CHANCE_AUC } from '../figures/student-tests.js';
import { fixed, percent, range, shortPercent } from '../texts/format-numbers.js';

/** Limits of what informs, and why they are set there; those that decide are in the policy. */
const LIMITS = {
  /** The customary level, one-sided; the rule on the placebo guards against a level that is too lax. */
  maxPValue: 0.05,
  /** For a base rate of 30 % this is a sixth of it: a larger error misleads users of the probabilities. */
  maxEce: 0.05,
  /** Probability, after deflation by all trials, that the return above equal weight is not luck. */
  minDeflated: 0.95,
  /**
   * The least neutral rank IC at 5 bars that is worth finding: published ones of daily models are 0.03 to 0.06. Where
   * even that could not have been seen, the rows say nothing.
   */
  usefulIc: 0.03,
} as const;

/** What the answers are made from. */
type InformingFacts = Pick<BundleFacts, 'config' | 'ingest' | 'metrics' | 'statTests'>;

/** A reviewer's question, answered by a rule: an item of `informs` in promotion_briefing.json. */
type ReviewAnswer = Briefing['verdicts'][number];
type Answer = ReviewAnswer['answer'];

/**
 * The questions that inform a reviewer, answered by rules; they do not decide. A figure that does not exist gives
 * `unknown`.
 */
export function informingAnswers(facts: InformingFacts): ReviewAnswer[] {
  const { metrics, statTests } = facts;
  const { teacher } = metrics.forward;
  const { confidence } = metrics.method;
  const { activeSharpe } = statTests;
  const { ece } = teacher.calibration;
  return [
    ...choiceAnswers(facts),
    effectAnswer(
      'student_beats_placebo',
      'Do the students beat chance and their placebo in probabilities?',
      [
        statTests.studentBeatsPooledRate,
        statTests.studentBeatsPlacebo,
        statTests.studentAucBeatsChance,
        statTests.studentAucBeatsPlacebo,
      ],
      confidence,
    ),
    likeTeacherAnswer(statTests),
    effectAnswer(
      'soft_beats_hard',
      'Are the teachers worth it: do soft labels beat the labels alone?',
      [statTests.softBeatsHard.logLoss, statTests.softBeatsHard.neutral],
      confidence,
    ),
    effectAnswer(
      'reward_beats_plain',
      'Do rewards as weights beat none?',
      [statTests.rewardBeatsPlain.logLoss, statTests.rewardBeatsPlain.neutral],
      confidence,
    ),
    effectAnswer(
      'beats_base_rate',
      'Do the teachers beat the base rate?',
      [statTests.teacherBeatsBaseRate],
      confidence,
    ),
    // Better than chance and than the same code on placebo bars, in probabilities and in ranking: where the placebo
    // is below chance, beating it alone would be too easy.
    effectAnswer(
      'beats_placebo',
      'Do the teachers beat chance and their placebo?',
      [
        statTests.teacherBeatsPooledRate,
        statTests.teacherBeatsPlacebo,
        statTests.teacherAucBeatsChance,
        statTests.teacherAucBeatsPlacebo,
      ],
      confidence,
    ),
    rankingAnswer(statTests, metrics, confidence),
    factorAnswer(statTests),
    placeboAnswer(
      'placebo_has_none',
      'Is the placebo without skill?',
      metrics.forward.placebo,
      statTests.placeboBeatsPooledRate,
    ),
    placeboAnswer(
      'student_placebo_has_none',
      'Is the students’ placebo without skill?',
      metrics.forward.studentPlacebo,
      statTests.studentPlaceboBeatsPooledRate,
    ),
    {
      id: 'teachers_calibrated',
      question: 'Are the teachers’ probabilities calibrated?',
      answer: answerTo(ece, (value) => value <= LIMITS.maxEce),
      because: `expected calibration error ${fixed(ece, 4)}`,
      rule: `at most ${LIMITS.maxEce}`,
    },
    {
      id: 'survives_costs',
      question: 'Does the teachers’ strategy survive its costs?',
      answer: answerTo(activeSharpe.deflated, (value) => value >= LIMITS.minDeflated),
      because: `${percent(teacher.strategy.active.meanPerYear)} a year above equal weight after costs; its deflated Sharpe ratio is ${fixed(activeSharpe.deflated, 3)} for the ${activeSharpe.trials} configurations that this run compares (run.json has the one for all configurations tried in this home)`,
      rule: `deflated Sharpe ratio of the return above equal weight at least ${LIMITS.minDeflated}`,
    },
  ];
}

/** The students must not lose more of their teachers' figures than the rows could show by luck. */
function likeTeacherAnswer({ studentLessTeacher }: StatTests): ReviewAnswer {
  const tests = [studentLessTeacher.logLoss, studentLessTeacher.neutral];
  const within = tests.map(({ estimate, standardError }) =>
    estimate === null || standardError === null ? null : estimate >= -standardError,
  );
  return {
    id: 'student_like_teacher',
    question: 'Are the students as good as their teachers?',
    answer: within.includes(null) ? 'unknown' : within.includes(false) ? 'no' : 'yes',
    because: tests
      .map(
        ({ claim, estimate, standardError }) =>
          `${claim}: ${fixed(estimate, 5)} ± ${fixed(standardError, 5)} (standard error)`,
      )
      .join('; '),
    rule: 'neither log-loss nor neutral rank IC worse by more than one standard error',
  };
}

/**
 * The placebo must not have skill: the method must find nothing where there is nothing to find. What is asked is AUC inside
 * cohorts, which has a null of 0.5. Skill against the pooled base rate has none of 0: that rate is an estimate from the
 * windows, and any share of ones from a longer past beats it.
 */
function placeboAnswer(
  id: string,
  question: string,
  { cohortAuc, confidence }: ArmFigures,
  { estimate, standardError }: EffectTest,
): ReviewAnswer {
  const interval = confidence.cohortAuc;
  return {
    id,
    question,
    answer: answerTo(interval.low, (low) => low <= CHANCE_AUC),
    because: `AUC inside cohorts ${fixed(cohortAuc, 4)} ${range(interval, 4)}; for information, skill against the pooled base rate ${fixed(estimate, 4)} ± ${fixed(standardError, 4)} (standard error)`,
    rule: `the interval of AUC inside cohorts does not lie above ${CHANCE_AUC}, that of chance`,
  };
}

function effectAnswer(
  id: string,
  question: string,
  tests: readonly EffectTest[],
  confidence: number,
): ReviewAnswer {
  const aboveZero = tests.map(({ pValue, low }) =>
    pValue === null || low === null ? null : pValue <= LIMITS.maxPValue && low > 0,
  );
  return {
    id,
    question,
    answer: aboveZero.includes(null) ? 'unknown' : aboveZero.includes(false) ? 'no' : 'yes',
    because: tests
      .map((test) => `${test.unit}: ${fixed(test.estimate, 4)} (${describeTest(test, confidence)})`)
      .join('; '),
    rule: `significantly above zero: p at most ${LIMITS.maxPValue} and the whole interval above zero`,
  };
}

/**
 * The score must rank symbols by more than their exposures, and better than both placebos. Where it does not, and the
 * rows could not have shown a useful IC either, they answer nothing.
 */
function rankingAnswer(
  { teacherRanksNeutral, teacherNeutralBeatsPlacebo, teacherNeutralBeatsPermuted }: StatTests,
  { ranking }: Metrics,
  confidence: number,
): ReviewAnswer {
  // A run without permuted teachers is compared with the other placebo alone.
  const permuted = teacherNeutralBeatsPermuted.estimate === null ? [] : [teacherNeutralBeatsPermuted];
  const question = 'Does the teachers’ score rank symbols beyond their exposures?';
  const answered = effectAnswer(
    'teachers_rank',
    question,
    [teacherRanksNeutral, teacherNeutralBeatsPlacebo, ...permuted],
    confidence,
  );
  const neutral = ranking.rows
    .find(({ name }) => name === 'teacher')
    ?.horizons.find(({ horizon }) => horizon === ranking.headline)?.neutral;
  const detectable = neutral?.detectable ?? null;
  const blind = answered.answer === 'no' && detectable !== null && detectable > LIMITS.usefulIc;
  return {
    ...answered,
    answer: blind ? 'not enough data' : answered.answer,
    because: `${answered.because}; ${neutral?.reason ?? `least detectable IC ${fixed(detectable, 4)}`}`,
    rule: `${answered.rule}; if not, "not enough data" where no IC of ${LIMITS.usefulIc} could have been detected`,
  };
}

/** A trained score that ranks worse than a sum of simple factors is not worth its training. */
function factorAnswer({
  teacherRanksBeyondFactorSum,
  teacherNeutralBeyondFactorSum,
}: StatTests): ReviewAnswer {
  const tests = [teacherRanksBeyondFactorSum, teacherNeutralBeyondFactorSum];
  const unknown = tests.some(({ estimate, standardError }) => estimate === null || standardError === null);
  const behind = tests.filter(({ estimate }) => (estimate ?? 0) < 0);
  const clearly = behind.some(({ estimate, standardError }) => -(estimate ?? 0) > (standardError ?? 0));
  return {
    id: 'beats_factor_sum',
    question: 'Does the teachers’ score rank at least as well as a sum of simple factors?',
    answer: unknown ? 'unknown' : behind.length === 0 ? 'yes' : clearly ? 'no' : 'not enough data',
    because: tests
      .map(
        ({ unit, estimate, standardError }) =>
          `${unit}: ${fixed(estimate, 4)} ± ${fixed(standardError, 4)} (standard error)`,
      )
      .join('; '),
    rule: 'neither raw nor neutral below it; "not enough data" where it is behind by less than a standard error',
  };
}

function describeTest(
  { low, high, pValue }: Pick<EffectTest, 'low' | 'high' | 'pValue'>,
  confidence: number,
): string {
  return `${shortPercent(confidence)} interval ${fixed(low, 4)} to ${fixed(high, 4)}, p = ${fixed(pValue, 3)}`;
}

function answerTo<T extends number | boolean>(value: T | null, holds: (value: T) => boolean): Answer {
  if (value === null) return 'unknown';
  return holds(value) ? 'yes' : 'no';
}
