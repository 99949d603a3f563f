import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import { describeEntry, describeLabel, entryChoice } from '../../data/schemas/label-rule.js';
import { markdownText } from '../../data/text/safe-text.js';
import { RANK_NAMES } from '../market/ranking/rank-features.js';
import { MIN_NEUTRAL_SYMBOLS, MIN_RANKED_SYMBOLS } from '../stats/neutral.js';
import { fixed, tallies, thousands } from '../texts/format-numbers.js';
import { table } from '../texts/markdown.js';
import type { BundleFacts } from './bundle-facts.js';
import { chosenTable, constantsTable, describeChoices } from './choices-table.js';
import { describeBars, describeMembership, describeRun } from './describe-run.js';
import { describeFeatures } from './feature-texts.js';
import { headlineTable } from './headline-table.js';
import { recommendationOf, answersOf } from './promotion-rules.js';

/** model_card.md, after Mitchell et al., "Model Cards for Model Reporting" (2019). */
export function renderModelCard(facts: BundleFacts): string {
  const { config, metrics, students } = facts;
  const { teacher } = metrics.forward;
  const headline = headlineTable(facts);
  const chosen = chosenTable(facts);
  return `# Model card

## Model

A teacher per symbol and window gives a probability and a score for each bar. A student per cohort, a small neural network in TensorFlow.js format (models/students/COHORT/model.json and weights.bin), is distilled from the probabilities of its cohort's teachers; its score is the logit of its probability. Cohorts with a student: ${students.length === 0 ? 'none' : students.join(', ')}.

- **Probability**: that ${describeLabel(config)}.
- **Score**: ${describeScore()}
- **Entry**: returns of labels, targets, figures and strategies start at ${describeEntry(config)}${entryChoice(config) === 'close' ? ' that the prediction itself needs, at which nobody can trade any more' : ' after the bar that the prediction needs'}.

## Intended use

Ranking the symbols of the universe that it was trained on, on ${config.interval} bars, as one input to a person's decision. Not for other markets, intervals or symbols, and not for automatic trading.

## Training

${describeRun(facts, markdownText)}

${describeBars(facts)}

${describeDepartures(facts)}

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

## Features

${describeFeatures(facts)}

The score is computed from ${RANK_NAMES.length} more features, each as its rank among the symbols of a bar. docs/reference/features.md of the program has the formula of every feature.

## Limits

- Recommendation of the promotion rules: ${recommendationOf(answersOf(facts)).recommendation}.
- The forward figures cover ${teacher.first ?? 'no date'} to ${teacher.last ?? 'no date'}; they may not hold in another market regime.
${describePower(facts)}
${describeMembership(facts)}
- Costs are assumptions (method.costsBps in metrics.json); market impact, taxes on gains and dividends are not included.
- Drawdown is measured only when holdings end.
`;
}

/** What the score is, and its target. */
function describeScore(): string {
  return `the expected return relative to comparable symbols of the same bar, as a fraction: a predicted rank times the return per unit of rank. Its target is neutral: what sector, beta, volatility and traded value leave unexplained of the rank of the return from entry among the symbols of a bar, as the mean over the horizons (of ${OUTCOME_HORIZONS.join(', ')} bars) that the cohort chose, with a share of the plain rank only where the cohort chose one. What these exposures explain of the scores of a bar is taken out of them. Barriers of labels do not matter to a score. On bars with fewer than ${MIN_NEUTRAL_SYMBOLS} symbols the target is the plain rank and nothing is taken out; with fewer than ${MIN_RANKED_SYMBOLS} the score is the logit of the probability.`;
}

/** How many teachers differ from their prior. */
function describeDepartures({ departures }: BundleFacts): string {
  const files =
    'teachers.jsonl has the adaptation of every window and the figures of its training; artifacts.json has the digests of the weights of priors and students.';
  if (departures === undefined) return `teachers.jsonl has no adaptations. ${files}`;
  const { teachers, probability, score, neither } = departures;
  return `A teacher is its cohort's prior and a departure of its own in each head (probability and score): a shift, and a factor for each part of the last layer. The strength of each is chosen on the window's own purged validation rows, and none is a candidate. Of ${thousands(teachers)} teachers, ${thousands(probability)} depart in the probability, ${thousands(score)} in the score, and ${thousands(neither)} in neither. ${files}`;
}

/** What both placebos are. */
function describePlacebos({ metrics }: BundleFacts): string {
  const permuted = metrics.ranking.rows.some(({ name, rows }) => name === 'permuted' && rows > 0);
  const start =
    'The placebo is the whole method, its choices included, on bars redrawn at random from the earlier bars of each symbol.';
  return permuted
    ? `${start} Permuted targets are the same bars with targets permuted among the symbols of each day, their choosing included. Neither has anything to learn, so neither may have skill.`
    : `${start} There is nothing to learn, so it may have no skill. This run has no teachers of permuted targets.`;
}

/** What was looked for that would fake a figure. */
function describeProbes({ integrity: { probes, findings } }: BundleFacts): string {
  const rows = Object.fromEntries(probes.map((each) => [each.probe, each.rows]));
  return `Leakage probes ran on the run's own bars before any figure: ${findings.length} findings (rows compared: ${tallies(rows)}). summary.md says what each tests. They find leaks in code; what a user chooses – survivors only, entry at the close of the bar itself – is stated under "Model" and "Limits".`;
}

/** What these rows could have shown. */
function describePower({ metrics: { ranking } }: BundleFacts): string {
  const figures = ranking.rows
    .find(({ name }) => name === 'teacher')
    ?.horizons.find(({ horizon }) => horizon === ranking.headline);
  const least = (kind: 'raw' | 'neutral'): string =>
    `${fixed(figures?.[kind].detectable ?? null, 3)} ${kind}`;
  const reason = figures?.neutral.reason ?? null;
  return `- A true daily rank IC at ${ranking.headline} bars below ${least('raw')}, ${least('neutral')} cannot be told from none on these rows${reason === null ? '' : ` (${reason})`}.`;
}
