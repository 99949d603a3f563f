import { describeLabel } from '../../data/schemas/label-rule.js';
import type { BundleFacts } from './facts.js';
import { describeFeatures } from './feature-lines.js';
import { recommend, verdictsOf } from './promotion-rules.js';
import { describeBars, describeRun } from './summary.js';
import { fixed, thousands } from '../texts/markdown.js';

/** model_card.md, after Mitchell et al., "Model Cards for Model Reporting" (2019). */
export function renderModelCard(facts: BundleFacts): string {
  const { config, metrics, students } = facts;
  const { student, teacher } = metrics.forward;
  return `# Model card

## Model

Students, one a cohort, small neural networks in TensorFlow.js format (models/students/COHORT/model.json and its weights): the probability that ${describeLabel(config)}. Each was distilled from the probabilities of its cohort's teachers. Cohorts with a student: ${students.length === 0 ? 'none' : students.join(', ')}.

## Intended use

Ranking the symbols of the universe it was trained on, on ${config.interval} bars, as one input to a person's decision. Not for other markets, other intervals or symbols outside the universe, and not for trading without a person.

## Training

${describeRun(facts)}

${describeBars(facts)}

A teacher is its cohort's prior and one number of its own, its shift. The digests of the priors' and students' weights are in artifacts.json; each window's shift, and what its training came to, in teachers.jsonl.

## Evaluation

On ${thousands(student.rows)} forward rows the students have a log-loss of ${fixed(student.logLoss, 4)} (base rate ${fixed(student.baseline.logLoss, 4)}), an AUC of ${fixed(student.auc, 4)} and a daily rank IC of ${fixed(student.rankIc.mean, 4)}; the teachers ${fixed(teacher.logLoss, 4)}, ${fixed(teacher.auc, 4)} and ${fixed(teacher.rankIc.mean, 4)}. All figures, with intervals and placebo, are in summary.md and metrics.json.

## What the teachers look at

${describeFeatures(facts)}

## Limits

- Recommendation of the rules: ${recommend(verdictsOf(facts)).recommendation}.
- Figures are of ${teacher.first ?? 'no date'} to ${teacher.last ?? 'no date'}; another regime can undo them.
- The universe is as it is known today, so symbols that were delisted or fell out of it may be missing (survivorship).
- Costs are assumptions (metrics.json, method.costsBps); no market impact, no taxes on gains, no dividends.
- Drawdown is seen at the end of each holding only.
`;
}
