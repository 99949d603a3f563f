import { fixed } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';
import { informingAnswers } from './informing-answers.js';

/** Above the table of what informs. */
export const INFORMS = 'These questions are shown and do not decide.';

/** By what rules the gates decide, in a paragraph. */
export function describePolicy({ policy, policyDigest }: BundleFacts): string {
  return `The recommendation is "promote" only if every gate passes; "not enough data" does not pass. The gates are those of configs/policy.json (version ${policy.version}, digest \`${policyDigest}\`), which was settled when the run was started. Their figures are the students’: the model that a promotion puts into use.`;
}

/** How close the students come to their teachers, in a paragraph. */
export function describeStudents({ metrics: { fidelity } }: BundleFacts): string {
  const { kl, rankCorrelation, agreement, meanAbsoluteDifference, rows } = fidelity;
  return `Each cohort compares students that learn from soft labels, from the same with rewards as weights, and from labels alone; with or without rewards, one of soft labels is its student. On ${rows} forward rows their scores rank like the teachers’ with a daily rank correlation of ${fixed(rankCorrelation, 3)} and have their sign in ${fixed(agreement === null ? null : 100 * agreement, 1)} % of rows; their probabilities differ by ${fixed(meanAbsoluteDifference, 4)} on average (Kullback–Leibler divergence ${fixed(kl, 5)} nats).`;
}

/** Head and rows of the table of what informs. */
export function informTable(facts: BundleFacts): { head: string[]; rows: string[][] } {
  return {
    head: ['question', 'answer', 'evidence', 'rule'],
    rows: informingAnswers(facts).map(({ question, answer, because, rule }) => [
      question,
      answer,
      because,
      rule,
    ]),
  };
}
