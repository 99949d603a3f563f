import type { PhaseCheckpoint } from '../units/checkpoint.js';
import { chooseShrinkage } from './choose-shrinkage.js';
import { logitLogLoss } from '../../stats/log-loss.js';
import { calibratedLogits } from '../prior/calibration.js';
import type { PriorModel } from '../prior/fit-prior.js';
import { withMeanOne } from '../rows/row-set.js';
import { WINDOW_SHRINKAGES } from '../settings.js';
import { scoreSumsOf, shrunkShift } from '../linear/shrunk-shift.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';
import { spanOf, windowScales } from './window-batch.js';

export interface TeachTask {
  readonly windows: readonly TrainableWindow[];
  readonly prior: PriorModel;
  /** Number of rows that each window is padded to, the same for all shards of a cohort. */
  readonly padded: number;
  /** Bars that a label looks ahead: so many neighbouring labels overlap. */
  readonly horizon: number;
  /** Lets the process handle messages between the steps; there is no state to save. */
  readonly checkpoint: PhaseCheckpoint;
  readonly onStep: (step: number, steps: number) => void;
}

/** A trained window: its shrinkage, its shift, and the logits of its rows. */
export interface TaughtWindow {
  /** One of WINDOW_SHRINKAGES; Infinity: the prior unchanged. */
  readonly shrinkage: number;
  /** Difference of the teacher's logits from those of the prior's second calibration. */
  readonly shift: number;
  /** Logits of the prior's first calibration, shifted by the chosen shrinkage on `select`: the choice was made by these. */
  readonly validation: Float64Array;
  /** Logits of the prior's first calibration alone, for the same rows. */
  readonly priorValidation: Float64Array;
  /** Logits of the teacher, fitted on `fit`. */
  readonly fit: Float64Array;
  readonly forward: Float64Array;
}

/** First the scales of all windows, then the windows one by one. */
const STEPS = 2;

/**
 * Trains all windows as one batch: the prior's scales are computed together, then each window gets a shift
 * estimated from its own labels. A window's result does not depend on the others.
 *
 * @returns One entry per window; undefined for a window that diverged.
 * @throws GurukulError Cancelled.
 */
export async function teachWindows(task: TeachTask): Promise<(TaughtWindow | undefined)[]> {
  const { windows, prior, padded, horizon, checkpoint, onStep } = task;
  if (windows.length === 0) return [];
  const report = async (step: number): Promise<void> => {
    onStep(step, STEPS);
    await checkpoint.step(() => ({ facts: null, arrays: [] }));
  };
  const spans = windows.map((window) => ({ table: window.table, rows: spanOf(window) }));
  const scales = windowScales(prior.scale, spans, padded);
  await report(1);
  const taught = windows.map((window, index) => {
    const { rows = new Int32Array(0) } = spans[index] ?? {};
    const logits = priorLogits(prior, window, rows, scales[index] ?? new Float32Array(0));
    const teacher = teach(window, logits, horizon);
    const values = [[teacher.shift], teacher.validation, teacher.fit, teacher.forward];
    return values.every((column) => column.every((value) => Number.isFinite(value))) ? teacher : undefined;
  });
  await report(STEPS);
  return taught;
}

/** The prior's logits of each part: its first calibration for choosing the shrinkage, its second for the teacher. */
function priorLogits(
  { scalers, select, fit }: PriorModel,
  { table, rows }: TrainableWindow,
  span: Int32Array,
  scales: Float32Array,
): Readonly<Record<WindowPart, Float64Array>> {
  const [early, late] = calibratedLogits([select, fit], scalers, table, span, scales);
  const start = span[0] ?? 0;
  const pick = (logits: Float64Array | undefined, part: WindowPart): Float64Array => {
    const picked = new Float64Array(rows[part].length);
    for (let at = 0; at < picked.length; at += 1)
      picked[at] = logits?.[(rows[part][at] ?? NaN) - start] ?? NaN;
    return picked;
  };
  return {
    select: pick(early, 'select'),
    validation: pick(early, 'validation'),
    fit: pick(late, 'fit'),
    forward: pick(late, 'forward'),
  };
}

/** Chooses a window's shrinkage by its purged validation rows, then estimates the shift from all its labels. */
function teach(
  window: TrainableWindow,
  logits: Readonly<Record<WindowPart, Float64Array>>,
  horizon: number,
): TaughtWindow {
  const shiftOf = (part: 'select' | 'fit'): ((shrinkage: number) => number) => {
    const sums = scoreSumsOf(labelsOf(window, part), weightsOf(window, part), logits[part]);
    return (shrinkage) => Math.fround(shrunkShift(sums, shrinkage));
  };
  const priorValidation = logits.validation;
  const labels = labelsOf(window, 'validation');
  const selectShift = shiftOf('select');
  const candidates = WINDOW_SHRINKAGES.map((shrinkage) => shifted(priorValidation, selectShift(shrinkage)));
  const losses = candidates.map((adapted) =>
    Array.from(adapted, (value, row) => logitLogLoss(value, labels[row] ?? NaN)),
  );
  const chosen = priorValidation.length === 0 ? 0 : chooseShrinkage(losses, horizon);
  const shrinkage = WINDOW_SHRINKAGES[chosen] ?? Infinity;
  const shift = shiftOf('fit')(shrinkage);
  return {
    shrinkage,
    shift,
    validation: candidates[chosen] ?? priorValidation,
    priorValidation,
    fit: shifted(logits.fit, shift),
    forward: shifted(logits.forward, shift),
  };
}

function labelsOf({ table, rows }: TrainableWindow, part: WindowPart): Uint8Array {
  const labels = new Uint8Array(rows[part].length);
  for (let at = 0; at < labels.length; at += 1) labels[at] = table.label[rows[part][at] ?? -1] ?? 0;
  return labels;
}

function weightsOf({ table, rows }: TrainableWindow, part: WindowPart): Float32Array {
  const weights = new Float32Array(rows[part].length);
  for (let at = 0; at < weights.length; at += 1) weights[at] = table.weight[rows[part][at] ?? -1] ?? NaN;
  return withMeanOne(weights);
}

function shifted(logits: Float64Array, shift: number): Float64Array {
  return logits.map((value) => value + shift);
}
