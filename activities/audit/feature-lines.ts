import type { FeatureFigures } from '../../data/schemas/features.js';
import { LEAST_FORWARD_DAYS } from '../validate/measure-drift.js';
import type { BundleFacts } from './facts.js';
import { fixed, table, thousands } from '../texts/markdown.js';

/** Features shown in a text; all of them are in metrics.json. */
const SHOWN = 10;

/** Mean stability index above which a feature is named as strayed: the customary rule of thumb. */
const STRAYED_PSI = 0.25;

/** The features that the teachers lose most by, the first first; none that they do not lose by. */
export function mostImportant({ metrics }: BundleFacts): FeatureFigures[] {
  return metrics.features.filter(({ importance }) => (importance.lossRise ?? 0) > 0).slice(0, SHOWN);
}

/** The features that strayed after the windows, the farthest first. */
export function strayed({ metrics }: BundleFacts): FeatureFigures[] {
  const psi = ({ drift }: FeatureFigures): number => drift.psi ?? 0;
  return metrics.features.filter((figures) => psi(figures) > STRAYED_PSI).sort((a, b) => psi(b) - psi(a));
}

/** Head and rows of the table of the most important features. */
export function featureTable(facts: BundleFacts): { head: string[]; rows: string[][] } {
  return {
    head: ['feature', 'log-loss lost without it, 10⁻³ nats', 'PSI', 'worst PSI', 'in cohort', 'KS'],
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

/** What the teachers look at and whether it still looks the same after the windows, as Markdown. */
export function describeFeatures(facts: BundleFacts): string {
  const { features } = facts.metrics;
  const windows = Math.max(0, ...features.map(({ importance }) => importance.windows));
  const cohorts = Math.max(0, ...features.map(({ drift }) => drift.cohorts));
  const { head, rows } = featureTable(facts);
  const far = strayed(facts).map(({ feature, drift }) => `\`${feature}\` ${fixed(drift.psi, 2)}`);
  const shown =
    rows.length === 0
      ? 'No feature is of use to the teachers.'
      : `${table(head, rows)}\n\nThe ${rows.length} most useful of ${features.length} features, by permutation importance: what the log-loss of a window's validation rows rises by when the feature is shuffled among them; mean over ${thousands(windows)} windows ± standard error over their cohorts.`;
  return `${shown} Drift holds each cohort's forward rows against the rows its teachers were fitted on (${cohorts} cohorts with at least ${LEAST_FORWARD_DAYS} forward days): PSI below 0.1 is stable, above ${STRAYED_PSI} another distribution. Above that on average: ${far.length === 0 ? 'none' : far.join(', ')}. Features of the market are one value a day, so they drift in any half year.`;
}

function thousandfold(value: number | null): number | null {
  return value === null ? null : 1000 * value;
}
