import { exp } from '../../data/math/exp.js';
import { log } from '../../data/math/log.js';
import type { Predictions, Split } from '../../data/predictions/prediction.js';
import { PROBABILITY_EPSILON, rowLogLoss } from '../stats/log-loss.js';
import { mean } from '../stats/moments.js';
import type { PredictedRows } from './predicted-rows.js';

/** Probabilities are rounded once more than the logits that the trainer computes its losses from. */
export const TOLERANCE = 1e-9;

/** The loss of a probability at its clip, less what rounding makes of it. */
const CLIPPED = -log(2 * PROBABILITY_EPSILON);

/** What a line of a window follows from, of one split. */
export interface SplitRows {
  readonly rows: number;
  /** Mean log-loss; null without rows. */
  readonly loss: number | null;
  /** How far it may be from that of the logits. */
  readonly tolerance: number;
  readonly baseRates: readonly number[];
}

export const NO_ROWS: SplitRows = { rows: 0, loss: null, tolerance: 0, baseRates: [] };

/** Models whose rows are of some windows alone, in the order in which a fault is named. */
export const PLANNED = ['teacher', 'placebo', 'permuted', 'student'] as const;

/** What teachers.jsonl is compared with, of the predictions. */
export class TaughtRows {
  /** By model: windows in the order in which they come. */
  readonly windows = new Map<(typeof PLANNED)[number], Set<string>>(
    PLANNED.map((model) => [model, new Set<string>()]),
  );
  /** Of the teachers, by window and split. */
  readonly splits = new Map<string, SplitRows>();

  see(rows: PredictedRows): void {
    for (const [model, windows] of this.windows)
      for (const label of rows[model]?.window ?? []) windows.add(label);
    for (const [key, split] of bySplit(rows.teacher)) this.splits.set(key, split);
  }
}

/**
 * How far a row's loss may be from that of its logit. Near 1 a probability has few digits left for 1 − p: the error
 * of p, 2⁻⁵³, is one of 2⁻⁵³ / (1 − p) in the loss. A clipped loss says only that the loss is large.
 */
function roundingOf(loss: number): number {
  return loss >= CLIPPED ? Infinity : Number.EPSILON * exp(loss);
}

function bySplit({ window, split, probability, label, baseRate }: Predictions): Map<string, SplitRows> {
  const found = new Map<string, { readonly losses: number[]; readonly baseRates: Set<number> }>();
  for (const [row, name] of window.entries()) {
    const key = splitKey(name, split[row] ?? 'forward');
    const own = found.get(key) ?? { losses: [], baseRates: new Set() };
    own.losses.push(rowLogLoss(probability[row] ?? NaN, label[row] ?? NaN));
    own.baseRates.add(baseRate[row] ?? NaN);
    found.set(key, own);
  }
  return new Map(
    Array.from(found, ([key, { losses, baseRates }]) => [
      key,
      {
        rows: losses.length,
        loss: mean(losses),
        tolerance: TOLERANCE + (mean(losses.map(roundingOf)) ?? 0),
        baseRates: [...baseRates],
      },
    ]),
  );
}

export function splitKey(window: string, split: Split): string {
  return `${window} ${split}`;
}
