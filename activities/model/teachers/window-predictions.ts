import type { Model, Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { sigmoid } from '../../stats/logistic.js';
import type { WindowPart } from './window-batch.js';
import type { WindowOutcome } from './window-outcome.js';
import { baseRate } from './window-outcome.js';

/** Outputs of both heads for the rows of one part. */
interface PartOutputs {
  readonly logits: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
}

/**
 * Validation and forward predictions of the trained windows, by symbol, then time; and those of the model of permuted
 * targets, where there is one. At a time with too few symbols to rank, the score is the logit.
 *
 * @param model Who the teachers are in predictions.parquet.
 * @param ranked Bar times with enough symbols.
 * @param dateOf Formats a bar time.
 */
export function windowPredictions(
  outcomes: readonly WindowOutcome[],
  model: Model,
  ranked: ReadonlySet<number>,
  dateOf: (minutes: number) => string,
): Predictions {
  const all = emptyPredictions();
  for (const outcome of outcomes) {
    if (outcome.failure !== undefined) continue;
    const { symbol, label, window, teacher } = outcome;
    const add = (who: Model, split: 'validation' | 'forward', { logits, scores }: PartOutputs): void => {
      const base = baseRate(window, KNOWN_PART[split]);
      window.rows[split].forEach((row, place) => {
        const minutes = window.table.time[row] ?? NaN;
        const logit = logits[place] ?? NaN;
        all.symbol.push(symbol);
        all.date.push(dateOf(minutes));
        all.window.push(label);
        all.model.push(who);
        all.split.push(split);
        all.probability.push(sigmoid(logit));
        all.score.push(ranked.has(minutes) ? (scores[place] ?? NaN) : logit);
        all.label.push(window.table.label[row] ?? NaN);
        all.forwardReturn.push(window.table.forwardReturn[row] ?? NaN);
        all.baseRate.push(base);
      });
    };
    const { probability, score, permuted } = teacher;
    add(model, 'validation', { logits: probability.validation, scores: score.validation });
    add(model, 'forward', { logits: probability.forward, scores: score.forward });
    if (permuted !== undefined) add('permuted', 'forward', permuted);
  }
  return all;
}

/** The part whose labels the predictions of a split were learned from. */
const KNOWN_PART = { validation: 'select', forward: 'fit' } as const satisfies Record<string, WindowPart>;
