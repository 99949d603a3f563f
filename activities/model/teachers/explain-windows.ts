import type { FeatureImportance } from '../../../data/schemas/features.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { JudgedRows } from './feature-swaps.js';
import { featureSwaps } from './feature-swaps.js';
import { permutationImportance } from './importance.js';
import type { PriorModel } from '../prior/fit-prior.js';
import type { WindowOutcome } from './window-outcome.js';

/** Features named in a window's line. */
const NAMED = 5;
/**
 * Validation rows that are asked, at most, at equal steps: all of 180 days of daily bars. Of the hundreds
 * that a window of 5-minute bars has, the labels of neighbours overlap: more would cost much and say little.
 */
const MOST_ROWS = 32;
/** Importance is kept in millionths of a nat. */
const MILLION = 1e6;

/** What each feature is worth to the taught windows that have validation rows; see `permutationImportance`. */
export function explainWindows(
  { names, relativeColumns }: Pick<FeatureTable, 'names' | 'relativeColumns'>,
  prior: PriorModel,
  outcomes: readonly WindowOutcome[],
  seed: number,
): FeatureImportance {
  const judged = outcomes.flatMap((outcome) =>
    outcome.failure === undefined && outcome.teacher.validation.length > 0 ? [judgedRows(outcome)] : [],
  );
  if (judged.length === 0) return { features: [...names], windows: [] };
  const windows = judged.map(({ label, table, rows }) => ({
    label,
    labels: Uint8Array.from(rows, (row) => table.label[row] ?? 0),
  }));
  const swaps = featureSwaps(prior, relativeColumns, judged);
  const risen = permutationImportance({ windows, features: names.length, seed, ...swaps });
  swaps.dispose();
  return {
    features: [...names],
    windows: windows.map(({ label }, window) => ({
      window: label,
      losses: Array.from(risen[window] ?? [], (rise) => Math.round(MILLION * rise)),
    })),
  };
}

type TaughtOutcome = Extract<WindowOutcome, { readonly teacher: object }>;

function judgedRows({ label, window, teacher }: TaughtOutcome): JudgedRows & { readonly label: string } {
  const { validation } = window.rows;
  const step = Math.ceil(validation.length / MOST_ROWS);
  const asked = (_: number, place: number): boolean => place % step === 0;
  return {
    label,
    table: window.table,
    rows: validation.filter(asked),
    logits: teacher.validation.filter(asked),
  };
}

/** A feature and what its window's log-loss rises by without it, in nats. */
interface MainFeature {
  readonly feature: string;
  readonly lossRise: number;
}

/** The features that a window loses most by, the first first; at most five, none without a loss. */
export function mainFeatures(names: readonly string[], losses: readonly number[]): MainFeature[] {
  const ranked = names
    .map((name, feature) => ({ name, loss: losses[feature] ?? 0 }))
    .filter(({ loss }) => loss > 0)
    .sort((a, b) => b.loss - a.loss);
  return ranked.slice(0, NAMED).map(({ name, loss }) => ({ feature: name, lossRise: loss / MILLION }));
}
