import { markdownText } from '../../data/text/safe-text.js';
import { RANK_NAMES } from '../market/ranking/rank-features.js';
import { thousands } from '../texts/format-numbers.js';
import { table } from '../texts/markdown.js';
import type { BundleFacts } from './bundle-facts.js';
import { chosenTable, constantsTable, describeChoices } from './choices-table.js';
import { describeStudents } from './describe-gates.js';
import {
  describeAlgorithm,
  describeDepartures,
  describeLimits,
  describeModels,
  describeOutputs,
  describePlacebos,
  describeProbes,
} from './describe-model.js';
import { describeBars, describeRun } from './describe-run.js';
import { describeFeatures } from './feature-texts.js';
import { headlineTable } from './headline-table.js';
import { describeShocks, verdictsTable } from './stress-table.js';
import { studentTable } from './student-table.js';

/** model_card.md, after Mitchell et al., "Model Cards for Model Reporting" (2019). */
export function renderModelCard(facts: BundleFacts): string {
  const { config, metrics } = facts;
  const { teacher } = metrics.forward;
  const headline = headlineTable(facts);
  const chosen = chosenTable(facts);
  const verdicts = verdictsTable(facts.stressTests);
  const compared = studentTable(facts);
  return `# Model card

## Model

${describeModels(facts)}

${describeOutputs(facts)}

${describeAlgorithm(facts)}

## Intended use

Ranking the symbols of the universe that it was trained on, on ${config.interval} bars, as one input to a person's decision. Not for other markets, intervals or symbols, and not for automatic trading.

## Training

${describeRun(facts, markdownText)}

${describeBars(facts)}

${describeDepartures(facts)}

## Students

${describeStudents(facts)}

${table(compared.head, compared.rows)}

## Choices

${describeChoices(facts)}

${table(chosen.head, chosen.rows)}

summary.md lists the choices of every cohort. What no run chooses:

${constantsTable()}

## Evaluation

On ${thousands(teacher.rows)} forward rows:

${table(headline.head, headline.rows)}

All figures, with confidence intervals, are in summary.md and metrics.json.

${describePlacebos(facts)}

${describeProbes(facts)}

## Stress

${describeShocks(facts.stressTests)}

${table(verdicts.head, verdicts.rows)}

## Features

${describeFeatures(facts)}

The score is computed from ${RANK_NAMES.length} more features, each as its rank among the symbols of a bar. docs/reference/features.md of the program has the formula of every feature.

## Limits

${describeLimits(facts)}
`;
}
