import type { Checkpoint } from './checkpoint.js';
import { chooseStrength } from './choose-strength.js';
import { download } from './download.js';
import { headWidth } from './head-basis.js';
import type { PriorModel } from './prior-model.js';
import { headShifts, trainHeads } from './train-heads.js';
import { tryStrengths } from './try-strengths.js';
import type { TrainableWindow, WindowBatch, WindowPart } from './window-batch.js';
import { disposeBatch, windowBatch } from './window-batch.js';

export interface TeachTask {
  readonly windows: readonly TrainableWindow[];
  readonly prior: PriorModel;
  /** Rows that each part is padded to, the same for all shards of a cohort. */
  readonly padded: Readonly<Record<WindowPart, number>>;
  /** Neighbouring bars whose labels overlap. */
  readonly horizon: number;
  readonly checkpoint: Checkpoint;
  readonly onStep: (phase: 'select' | 'fit', step: number, steps: number, loss: number) => void;
}

/** A taught window: its choice, its head, and logits of its rows. */
export interface TaughtWindow {
  /** Chosen strength of adaptation; 0: the prior as it is. */
  readonly strength: number;
  readonly epochs: number;
  /** Head over the basis of the prior's second fit [K]; zeros without adaptation. */
  readonly head: Float32Array;
  /** Of the chosen variant fitted on `select`: what the choice was made by. */
  readonly validation: Float32Array;
  /** Of the prior alone, on the same rows. */
  readonly priorValidation: Float32Array;
  /** Of the teacher, fitted on `fit`. */
  readonly fit: Float32Array;
  readonly forward: Float32Array;
}

/**
 * Teaches all windows at once. Nothing of a window's result depends on the others.
 *
 * @returns One a window; undefined for a window that diverged.
 */
export async function teachWindows(task: TeachTask): Promise<(TaughtWindow | undefined)[]> {
  if (task.windows.length === 0) return [];
  const choices = await chooseAdaptations(task);
  const adapting = choices.flatMap(({ strength, diverged }, window) =>
    strength > 0 && !diverged ? [window] : [],
  );
  const { heads, epochs, failed } = await fitHeads(task, choices, adapting);
  const strengths = Float32Array.from(choices, ({ strength }) => strength);
  const fit = logitsOf(task, 'fit', heads, strengths);
  const forward = logitsOf(task, 'forward', heads, strengths);
  const width = headWidth(task.prior.fit);
  return choices.map((choice, window) => {
    const taught: TaughtWindow = {
      strength: choice.strength,
      epochs: epochs.get(window) ?? 0,
      head: heads.subarray(window * width, (window + 1) * width),
      validation: choice.validation,
      priorValidation: choice.priorValidation,
      fit: fit[window] ?? new Float32Array(0),
      forward: forward[window] ?? new Float32Array(0),
    };
    const numbers = [taught.head, taught.validation, taught.fit, taught.forward];
    const sound = numbers.every((values) => values.every((value) => Number.isFinite(value)));
    return choice.diverged || failed.has(window) || !sound ? undefined : taught;
  });
}

interface Choice extends Pick<TaughtWindow, 'strength' | 'validation' | 'priorValidation'> {
  readonly diverged: boolean;
}

/** Chooses a strength for every window among those that the prior admits. */
async function chooseAdaptations(task: TeachTask): Promise<Choice[]> {
  const { windows, prior, padded, horizon } = task;
  const { strengths } = prior;
  const trials = await tryStrengths({
    windows,
    basis: prior.select,
    strengths,
    padded,
    checkpoint: task.checkpoint.phase('select'),
    onStep: (step, steps, loss) => task.onStep('select', step, steps, loss),
  });
  return trials.map(({ logits, losses, diverged }): Choice => {
    const [priorValidation = new Float32Array(0)] = logits;
    const chosen = priorValidation.length === 0 ? 0 : chooseStrength(losses, horizon);
    return {
      strength: chosen === 0 ? 0 : (strengths[chosen - 1] ?? 0),
      validation: logits[chosen] ?? priorValidation,
      priorValidation,
      diverged,
    };
  });
}

interface FittedHeads {
  /** Heads of all windows [W × K]; zeros where none is trained. */
  readonly heads: Float32Array;
  readonly epochs: ReadonlyMap<number, number>;
  /** Windows that diverged. */
  readonly failed: ReadonlySet<number>;
}

/** Trains the chosen adaptations on `fit`. */
async function fitHeads(
  task: TeachTask,
  choices: readonly Choice[],
  adapting: readonly number[],
): Promise<FittedHeads> {
  const { windows, prior, padded } = task;
  const width = headWidth(prior.fit);
  const heads = new Float32Array(windows.length * width);
  if (adapting.length === 0) return { heads, epochs: new Map(), failed: new Set() };
  const train = windowBatch(pickFrom(windows, adapting), 'fit', padded.fit, prior.fit);
  try {
    const trained = await trainHeads({
      train,
      scales: Float32Array.from(pickFrom(choices, adapting), ({ strength }) => strength),
      variants: 1,
      checkpoint: task.checkpoint.phase('fit'),
      onStep: (step, steps, loss) => task.onStep('fit', step, steps, loss),
    });
    adapting.forEach((window, place) => {
      heads.set(trained.heads.subarray(place * width, (place + 1) * width), window * width);
    });
    return {
      heads,
      epochs: new Map(adapting.map((window, place) => [window, trained.epochs[place] ?? 0])),
      failed: new Set(adapting.filter((_, place) => trained.diverged[place] === 1)),
    };
  } finally {
    disposeBatch(train);
  }
}

/** Logits of the teachers on one part, a list of rows a window. */
function logitsOf(
  { windows, prior, padded }: TeachTask,
  part: 'fit' | 'forward',
  heads: Float32Array,
  strengths: Float32Array,
): Float32Array[] {
  const batch: WindowBatch = windowBatch(windows, part, padded[part], prior.fit);
  const base = download(batch.logits);
  const shifts = headShifts(batch, heads, strengths, 1);
  disposeBatch(batch);
  return windows.map(({ rows }, window) => {
    const from = window * padded[part];
    const to = from + rows[part].length;
    const own = shifts.subarray(from, to);
    return base.slice(from, to).map((value, row) => value + (own[row] ?? NaN));
  });
}

function pickFrom<T>(items: readonly T[], indices: readonly number[]): T[] {
  return indices.flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
}
