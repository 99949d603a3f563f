import { randomStream } from '../../../data/random.js';
import { logitLogLoss } from '../../stats/log-loss.js';

/** A window whose teacher is asked. */
export interface ExplainedWindow {
  /** Label of the window: key of its random stream, so that nothing depends on the windows beside it. */
  readonly label: string;
  /** Labels of its validation rows, 0 or 1. */
  readonly labels: Uint8Array;
}

export interface ImportanceTask {
  readonly windows: readonly ExplainedWindow[];
  /** How many features there are. */
  readonly features: number;
  /**
   * The teachers' logits of all rows, window after window, where each row takes one feature from another row.
   *
   * @param source For each row, the row that `feature` is taken from.
   */
  readonly logits: (feature: number, source: Int32Array) => Float64Array;
  /** Logits of the rows as they are, computed the same way. */
  readonly untouched: Float64Array;
  readonly seed: number;
}

/**
 * Permutation importance (Breiman, "Random Forests", 2001; Fisher, Rudin and Dominici, 2019): how much the
 * mean log-loss of a window's validation rows rises when one feature is shuffled among them. All windows
 * are asked together, a feature at a time. Each window has one order for all its features, so what they
 * lose can be compared; a window has few rows, whose labels overlap, so only means over many windows say
 * something.
 *
 * @returns For each window the rise in nats by feature [F]; NaN for a window without rows.
 */
export function permutationImportance(task: ImportanceTask): Float64Array[] {
  const { windows, features, logits, untouched, seed } = task;
  const source = shuffledSources(windows, seed);
  const before = meanLosses(windows, untouched);
  const risen = windows.map(() => new Float64Array(features));
  for (let feature = 0; feature < features; feature += 1) {
    const after = meanLosses(windows, logits(feature, source));
    risen.forEach((own, window) => {
      own[feature] = (after[window] ?? NaN) - (before[window] ?? NaN);
    });
  }
  return risen;
}

/** For each row of all windows a row of its own window, every one taken once. */
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
  return Float64Array.from(windows, ({ labels }) => {
    let sum = 0;
    for (const label of labels) {
      sum += logitLogLoss(logits[row] ?? NaN, label);
      row += 1;
    }
    return sum / labels.length;
  });
}
