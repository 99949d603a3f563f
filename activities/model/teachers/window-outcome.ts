import type { Model as PredictionModel, Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import type { SoftLabels } from './soft-labels.js';
import { logitLogLoss } from '../../stats/log-loss.js';
import { sigmoid } from '../../stats/logistic.js';
import { mean } from '../../stats/moments.js';
import type { Model } from '../units/model-file.js';
import type { NamedArray } from '../units/named-arrays.js';
import type { WindowFailure } from './admit-window.js';
import type { TaughtWindow } from './teach-windows.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';

export const TEACHERS_FORMAT = 'gurukul-teachers-2';

/** Outcome of a window: a teacher or a failure. */
export type WindowOutcome = { readonly symbol: string; readonly label: string } & (
  | { readonly failure: WindowFailure }
  | { readonly failure?: never; readonly window: TrainableWindow; readonly teacher: TaughtWindow }
);

/** Share of ones among a window's labels of one part: the prediction of a model without features. */
export function baseRate({ table, rows }: TrainableWindow, part: WindowPart): number {
  const ones = rows[part].reduce((sum, row) => sum + (table.label[row] ?? NaN), 0);
  return ones / rows[part].length;
}

/**
 * Validation and forward predictions of the trained windows, by symbol, then time.
 *
 * @param model Who the teachers are in predictions.parquet.
 * @param dateOf Formats a bar time.
 */
export function outcomePredictions(
  outcomes: readonly WindowOutcome[],
  model: PredictionModel,
  dateOf: (minutes: number) => string,
): Predictions {
  const all = emptyPredictions();
  for (const outcome of outcomes) {
    if (outcome.failure !== undefined) continue;
    const { symbol, label, window, teacher } = outcome;
    const add = (split: 'validation' | 'forward', known: WindowPart, logits: Float64Array): void => {
      const base = baseRate(window, known);
      window.rows[split].forEach((row, place) => {
        all.symbol.push(symbol);
        all.date.push(dateOf(window.table.time[row] ?? NaN));
        all.window.push(label);
        all.model.push(model);
        all.split.push(split);
        all.probability.push(sigmoid(logits[place] ?? NaN));
        all.score.push(logits[place] ?? NaN);
        all.label.push(window.table.label[row] ?? NaN);
        all.forwardReturn.push(window.table.forwardReturn[row] ?? NaN);
        all.baseRate.push(base);
      });
    };
    add('validation', 'select', teacher.validation);
    add('forward', 'fit', teacher.forward);
  }
  return all;
}

/** The teachers' probabilities for the rows they were fitted on. */
export function outcomeSoftLabels(
  outcomes: readonly WindowOutcome[],
  dateOf: (minutes: number) => string,
): SoftLabels {
  const symbol: string[] = [];
  const date: string[] = [];
  const probability: number[] = [];
  const label: number[] = [];
  for (const outcome of outcomes) {
    if (outcome.failure !== undefined) continue;
    const { table, rows } = outcome.window;
    rows.fit.forEach((row, place) => {
      symbol.push(outcome.symbol);
      date.push(dateOf(table.time[row] ?? NaN));
      probability.push(sigmoid(outcome.teacher.fit[place] ?? NaN));
      label.push(table.label[row] ?? NaN);
    });
  }
  return { symbol, date, probability, label };
}

/** Shifts of the trained windows; together with the prior's second calibration they are the teachers. */
export function teachersModel(outcomes: readonly WindowOutcome[]): Model {
  const taught = outcomes.flatMap((outcome) => (outcome.failure === undefined ? [outcome] : []));
  const vector = (name: string, pick: (teacher: TaughtWindow) => number): NamedArray => ({
    name,
    shape: [taught.length],
    data: Float32Array.from(taught, ({ teacher }) => pick(teacher)),
  });
  return {
    format: TEACHERS_FORMAT,
    arrays: [
      vector('shifts', ({ shift }) => shift),
      vector('strengths', ({ shrinkage }) => strengthOf(shrinkage)),
    ],
    metadata: {
      windows: taught.map(({ label }) => label),
      about:
        "One entry per window. A teacher's logit is the logit of the prior's fit calibration plus the window's shift. strengths are 1/shrinkage; where strength and shift are 0 the teacher equals the prior.",
    },
  };
}

/** Strength of a window's adaptation: 1 / shrinkage; 0 for the prior unchanged. */
function strengthOf(shrinkage: number): number {
  return 1 / shrinkage;
}

/** A window's line in windows.jsonl. Figures that do not exist (no such rows) are null. */
export function teacherLine(outcome: WindowOutcome): Readonly<Record<string, unknown>> {
  const identity = { symbol: outcome.symbol, window: outcome.label };
  if (outcome.failure !== undefined) {
    const { error, message } = outcome.failure;
    return { ...identity, status: 'failed', error, message };
  }
  const { window, teacher } = outcome;
  const loss = (part: WindowPart, logits: Float64Array): number | null => meanLogLoss(window, part, logits);
  return {
    ...identity,
    status: 'succeeded',
    error: null,
    message: null,
    strength: strengthOf(teacher.shrinkage),
    shift: teacher.shift,
    rows: {
      select: window.rows.select.length,
      validation: window.rows.validation.length,
      fit: window.rows.fit.length,
      forward: window.rows.forward.length,
    },
    baseRate: { select: baseRate(window, 'select'), fit: baseRate(window, 'fit') },
    logLoss: {
      fit: loss('fit', teacher.fit),
      validation: loss('validation', teacher.validation),
      priorValidation: loss('validation', teacher.priorValidation),
      forward: loss('forward', teacher.forward),
    },
  };
}

/** Mean log-loss of logits over one part of a window; null without rows. */
export function meanLogLoss(
  { table, rows }: TrainableWindow,
  part: WindowPart,
  logits: Float64Array,
): number | null {
  if (logits.length === 0) return null;
  return mean(
    [...logits].map((value, place) => logitLogLoss(value, table.label[rows[part][place] ?? -1] ?? NaN)),
  );
}
