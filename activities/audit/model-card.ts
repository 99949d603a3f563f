import { markdownText } from '../../data/text/safe-text.js';
import { describeLabel } from '../../data/schemas/label-rule.js';
import type { BundleFacts } from './bundle-facts.js';
import { describeFeatures } from './feature-texts.js';
import { recommendationOf, answersOf } from './promotion-rules.js';
import { describeBars, describeMembership, describeRun } from './describe-run.js';
import { fixed, thousands } from '../texts/format-numbers.js';

/** model_card.md, after Mitchell et al., "Model Cards for Model Reporting" (2019). */
export function renderModelCard(facts: BundleFacts): string {
  const { config, metrics, students } = facts;
  const { student, teacher } = metrics.forward;
  return `# Model card

## Model

One student per cohort: a small neural network in TensorFlow.js format (models/students/COHORT/model.json and weights.bin). It predicts the probability that ${describeLabel(config)}. It is distilled from the probabilities of its cohort's teachers. Cohorts with a student: ${students.length === 0 ? 'none' : students.join(', ')}.

## Intended use

Ranking the symbols of the universe that it was trained on, on ${config.interval} bars, as one input to a person's decision. Not for other markets, intervals or symbols, and not for automatic trading.

## Training

${describeRun(facts, markdownText)}

${describeBars(facts)}

A teacher is its cohort's prior plus one number of its own: a shift of the logit. teachers.jsonl has the shift of every window and the figures of its training; artifacts.json has the digests of the weights of priors and students.

## Evaluation

On ${thousands(student.rows)} forward rows the students have a log-loss of ${fixed(student.logLoss, 4)} (base rate ${fixed(student.baseline.logLoss, 4)}), an AUC of ${fixed(student.auc, 4)} and a daily rank IC of ${fixed(student.rankIc.mean, 4)}; for the teachers these are ${fixed(teacher.logLoss, 4)}, ${fixed(teacher.auc, 4)} and ${fixed(teacher.rankIc.mean, 4)}. All figures, with confidence intervals and the placebo, are in summary.md and metrics.json.

## Features

${describeFeatures(facts)}

## Limits

- Recommendation of the promotion rules: ${recommendationOf(answersOf(facts)).recommendation}.
- The forward figures cover ${teacher.first ?? 'no date'} to ${teacher.last ?? 'no date'}; they may not hold in another market regime.
${describeMembership(facts)}
- Costs are assumptions (method.costsBps in metrics.json); market impact, taxes on gains and dividends are not included.
- Drawdown is measured only when holdings end.
`;
}
