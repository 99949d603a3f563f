import { logitLogLoss } from '../../stats/log-loss.js';
import { sigmoid } from '../../stats/logistic.js';
import { square } from '../../../data/math/square.js';
import type { Adaptation } from './adaptations.js';
import { ADAPTATIONS, NO_ADAPTATION } from './adaptations.js';
import { chooseShrinkage } from './choose-shrinkage.js';
import type { WindowPart } from './window-batch.js';
import type { AdaptedRows, WindowSums } from './window-sums.js';
import { adaptedCoefficients, departures, windowSums } from './window-sums.js';

/** What a head's prior says of some rows of a window, and what came. */
export interface HeadRows {
  /** The prior's output of each row: a logit, or a predicted rank [n]. */
  readonly prior: Float64Array;
  /** Values of the directions, the first of them 1, row-major [n × D]. */
  readonly directions: Float32Array;
  /** Label, or neutral target; NaN where it is unknown [n]. */
  readonly target: Float32Array;
  /** Average uniqueness of the row's target [n]. */
  readonly weight: Float32Array;
}

/** The rows of a window by part: the prior's first fit for select and validation, its second for fit and forward. */
export type HeadWindow = Readonly<Record<WindowPart, HeadRows>>;

/** `logistic`: outputs are logits and targets labels. `squared`: outputs and targets are centred ranks. */
export type HeadKind = 'logistic' | 'squared';

/** A window's adaptation of one head, and the outputs of its rows. */
export interface AdaptedHead {
  readonly adaptation: Adaptation;
  /** Of the directions [D], estimated on the rows of `fit`. */
  readonly coefficients: Float32Array;
  /** The same, estimated on the rows of `select`: those of `validation`. */
  readonly early: Float32Array;
  /** Outputs by which the adaptation was chosen: the coefficients are estimated on `select`. */
  readonly validation: Float64Array;
  readonly fit: Float64Array;
  readonly forward: Float64Array;
}

/** Variance of a centred rank: that of a uniform distribution over an interval of length 1. */
const RANK_VARIANCE = 1 / 12;

/**
 * Adapts one head of many windows in one batched solve. A window's adaptation is chosen by its purged validation rows,
 * then estimated again on all of its rows. A window's result does not depend on the windows beside it.
 *
 * @param padded Number of rows to pad to: see `paddedRows`.
 * @param barsPerTarget Number of neighbouring rows whose targets overlap.
 */
export function adaptHead(
  windows: readonly HeadWindow[],
  kind: HeadKind,
  padded: number,
  barsPerTarget: number,
): AdaptedHead[] {
  const [first] = windows;
  if (first === undefined) return [];
  const width = first.fit.directions.length / Math.max(1, first.fit.prior.length);
  const sumsOf = (part: 'select' | 'fit'): WindowSums[] =>
    windowSums(
      windows.map((window) => newtonRows(window[part], kind)),
      width,
      padded,
    );
  const [select, fit] = [sumsOf('select'), sumsOf('fit')];
  return windows.map((window, place): AdaptedHead => {
    const [early, late] = [select[place], fit[place]];
    if (early === undefined || late === undefined) throw new RangeError(`no sums of window ${place}`);
    const coefficientsOf = ADAPTATIONS[kind].map((adaptation) => adaptedCoefficients(early, adaptation));
    const candidates = coefficientsOf.map((coefficients) => adaptedOutputs(window.validation, coefficients));
    const losses = candidates.map((outputs) => lossesOf(window.validation, outputs, kind));
    const chosen = (losses[0]?.length ?? 0) === 0 ? 0 : chooseShrinkage(losses, barsPerTarget);
    const adaptation = ADAPTATIONS[kind][chosen] ?? NO_ADAPTATION;
    const coefficients = adaptedCoefficients(late, adaptation);
    return {
      adaptation,
      coefficients,
      early: coefficientsOf[chosen] ?? new Float32Array(width),
      validation: candidates[chosen] ?? window.validation.prior,
      fit: adaptedOutputs(window.fit, coefficients),
      forward: adaptedOutputs(window.forward, coefficients),
    };
  });
}

function adaptedOutputs(rows: HeadRows, coefficients: Float32Array): Float64Array {
  const added = departures(rows, coefficients);
  return rows.prior.map((output, row) => output + (added[row] ?? NaN));
}

/** Residual and information of each row at the prior; a row without a target has neither. */
function newtonRows({ prior, directions, target, weight }: HeadRows, kind: HeadKind): AdaptedRows {
  const residual = new Float32Array(prior.length);
  const information = new Float32Array(prior.length);
  for (let row = 0; row < prior.length; row += 1) {
    const wanted = target[row] ?? NaN;
    if (Number.isNaN(wanted)) continue;
    const own = weight[row] ?? NaN;
    const output = prior[row] ?? NaN;
    if (kind === 'logistic') {
      const probability = sigmoid(output);
      residual[row] = own * (wanted - probability);
      information[row] = own * probability * (1 - probability);
    } else {
      residual[row] = (own * (wanted - output)) / RANK_VARIANCE;
      information[row] = own / RANK_VARIANCE;
    }
  }
  return { directions, residual, information };
}

/** Loss of every row with a target, in their order: log-loss, or the squared difference. */
function lossesOf({ target }: HeadRows, outputs: Float64Array, kind: HeadKind): number[] {
  const losses: number[] = [];
  outputs.forEach((output, row) => {
    const wanted = target[row] ?? NaN;
    if (Number.isNaN(wanted)) return;
    losses.push(kind === 'logistic' ? logitLogLoss(output, wanted) : square(output - wanted));
  });
  return losses;
}
