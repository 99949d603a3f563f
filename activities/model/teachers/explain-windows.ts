import { bytesOf } from '../../../data/math/fill-columns.js';
import type { FeatureImportance } from '../../../data/schemas/features.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { ExplainedRows } from './feature-swaps.js';
import { featureSwaps } from './feature-swaps.js';
import { permutationImportance } from './importance.js';
import type { PriorModel } from '../prior/fit-prior.js';
import { MAX_IMPORTANCE_ROWS } from '../settings.js';
import type { WindowOutcome } from './window-outcome.js';

/** Maximum number of features named in a window's line. */
const MAX_MAIN_FEATURES = 5;
/** Importance is stored in millionths of a nat. */
const MILLION = 1e6;

/** Permutation importance of each feature for the trained windows that have validation rows; see `permutationImportance`. */
export function explainWindows(
  { names, relativeColumns }: Pick<FeatureTable, 'names' | 'relativeColumns'>,
  prior: PriorModel,
  outcomes: readonly WindowOutcome[],
  seed: number,
): FeatureImportance {
  const explained = outcomes.flatMap((outcome) =>
    outcome.failure === undefined && outcome.teacher.probability.validation.length > 0
      ? [importanceRows(outcome)]
      : [],
  );
  if (explained.length === 0) return { features: [...names], windows: [] };
  const windows = explained.map(({ label, table, rows }) => ({
    label,
    labels: bytesOf(rows, (row) => table.label[row] ?? 0),
  }));
  const swaps = featureSwaps(prior, relativeColumns, explained);
  const lossRises = permutationImportance({ windows, features: names.length, seed, ...swaps });
  swaps.dispose();
  return {
    features: [...names],
    windows: windows.map(({ label }, window) => ({
      window: label,
      losses: Array.from(lossRises[window] ?? [], (rise) => Math.round(MILLION * rise)),
    })),
  };
}

type TaughtOutcome = Extract<WindowOutcome, { readonly teacher: object }>;

function importanceRows({
  label,
  window,
  teacher,
}: TaughtOutcome): ExplainedRows & { readonly label: string } {
  const { validation } = window.rows;
  const { probability } = teacher;
  const { early } = probability;
  const step = Math.ceil(validation.length / MAX_IMPORTANCE_ROWS);
  const chosen = (_: number, place: number): boolean => place % step === 0;
  return {
    label,
    table: window.table,
    rows: validation.filter(chosen),
    logits: probability.validation.filter(chosen),
    slopes: { scale: 1 + (early[1] ?? 0), relative: 1 + (early[2] ?? 0) },
  };
}

/** A feature and the rise of its window's log-loss when it is shuffled, in nats. */
interface MainFeature {
  readonly feature: string;
  readonly lossRise: number;
}

/** The most important features of a window, at most {@link MAX_MAIN_FEATURES}; only those with a rise above 0. */
export function mainFeatures(names: readonly string[], losses: readonly number[]): MainFeature[] {
  const ranked = names
    .map((name, feature) => ({ name, loss: losses[feature] ?? 0 }))
    .filter(({ loss }) => loss > 0)
    .sort((a, b) => b.loss - a.loss);
  return ranked
    .slice(0, MAX_MAIN_FEATURES)
    .map(({ name, loss }) => ({ feature: name, lossRise: loss / MILLION }));
}
