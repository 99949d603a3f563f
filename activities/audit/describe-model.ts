import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import { describeEntry, describeLabel, entryChoice } from '../../data/schemas/label-rule.js';
import { MIN_NEUTRAL_SYMBOLS, MIN_RANKED_SYMBOLS } from '../stats/neutral.js';
import { fixed, tallies, thousands } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';
import { describeMembership } from './describe-run.js';
import { gatesOf, recommendationOf } from './gates/gates.js';

/** Which algorithm it is, in a paragraph. */
export function describeAlgorithm({ logic }: BundleFacts): string {
  return logic === undefined
    ? 'This bundle names no algorithm.'
    : `Logic digest \`${logic.digest}\`: it covers the features, the label and its entry, the training code and its settings. A model with another one counts as a new algorithm; other bars, dates, symbols or seeds make no new one. configs/logic.json has its parts.`;
}

/** Which models there are, in a paragraph. */
export function describeModels({ students }: BundleFacts): string {
  return `A teacher per symbol and window gives a probability and a score for each bar. A student per cohort, a small neural network in TensorFlow.js format (models/students/COHORT/model.json and weights.bin), is distilled out of fold from what the teachers of its cohort and of the one before say, probabilities and scores. Cohorts with a student: ${students.length === 0 ? 'none' : students.join(', ')}.`;
}

/** What the models give, and what labels and trades start from, as a list. */
export function describeOutputs({ config }: BundleFacts): string {
  return `- **Probability**: that ${describeLabel(config)}.
- **Score**: ${describeScore()}
- **Entry**: returns of labels, targets, figures and strategies start at ${describeEntry(config)}${entryChoice(config) === 'close' ? ' that the prediction itself needs, at which nobody can trade any more' : ' after the bar that the prediction needs'}.`;
}

/** What the score is, and its target. */
function describeScore(): string {
  return `the expected return relative to comparable symbols of the same bar, as a fraction: a predicted rank times the return per unit of rank. Its target is neutral: what sector, beta, volatility and traded value leave unexplained of the rank of the return from entry among the symbols of a bar, as the mean over the horizons (of ${OUTCOME_HORIZONS.join(', ')} bars) that the cohort chose, with a share of the plain rank only where the cohort chose one. What these exposures explain of the scores of a bar is taken out of them. Barriers of labels do not matter to a score. On bars with fewer than ${MIN_NEUTRAL_SYMBOLS} symbols the target is the plain rank and nothing is taken out; with fewer than ${MIN_RANKED_SYMBOLS} the score is the logit of the probability.`;
}

/** How many teachers differ from their prior. */
export function describeDepartures({ departures }: BundleFacts): string {
  const files =
    'teachers.jsonl has the adaptation of every window and the figures of its training; artifacts.json has the digests of the weights of priors and students.';
  if (departures === undefined) return `teachers.jsonl has no adaptations. ${files}`;
  const { teachers, probability, score, neither } = departures;
  return `A teacher is its cohort's prior and a departure of its own in each head (probability and score): a shift, and a factor for each part of the last layer. The strength of each is chosen on the window's own purged validation rows, and none is a candidate. Of ${thousands(teachers)} teachers, ${thousands(probability)} depart in the probability, ${thousands(score)} in the score, and ${thousands(neither)} in neither. ${files}`;
}

/** What both placebos are. */
export function describePlacebos({ metrics }: BundleFacts): string {
  const permuted = metrics.ranking.rows.some(({ name, rows }) => name === 'permuted' && rows > 0);
  const start =
    'The placebo is the whole method, its choices included, on bars redrawn at random from the earlier bars of each symbol.';
  return permuted
    ? `${start} Permuted targets are the same bars with targets permuted among the symbols of each day, their choosing included. Neither has anything to learn, so neither may have skill.`
    : `${start} There is nothing to learn, so it may have no skill. This run has no teachers of permuted targets.`;
}

/** What was looked for that would fake a figure. */
export function describeProbes({ integrity: { probes, findings } }: BundleFacts): string {
  const rows = Object.fromEntries(probes.map((each) => [each.probe, each.rows]));
  return `Leakage probes ran on the run's own bars before any figure: ${findings.length} findings (rows compared: ${tallies(rows)}). summary.md says what each tests. They find leaks in code; what a user chooses – survivors only, entry at the close of the bar itself – is stated under "Model" and "Limits".`;
}

/** What the figures do not say, as a list. */
export function describeLimits(facts: BundleFacts): string {
  const { teacher } = facts.metrics.forward;
  return `- Recommendation of the promotion gates: ${recommendationOf(gatesOf(facts)).recommendation}.
- The forward figures cover ${teacher.first ?? 'no date'} to ${teacher.last ?? 'no date'}; they may not hold in another market regime.
${describePower(facts)}
${describeMembership(facts)}
- Costs are assumptions (method.costsBps in metrics.json); market impact, taxes on gains and dividends are not included.
- Drawdown is measured only when holdings end.`;
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
