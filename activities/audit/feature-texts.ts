import type { FeatureFigures } from '../../data/schemas/features.js';
import { DRIFTED_PSI, STABLE_PSI } from '../figures/drift.js';
import { MIN_FORWARD_DAYS } from '../figures/measure-drift.js';
import type { BundleFacts } from './bundle-facts.js';
import { fixed, thousands } from '../texts/format-numbers.js';
import { table } from '../texts/markdown.js';

/** Maximum number of features in a text; all of them are in metrics.json. */
const MAX_FEATURES = 10;

/** The most important features for the teachers; only those whose loss rises when they are shuffled. */
export function mostImportant({ metrics }: BundleFacts): FeatureFigures[] {
  return metrics.features.filter(({ importance }) => (importance.lossRise ?? 0) > 0).slice(0, MAX_FEATURES);
}

/** The features whose mean stability index after the windows is above the usual limit, largest first. */
export function driftedFeatures({ metrics }: BundleFacts): FeatureFigures[] {
  const psi = ({ drift }: FeatureFigures): number => drift.psi ?? 0;
  return metrics.features.filter((figures) => psi(figures) > DRIFTED_PSI).sort((a, b) => psi(b) - psi(a));
}

/** Head and rows of the table of the most important features. */
export function featureTable(facts: BundleFacts): { head: string[]; rows: string[][] } {
  return {
    head: ['feature', 'importance, 10⁻³ nats', 'mean PSI', 'worst PSI', 'in cohort', 'mean KS'],
    rows: mostImportant(facts).map(({ feature, importance: { lossRise, standardError }, drift }) => [
      `\`${feature}\``,
      `${fixed(thousandfold(lossRise), 2)} ± ${fixed(thousandfold(standardError), 2)}`,
      fixed(drift.psi, 3),
      fixed(drift.worstPsi, 3),
      drift.worstCohort ?? '',
      fixed(drift.ks, 3),
    ]),
  };
}

/** Table and descriptions of feature importance and drift, as Markdown. */
export function describeFeatures(facts: BundleFacts): string {
  const { head, rows } = featureTable(facts);
  const shown = rows.length === 0 ? '' : `${table(head, rows)}\n\n`;
  return `${shown}${describeImportance(facts)}\n\n${describeDrift(facts)}`;
}

/** How importance is measured, in a paragraph. */
export function describeImportance(facts: BundleFacts): string {
  const { features } = facts.metrics;
  if (mostImportant(facts).length === 0) return 'No feature is important to the teachers.';
  const windows = Math.max(0, ...features.map(({ importance }) => importance.windows));
  return `The table shows the most important of ${features.length} features. Importance is the rise of the log-loss of a window's validation rows when the feature is shuffled among them: mean over ${thousands(windows)} windows ± standard error over their cohorts.`;
}

/** How drift is measured and which features drifted, in a paragraph. */
export function describeDrift(facts: BundleFacts): string {
  const cohorts = Math.max(0, ...facts.metrics.features.map(({ drift }) => drift.cohorts));
  const drifted = driftedFeatures(facts).map(({ feature, drift }) => `\`${feature}\` ${fixed(drift.psi, 2)}`);
  return `Drift compares each cohort's forward rows with the rows its teachers were fitted on (${cohorts} ${cohorts === 1 ? 'cohort' : 'cohorts'} with at least ${MIN_FORWARD_DAYS} forward days), by the population stability index (PSI) and the Kolmogorov–Smirnov distance (KS). A PSI below ${STABLE_PSI} means stable, above ${DRIFTED_PSI} a different distribution. Features with a mean PSI above ${DRIFTED_PSI}: ${drifted.length === 0 ? 'none' : drifted.join(', ')}. Features of the market have one value per bar for all symbols, so some drift within half a year is normal.`;
}

function thousandfold(value: number | null): number | null {
  return value === null ? null : 1000 * value;
}
