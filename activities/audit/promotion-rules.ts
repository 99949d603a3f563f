import type { Briefing } from '../../data/schemas/bundle.js';
import type { Integrity } from '../../data/schemas/integrity.js';
import { PROBES } from '../../data/schemas/integrity.js';
import type { EffectTest, Metrics, StatTests } from '../../data/schemas/metrics.js';
import type { BundleFacts } from './bundle-facts.js';
import { choiceAnswers } from './flattering-choices.js';
import { fixed, percent, shortPercent, thousands } from '../texts/format-numbers.js';

/** Limits that a run must meet for a recommendation to promote, and why they are set there. */
const LIMITS = {
  /** Half a year: fewer sessions give too few bootstrap blocks to distinguish skill from one lucky period. */
  minSessions: 120,
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

/** A reviewer's question, answered by a rule: an item of `verdicts` in promotion_briefing.json. */
type ReviewAnswer = Briefing['verdicts'][number];
type Answer = ReviewAnswer['answer'];

/** The questions of a reviewer, answered by rules. A figure that does not exist gives `unknown`. */
export function answersOf(facts: BundleFacts): ReviewAnswer[] {
  const { integrity, metrics, statTests, windows, config } = facts;
  const { teacher } = metrics.forward;
  const { confidence } = metrics.method;
  const { activeSharpe } = statTests;
  const trained = windows.succeeded + windows.failed;
  const failureRate = trained === 0 ? null : windows.failed / trained;
  const { ece } = teacher.calibration;
  return [
    // First, so that they are the first reasons of a recommendation.
    ...choiceAnswers(facts),
    {
      id: 'enough_evidence',
      question: 'Is there enough evidence?',
      answer: answerTo(teacher.dates, (dates) => dates >= LIMITS.minSessions),
      because: `${thousands(teacher.rows)} forward rows on ${teacher.dates} dates`,
      rule: `at least ${LIMITS.minSessions} forward dates`,
    },
    leakAnswer(integrity),
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
    placeboAnswer(statTests.placeboBeatsPooledRate, confidence),
    {
      id: 'calibrated',
      question: 'Are the probabilities calibrated?',
      answer: answerTo(ece, (value) => value <= LIMITS.maxEce),
      because: `expected calibration error ${fixed(ece, 4)}`,
      rule: `at most ${LIMITS.maxEce}`,
    },
    {
      id: 'survives_costs',
      question: 'Does the strategy survive its costs?',
      answer: answerTo(activeSharpe.deflated, (value) => value >= LIMITS.minDeflated),
      because: `${percent(teacher.strategy.active.meanPerYear)} a year above equal weight after costs; its deflated Sharpe ratio is ${fixed(activeSharpe.deflated, 3)} for the ${activeSharpe.trials} configurations that this run compares (run.json has the one for all configurations tried in this home)`,
      rule: `deflated Sharpe ratio of the return above equal weight at least ${LIMITS.minDeflated}`,
    },
    effectAnswer(
      'student_beats_base_rate',
      'Do the students beat the base rate?',
      [statTests.studentBeatsBaseRate],
      confidence,
    ),
    {
      id: 'complete',
      question: 'Is the run complete enough?',
      answer: answerTo(failureRate, (rate) => rate <= config.maxFailureRate),
      because: `${windows.failed} of ${trained} windows failed in training`,
      rule: `at most ${shortPercent(config.maxFailureRate)} of them`,
    },
  ];
}

const AGAINST: Readonly<Record<Answer, string>> = {
  yes: 'Yes',
  no: 'No',
  unknown: 'Unknown',
  'not enough data': 'Not enough data',
};

/** The recommendation: promote if every answer is yes. */
export function recommendationOf(
  answers: readonly ReviewAnswer[],
): Pick<Briefing, 'recommendation' | 'reasons'> {
  const against = answers.filter(({ answer }) => answer !== 'yes');
  if (against.length === 0)
    return {
      recommendation: 'promote',
      reasons: ['Every rule is met. Whether the strategy fits the portfolio is for the reviewer to decide.'],
    };
  return {
    recommendation: 'do not promote',
    reasons: against.map(
      ({ question, answer, because, rule }) =>
        `${question} ${AGAINST[answer]}: ${because} (required: ${rule})`,
    ),
  };
}

/**
 * The placebo must not have skill: the method must find nothing where there is nothing to find. The reference is
 * the pooled base rate, against which a constant prediction has no skill; see `pooledRates`.
 */
function placeboAnswer(
  { estimate, standardError, low, high, pValue }: EffectTest,
  confidence: number,
): ReviewAnswer {
  const aboveZero = pValue === null || low === null ? null : pValue <= LIMITS.maxPValue && low > 0;
  return {
    id: 'placebo_has_none',
    question: 'Is the placebo without skill?',
    answer: answerTo(aboveZero, (above) => !above),
    because: `skill against the pooled base rate ${fixed(estimate, 4)} ± ${fixed(standardError, 4)} (standard error; ${describeTest({ low, high, pValue }, confidence)})`,
    rule: `not significantly above zero: p above ${LIMITS.maxPValue} or an interval that includes zero`,
  };
}

/** A run with a finding gets no bundle, so the answer is no only in a bundle that was not made by a run. */
function leakAnswer({ probes, findings }: Integrity): ReviewAnswer {
  const silent = PROBES.filter((name) => !probes.some(({ probe, rows }) => probe === name && rows > 0));
  return {
    id: 'no_leak',
    question: 'Do the leakage probes find nothing?',
    answer: findings.length > 0 ? 'no' : silent.length > 0 ? 'unknown' : 'yes',
    because:
      silent.length > 0
        ? `${findings.length} findings; no rows to compare for ${silent.join(', ')}`
        : `${findings.length} findings; ${probes.map(({ probe, rows }) => `${probe} ${thousands(rows)} rows`).join(', ')}`,
    rule: 'every leakage probe has rows to compare and finds nothing',
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
  const question = 'Does the score rank symbols beyond their exposures?';
  const answered = effectAnswer(
    'ranks',
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
    question: 'Does the score rank at least as well as a sum of simple factors?',
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
