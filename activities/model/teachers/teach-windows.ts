import type { CohortSplit } from '../../market/splits/splits.js';
import type { PhaseCheckpoint } from '../units/checkpoint.js';
import type { PriorModel } from '../prior/fit-prior.js';
import type { RankModel } from '../ranking/rank-model.js';
import type { AdaptedHead } from './adapt-head.js';
import { adaptHead } from './adapt-head.js';
import type { PermutedRows } from './permuted-rows.js';
import { permutedRows } from './permuted-rows.js';
import { probabilityWindows } from './probability-rows.js';
import type { ScoredRows } from '../ranking/exposed-scores.js';
import type { ExposedByPhase } from './score-rows.js';
import { scoreWindows } from './score-rows.js';
import type { TrainableWindow } from './window-batch.js';

/** What the teachers of a cohort start from. */
export interface CohortPrior {
  readonly probability: PriorModel;
  readonly score: RankModel;
  /** The probability model of permuted targets; absent for placebo bars. */
  readonly permuted?: PriorModel;
}

export interface TeachTask {
  readonly windows: readonly TrainableWindow[];
  readonly prior: CohortPrior;
  /** The prior's predicted ranks and what the exposures explain of its scores, and the same of permuted targets. */
  readonly exposed: ExposedByPhase & { readonly permuted: ReadonlyMap<string, ScoredRows> };
  /** Bounds of the cohort: no target that is known later is learnt from. */
  readonly split: CohortSplit;
  /** Number of rows that each window is padded to, the same for all shards of a cohort. */
  readonly padded: number;
  /** Bars that a label looks ahead: so many neighbouring labels overlap. */
  readonly horizon: number;
  /** Lets the process handle messages between the steps; there is no state to save. */
  readonly checkpoint: PhaseCheckpoint;
  readonly onStep: (step: number, steps: number) => void;
}

/** A trained window: how each head departs from its prior, and the outputs of its rows. */
export interface TaughtWindow {
  /** Outputs are logits. */
  readonly probability: AdaptedHead;
  /** Outputs are predicted ranks, times the unit of their phase: expected relative returns. */
  readonly score: AdaptedHead;
  /** Logits of the prior's first calibration alone, for the validation rows. */
  readonly priorValidation: Float64Array;
  /** Forward rows as the model of permuted targets predicts them. */
  readonly permuted?: PermutedRows;
}

/** A head after the other, then the permuted targets. */
const STEPS = 3;

/**
 * Trains all windows as one batch: each head's prior is evaluated for all of them together, then every window gets
 * coefficients of its own for the directions of that head's last layer. A window's result does not depend on the others.
 *
 * @returns One entry per window; undefined for a window that diverged.
 * @throws GurukulError Cancelled.
 */
export async function teachWindows(task: TeachTask): Promise<(TaughtWindow | undefined)[]> {
  const { windows, prior, exposed, split, padded, horizon, checkpoint, onStep } = task;
  if (windows.length === 0) return [];
  const report = async (step: number): Promise<void> => {
    onStep(step, STEPS);
    await checkpoint.step(() => ({ facts: null, arrays: [] }));
  };
  const probabilities = probabilityWindows(prior.probability, windows, padded);
  const first = adaptHead(probabilities, 'logistic', padded, horizon);
  await report(1);
  const ranks = scoreWindows(prior.score, windows, split, exposed);
  const second = adaptHead(ranks.windows, 'squared', padded, ranks.barsPerTarget);
  await report(2);
  const permuted =
    prior.permuted === undefined
      ? []
      : permutedRows(prior.permuted, prior.score, windows, padded, exposed.permuted);
  const taught = windows.map((_, place): TaughtWindow | undefined => {
    const [probability, score] = [first[place], second[place]];
    const own = permuted[place];
    const priorValidation = probabilities[place]?.validation.prior;
    if (probability === undefined || score === undefined || priorValidation === undefined) return undefined;
    const teacher = {
      probability,
      score: inUnits(score, prior.score),
      priorValidation,
      ...(own === undefined ? {} : { permuted: own }),
    };
    return valuesOf(teacher).every((values) => values.every((value) => Number.isFinite(value)))
      ? teacher
      : undefined;
  });
  await report(STEPS);
  return taught;
}

/** Predicted ranks as expected relative returns. */
function inUnits(score: AdaptedHead, { trained: { select, fit } }: RankModel): AdaptedHead {
  const scaled = (values: Float64Array, unit: number): Float64Array => values.map((value) => unit * value);
  return {
    ...score,
    validation: scaled(score.validation, select.unit),
    fit: scaled(score.fit, fit.unit),
    forward: scaled(score.forward, fit.unit),
  };
}

function valuesOf({ probability, score, permuted }: TaughtWindow): (Float32Array | Float64Array)[] {
  return [
    ...[probability, score].flatMap(({ coefficients, validation, fit, forward }) => [
      coefficients,
      validation,
      fit,
      forward,
    ]),
    ...(permuted === undefined ? [] : [permuted.logits, permuted.scores]),
  ];
}
