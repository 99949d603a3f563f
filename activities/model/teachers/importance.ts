import { doublesOf } from '../../../data/math/fill-columns.js';
import { randomStream } from '../../../data/random.js';
import { logitLogLoss } from '../../stats/log-loss.js';

/** A window whose teacher is explained. */
export interface ExplainedWindow {
  /** Label of the window: the key of its random stream, so that its result does not depend on other windows. */
  readonly label: string;
  /** Labels of its validation rows, 0 or 1. */
  readonly labels: Uint8Array;
}

export interface ImportanceTask {
  readonly windows: readonly ExplainedWindow[];
  /** Number of features. */
  readonly features: number;
  /**
   * The teachers' logits of all rows, window after window, with one feature of each row replaced by that of
   * another row.
   *
   * @param source For each row, the row that `feature` is taken from.
   */
  readonly logits: (feature: number, source: Int32Array) => Float64Array;
  /** Logits of the unchanged rows, computed the same way. */
  readonly untouched: Float64Array;
  readonly seed: number;
}

/**
 * Permutation importance (Breiman, "Random Forests", 2001; Fisher, Rudin and Dominici, 2019): the rise of the
 * mean log-loss of a window's validation rows when one feature is shuffled among them. All windows are
 * computed together, one feature at a time. Each window uses the same permutation for all its features, so
 * that they can be compared. A window has few rows with overlapping labels, so only means over many windows
 * are meaningful.
 *
 * @returns For each window the rise in nats per feature [F]; NaN for a window without rows.
 */
export function permutationImportance(task: ImportanceTask): Float64Array[] {
  const { windows, features, logits, untouched, seed } = task;
  const source = shuffledSources(windows, seed);
  const before = meanLosses(windows, untouched);
  const rises = windows.map(() => new Float64Array(features));
  for (let feature = 0; feature < features; feature += 1) {
    const after = meanLosses(windows, logits(feature, source));
    rises.forEach((own, window) => {
      own[feature] = (after[window] ?? NaN) - (before[window] ?? NaN);
    });
  }
  return rises;
}

/** For each row of all windows another row of the same window: a permutation per window. */
function shuffledSources(windows: readonly ExplainedWindow[], seed: number): Int32Array {
  const source = new Int32Array(windows.reduce((sum, { labels }) => sum + labels.length, 0));
  let from = 0;
  for (const { label, labels } of windows) {
    const own = source.subarray(from, from + labels.length);
    for (let row = 0; row < own.length; row += 1) own[row] = from + row;
    randomStream([seed, 'importance', label]).shuffle(own);
    from += labels.length;
  }
  return source;
}

function meanLosses(windows: readonly ExplainedWindow[], logits: Float64Array): Float64Array {
  let row = 0;
  return doublesOf(windows, ({ labels }) => {
    let sum = 0;
    for (const label of labels) {
      sum += logitLogLoss(logits[row] ?? NaN, label);
      row += 1;
    }
    return sum / labels.length;
  });
}
