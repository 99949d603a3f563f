import { GurukulError } from '../../../data/errors.js';
import type { Calibration, CalibrationScalers } from './calibration.js';
import { calibrate } from './calibration.js';
import { designOf, firstOf } from '../rows/design.js';
import type { RowSet } from '../rows/row-set.js';
import { featureParts, firstRows, relativeParts, scalerOf, targetScales } from '../rows/row-set.js';
import type { ScaleFit } from './fit-scale.js';
import { fitScale, scalesOf } from './fit-scale.js';
import { fitScaler, standardiseRows, wholeColumn } from '../rows/scaler.js';
import type { EnsembleTask } from '../network/train-ensemble.js';

/**
 * A cohort's prior. Most of what can be foretold about "a return above the threshold" is how far prices
 * will move, so that comes first, learnt on labels resolved before the cohort's validation part; what turns
 * it into a logit is little, and fitted twice.
 */
export interface PriorModel {
  readonly scale: ScaleFit;
  readonly scalers: CalibrationScalers;
  /** Fitted before the validation part: what windows adapt when their strength is chosen. */
  readonly select: Calibration;
  /** Fitted before the forward part: what the teachers are made from. */
  readonly fit: Calibration;
}

/** The two calibrations of a prior, by what they are fitted for. */
export type PriorPhase = 'select' | 'fit';

export interface PriorFitTask extends Pick<EnsembleTask, 'seed' | 'checkpoint' | 'onStep'> {
  /** Labels resolved before the forward part; those resolved before the validation part come first. */
  readonly rows: RowSet;
  /** How many come first. */
  readonly select: number;
}

/**
 * Fits the scale, then what follows from it in closed form or by Newton's method.
 *
 * @throws GurukulError Diverged when a number is no number; Cancelled.
 */
export async function fitPriorTo({ rows, select, ...task }: PriorFitTask): Promise<PriorModel> {
  const early = firstRows(rows, select);
  const scaler = scalerOf(early);
  const design = designOf(scaler, featureParts(rows));
  const scale = await fitScale({
    ...task,
    scaler,
    design: firstOf(design, select),
    targets: targetScales(early),
    weights: early.weight,
  });
  const scales = scalesOf(scale, design);
  const scalers = {
    relative: fitScaler(rows.table.relativeColumns.length, relativeParts(early)),
    scale: { ...fitScaler(1, [wholeColumn(scales.subarray(0, select))]), clip: Infinity },
  };
  const standardised = new Float32Array(scales.length);
  standardiseRows(scalers.scale, wholeColumn(scales), standardised, 0, 1);
  const both = designOf(scalers.relative, relativeParts(rows), standardised);
  const first = calibrate(early, firstOf(both, select));
  const prior: PriorModel = { scale, scalers, select: first, fit: calibrate(rows, both, first) };
  if (!numbersOf(prior).every((values) => values.every((value) => Number.isFinite(value))))
    throw new GurukulError('Diverged', `a prior fitted on ${rows.row.length} rows is not made of numbers`);
  return prior;
}

function numbersOf({ scale, select, fit }: PriorModel): number[][] {
  return [
    [...scale.linear, ...scale.ensemble.parameters],
    ...[select, fit].map(({ weights, shifts }) => [...weights, ...shifts.values()]),
  ];
}
