import type { PhaseCheckpoint } from '../units/checkpoint.js';
import { chooseStrength } from './choose-strength.js';
import { logitLogLoss } from '../../stats/log-loss.js';
import { calibratedLogits } from '../prior/calibration.js';
import type { PriorModel } from '../prior/fit-prior.js';
import { withMeanOne } from '../rows/row-set.js';
import { WINDOW_SHRINKAGES } from '../settings.js';
import { evidenceOf, shiftBy } from '../linear/shrunk-shift.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';
import { spanOf, windowScales } from './window-batch.js';

export interface TeachTask {
  readonly windows: readonly TrainableWindow[];
  readonly prior: PriorModel;
  /** Rows that each window is padded to, the same for all shards of a cohort. */
  readonly padded: number;
  /** Neighbouring bars whose labels overlap. */
  readonly horizon: number;
  /** Lets messages in between the parts; there is no state to keep. */
  readonly checkpoint: PhaseCheckpoint;
  readonly onStep: (step: number, steps: number) => void;
}

/** A taught window: its choice, its shift, and logits of its rows. */
export interface TaughtWindow {
  /** Chosen among WINDOW_SHRINKAGES; Infinity: the prior as it is. */
  readonly shrinkage: number;
  /** By what the teacher's logits differ from those of the prior's second calibration. */
  readonly shift: number;
  /** Of the prior's first calibration, adapted to `select` as chosen: what the choice was made by. */
  readonly validation: Float64Array;
  /** Of the prior's first calibration alone, on the same rows. */
  readonly priorValidation: Float64Array;
  /** Of the teacher, adapted to `fit`. */
  readonly fit: Float64Array;
  readonly forward: Float64Array;
}

/** Scales, then the windows one by one. */
const STEPS = 2;

/**
 * Teaches all windows at once: the prior's scales come from one batch, then each window is shifted as far
 * as its own labels say. Nothing of a window's result depends on the others.
 *
 * @returns One a window; undefined for a window whose numbers are no numbers.
 * @throws GurukulError Cancelled.
 */
export async function teachWindows(task: TeachTask): Promise<(TaughtWindow | undefined)[]> {
  const { windows, prior, padded, horizon, checkpoint, onStep } = task;
  if (windows.length === 0) return [];
  const told = async (step: number): Promise<void> => {
    onStep(step, STEPS);
    await checkpoint.step(() => ({ facts: null, arrays: [] }));
  };
  const spans = windows.map((window) => ({ table: window.table, rows: spanOf(window) }));
  const scales = windowScales(prior.scale, spans, padded);
  await told(1);
  const taught = windows.map((window, index) => {
    const { rows = new Int32Array(0) } = spans[index] ?? {};
    const logits = priorLogits(prior, window, rows, scales[index] ?? new Float32Array(0));
    const teacher = teach(window, logits, horizon);
    const numbers = [[teacher.shift], teacher.validation, teacher.fit, teacher.forward];
    return numbers.every((values) => values.every((value) => Number.isFinite(value))) ? teacher : undefined;
  });
  await told(STEPS);
  return taught;
}

/** What the prior says of each part: its first calibration of what windows adapt to judge, its second of the rest. */
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

/** Chooses how far a window may adapt by its purged validation rows, and adapts it to all its labels. */
function teach(
  window: TrainableWindow,
  logits: Readonly<Record<WindowPart, Float64Array>>,
  horizon: number,
): TaughtWindow {
  const shiftOf = (part: 'select' | 'fit'): ((shrinkage: number) => number) => {
    const evidence = evidenceOf(labelsOf(window, part), weightsOf(window, part), logits[part]);
    return (shrinkage) => Math.fround(shiftBy(evidence, shrinkage));
  };
  const priorValidation = logits.validation;
  const labels = labelsOf(window, 'validation');
  const selectShift = shiftOf('select');
  const candidates = WINDOW_SHRINKAGES.map((shrinkage) => shifted(priorValidation, selectShift(shrinkage)));
  const losses = candidates.map((adapted) =>
    Array.from(adapted, (value, row) => logitLogLoss(value, labels[row] ?? NaN)),
  );
  const chosen = priorValidation.length === 0 ? 0 : chooseStrength(losses, horizon);
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
