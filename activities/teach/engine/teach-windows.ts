import type { PhaseCheckpoint } from './checkpoint.js';
import { chooseStrength } from './choose-strength.js';
import { logLossOf } from './log-loss.js';
import { calibratedLogits } from './calibration.js';
import type { PriorModel, PriorPhase } from './prior-fit.js';
import { withMeanOne } from './row-set.js';
import { WINDOW_SHRINKAGES } from './settings.js';
import { shrunkShift } from './shrunk-shift.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';
import { windowScales } from './window-batch.js';

export interface TeachTask {
  readonly windows: readonly TrainableWindow[];
  readonly prior: PriorModel;
  /** Rows that each part is padded to, the same for all shards of a cohort. */
  readonly padded: Readonly<Record<WindowPart, number>>;
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

/** Which calibration of the prior speaks about which part. */
const PARTS = [
  ['select', 'select'],
  ['select', 'validation'],
  ['fit', 'fit'],
  ['fit', 'forward'],
] as const;

/**
 * Teaches all windows at once: the prior's words come from one batch a part, then each window is shifted as
 * far as its own labels say. Nothing of a window's result depends on the others.
 *
 * @returns One a window; undefined for a window whose numbers are no numbers.
 * @throws GurukulError Cancelled.
 */
export async function teachWindows(task: TeachTask): Promise<(TaughtWindow | undefined)[]> {
  const { windows, prior, padded, horizon, checkpoint, onStep } = task;
  if (windows.length === 0) return [];
  const logits: Partial<Record<WindowPart, Float64Array[]>> = {};
  for (const [index, [phase, part]] of PARTS.entries()) {
    logits[part] = partLogits(prior, phase, windows, part, padded[part]);
    onStep(index + 1, PARTS.length);
    await checkpoint.step(() => ({ facts: null, arrays: [] }));
  }
  return windows.map((window, index) => {
    const own = (part: WindowPart): Float64Array => logits[part]?.[index] ?? new Float64Array(0);
    const taught = teach(window, own, horizon);
    const numbers = [[taught.shift], taught.validation, taught.fit, taught.forward];
    return numbers.every((values) => values.every((value) => Number.isFinite(value))) ? taught : undefined;
  });
}

function partLogits(
  { scale, scalers, ...calibrations }: PriorModel,
  phase: PriorPhase,
  windows: readonly TrainableWindow[],
  part: WindowPart,
  padded: number,
): Float64Array[] {
  const scales = windowScales(scale, windows, part, padded);
  return windows.map(({ table, rows }, window) =>
    calibratedLogits(calibrations[phase], scalers, table, rows[part], scales[window] ?? new Float32Array(0)),
  );
}

/** Chooses how far a window may adapt by its purged validation rows, and adapts it to all its labels. */
function teach(
  window: TrainableWindow,
  logitsOf: (part: WindowPart) => Float64Array,
  horizon: number,
): TaughtWindow {
  const shiftBy = (part: 'select' | 'fit', shrinkage: number): number =>
    Math.fround(shrunkShift(labelsOf(window, part), weightsOf(window, part), logitsOf(part), shrinkage));
  const priorValidation = logitsOf('validation');
  const labels = labelsOf(window, 'validation');
  const candidates = WINDOW_SHRINKAGES.map((shrinkage) =>
    shifted(priorValidation, shiftBy('select', shrinkage)),
  );
  const losses = candidates.map((logits) =>
    Array.from(logits, (value, row) => logLossOf(value, labels[row] ?? NaN)),
  );
  const chosen = priorValidation.length === 0 ? 0 : chooseStrength(losses, horizon);
  const shrinkage = WINDOW_SHRINKAGES[chosen] ?? Infinity;
  const shift = shiftBy('fit', shrinkage);
  return {
    shrinkage,
    shift,
    validation: candidates[chosen] ?? priorValidation,
    priorValidation,
    fit: shifted(logitsOf('fit'), shift),
    forward: shifted(logitsOf('forward'), shift),
  };
}

function labelsOf({ table, rows }: TrainableWindow, part: WindowPart): Uint8Array {
  return Uint8Array.from(rows[part], (row) => table.label[row] ?? 0);
}

function weightsOf({ table, rows }: TrainableWindow, part: WindowPart): Float32Array {
  return withMeanOne(Float32Array.from(rows[part], (row) => table.weight[row] ?? NaN));
}

function shifted(logits: Float64Array, shift: number): Float64Array {
  return logits.map((value) => value + shift);
}
