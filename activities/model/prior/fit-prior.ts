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
 * A cohort's prior: one model for the whole universe. Most of what is predictable about "a return above the
 * threshold" is the forward scale, how far prices will move. The scale model comes first and is fitted on
 * labels resolved before the cohort's validation part. The calibration, which turns the scale into a logit,
 * has few parameters and is fitted twice.
 */
export interface PriorModel {
  readonly scale: ScaleFit;
  readonly scalers: CalibrationScalers;
  /** Fitted on labels before the validation part: used when windows choose their shrinkage. */
  readonly select: Calibration;
  /** Fitted on labels before the forward part: used by the final teachers. */
  readonly fit: Calibration;
}

/** The two calibrations of a prior. */
export type PriorPhase = 'select' | 'fit';

export interface PriorFitTask extends Pick<EnsembleTask, 'seed' | 'checkpoint' | 'onStep'> {
  /** Rows with labels resolved before the forward part; those resolved before the validation part come first. */
  readonly rows: RowSet;
  /** Number of rows resolved before the validation part. */
  readonly select: number;
}

/**
 * Fits the scale model, then both calibrations.
 *
 * @throws GurukulError Diverged when a parameter is not finite; Cancelled.
 */
export async function fitPriorModel({ rows, select, ...task }: PriorFitTask): Promise<PriorModel> {
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
  const calibrationDesign = designOf(scalers.relative, relativeParts(rows), standardised);
  const first = calibrate(early, firstOf(calibrationDesign, select));
  const prior: PriorModel = { scale, scalers, select: first, fit: calibrate(rows, calibrationDesign, first) };
  if (!parametersOf(prior).every((values) => values.every((value) => Number.isFinite(value))))
    throw new GurukulError(
      'Diverged',
      `the prior diverged: parameters fitted on ${rows.row.length} rows are not finite`,
    );
  return prior;
}

function parametersOf({ scale, select, fit }: PriorModel): number[][] {
  return [
    [...scale.linear, ...scale.ensemble.parameters],
    ...[select, fit].map(({ weights, shifts }) => [...weights, ...shifts.values()]),
  ];
}
