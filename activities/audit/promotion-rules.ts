import type { Briefing } from '../../data/schemas/bundle.js';
import type { Integrity } from '../../data/schemas/integrity.js';
import { PROBES } from '../../data/schemas/integrity.js';
import type { EffectTest, StatTests } from '../../data/schemas/metrics.js';
import type { BundleFacts } from './facts.js';
import { fixed, percent, thousands } from '../texts/markdown.js';

/** What a model must show before it is recommended, and why the line is drawn there. */
const RULES = {
  /** Half a year: fewer sessions are too few blocks to tell skill from one lucky season. */
  minSessions: 120,
  /** The customary one in twenty, one-sided; the placebo catches what a lax level lets through. */
  maxPValue: 0.05,
  /** Five points off on average is a sixth of a base rate of 30 %: more misleads whoever acts on it. */
  maxEce: 0.05,
  /** Chance, after counting all trials, that what is earned beyond equal weight is not luck. */
  minDeflated: 0.95,
} as const;

type Verdict = Briefing['verdicts'][number];
type Answer = Verdict['answer'];

/** The questions of a reviewer, answered by rule. A figure that is not there answers `unknown`. */
export function verdictsOf({ integrity, metrics, statTests, windows, config }: BundleFacts): Verdict[] {
  const { teacher } = metrics.forward;
  const { activeSharpe } = statTests;
  const tried = windows.succeeded + windows.failed;
  const failureRate = tried === 0 ? null : windows.failed / tried;
  const { ece } = teacher.calibration;
  return [
    {
      id: 'enough_evidence',
      question: 'Is there enough evidence?',
      answer: answer(teacher.dates, (dates) => dates >= RULES.minSessions),
      because: `${thousands(teacher.rows)} forward rows on ${teacher.dates} dates`,
      rule: `at least ${RULES.minSessions} forward dates`,
    },
    leakVerdict(integrity),
    effectVerdict('beats_base_rate', 'Beats the base rate?', [statTests.teacherBeatsBaseRate]),
    beatsPlaceboVerdict(statTests),
    placeboVerdict(statTests.placeboBeatsPooledRate),
    {
      id: 'calibrated',
      question: 'Calibrated?',
      answer: answer(ece, (value) => value <= RULES.maxEce),
      because: `expected calibration error ${fixed(ece, 4)}`,
      rule: `at most ${RULES.maxEce}`,
    },
    {
      id: 'survives_costs',
      question: 'Survives costs?',
      answer: answer(activeSharpe.deflated, (value) => value >= RULES.minDeflated),
      because: `after costs ${percent(teacher.strategy.active.meanPerYear)} a year beyond equal weight; deflated Sharpe ratio of that ${fixed(activeSharpe.deflated, 3)} with the ${activeSharpe.trials} configurations this run compares (run.json: with all that its home has tried)`,
      rule: `deflated Sharpe ratio of the return beyond equal weight at least ${RULES.minDeflated}`,
    },
    effectVerdict('student_beats_base_rate', 'Does the student beat the base rate?', [
      statTests.studentBeatsBaseRate,
    ]),
    {
      id: 'complete',
      question: 'Is the run complete enough?',
      answer: answer(failureRate, (rate) => rate <= config.maxFailureRate),
      because: `${windows.failed} of ${tried} windows tried have failed`,
      rule: `at most ${percent(config.maxFailureRate)} of the windows tried`,
    },
  ];
}

/** The recommendation: every question answered yes, or not. */
export function recommend(verdicts: readonly Verdict[]): Pick<Briefing, 'recommendation' | 'reasons'> {
  const against = verdicts.filter((verdict) => verdict.answer !== 'yes');
  if (against.length === 0)
    return {
      recommendation: 'promote',
      reasons: ['every rule is met; whether the strategy fits the book is for the reviewer to say'],
    };
  return {
    recommendation: 'do not promote',
    reasons: against.map(
      ({ question, answer: said, because, rule }) =>
        `${question} ${said === 'no' ? 'No' : 'Cannot be told'}: ${because} (needed: ${rule})`,
    ),
  };
}

/**
 * Better than the same code on redrawn returns, in probabilities and in ranking. Skill is taken against
 * the pooled past rate: the rates of single windows are worse guides where calm and wild spells follow each
 * other, so skill against those would be granted to the teachers for the volatility of their bars alone.
 */
function beatsPlaceboVerdict({ teacherBeatsPlacebo, teacherAucBeatsPlacebo }: StatTests): Verdict {
  return effectVerdict('beats_placebo', 'Beats its placebo?', [teacherBeatsPlacebo, teacherAucBeatsPlacebo]);
}

/**
 * What the method finds where nothing is to be found. The reference is the pooled past rate: a constant
 * that is right beats the rate of a single window, so skill against that says nothing of a placebo.
 */
function placeboVerdict({ estimate, standardError, low, high, pValue }: EffectTest): Verdict {
  const above = pValue === null || low === null ? null : pValue <= RULES.maxPValue && low > 0;
  return {
    id: 'placebo_has_none',
    question: 'Is the placebo without skill?',
    answer: answer(above, (is) => !is),
    because: `skill against the pooled past rate ${fixed(estimate, 4)} ± ${fixed(standardError, 4)} (standard error; 95 % CI ${fixed(low, 4)} to ${fixed(high, 4)}, p = ${fixed(pValue, 3)})`,
    rule: `not above zero: p above ${RULES.maxPValue} or an interval that reaches zero`,
  };
}

/** A run with a finding ends without a bundle; so the answer is no only in a bundle that was made by hand. */
function leakVerdict({ probes, findings }: Integrity): Verdict {
  const silent = PROBES.filter((name) => !probes.some(({ probe, rows }) => probe === name && rows > 0));
  return {
    id: 'no_leak',
    question: 'Free of leaks, as far as the probes see?',
    answer: findings.length > 0 ? 'no' : silent.length > 0 ? 'unknown' : 'yes',
    because:
      silent.length > 0
        ? `${findings.length} findings; nothing to compare for ${silent.join(', ')}`
        : `${findings.length} findings; ${probes.map(({ probe, rows }) => `${probe} ${thousands(rows)} rows`).join(', ')}`,
    rule: 'every leakage probe has rows to compare and finds nothing',
  };
}

function effectVerdict(id: string, question: string, tests: readonly EffectTest[]): Verdict {
  const values = tests.map(({ pValue, low }) =>
    pValue === null || low === null ? null : pValue <= RULES.maxPValue && low > 0,
  );
  return {
    id,
    question,
    answer: values.includes(null) ? 'unknown' : values.includes(false) ? 'no' : 'yes',
    because: tests
      .map(
        ({ unit, estimate, low, high, pValue }) =>
          `${fixed(estimate, 4)} ${unit} (95 % CI ${fixed(low, 4)} to ${fixed(high, 4)}, p = ${fixed(pValue, 3)})`,
      )
      .join('; '),
    rule: `above zero with p at most ${RULES.maxPValue} and the whole interval above zero`,
  };
}

function answer<T extends number | boolean>(value: T | null, holds: (value: T) => boolean): Answer {
  if (value === null) return 'unknown';
  return holds(value) ? 'yes' : 'no';
}
