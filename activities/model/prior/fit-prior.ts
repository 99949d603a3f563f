import { GurukulError } from '../../../data/errors.js';
import type { Calibration, CalibrationScalers } from './calibration.js';
import { calibrate } from './calibration.js';
import type { PriorConfigs } from './configs.js';
import { STANDARD } from './configs.js';
import { decayedRows } from './decay.js';
import type { Design } from '../rows/design.js';
import { designOf, firstOf, withLastFeature } from '../rows/design.js';
import type { RowSet } from '../rows/row-set.js';
import { featureParts, firstRows, relativeParts, scalerOf } from '../rows/row-set.js';
import type { ScaleFit } from './fit-scale.js';
import { fitScale, scaleUnits, scalesOf } from './fit-scale.js';
import type { Scaler } from '../rows/scaler.js';
import { fitScaler, standardiseRows, wholeColumn } from '../rows/scaler.js';
import type { PhaseCheckpoint } from '../units/checkpoint.js';
import type { TargetRows } from './target-rows.js';
import { firstTargets } from './target-rows.js';

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

/** What long work needs between its steps. */
export interface Steps {
  /** Lets the process handle messages; there is no state to save, since nothing takes long. */
  readonly checkpoint: PhaseCheckpoint;
  readonly onStep: (step: number, steps: number) => void;
}

export interface PriorFitTask extends Steps {
  /** Rows with labels resolved before the forward part; those resolved before the validation part come first. */
  readonly rows: TargetRows;
  /** Number of rows resolved before the validation part. */
  readonly select: number;
  /** @default the declared ones */
  readonly configs?: PriorConfigs;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
  /** Of the same rows. @default computed here */
  readonly designs?: PriorDesigns;
}

/** What a prior is fitted on, whatever the rows' targets. */
export interface PriorDesigns {
  readonly scaler: Scaler;
  /** Standardised features. */
  readonly features: Design;
  readonly relativeScaler: Scaler;
  /** Standardised relative features, and a place for the standardised scale. */
  readonly relative: Design;
}

/** Scalers are those of the first rows. @param select Their number. */
export function priorDesigns(rows: RowSet, select: number): PriorDesigns {
  const early = firstRows(rows, select);
  const scaler = scalerOf(early);
  const relativeScaler = fitScaler(rows.table.relativeColumns.length, relativeParts(early));
  return {
    scaler,
    features: designOf(scaler, featureParts(rows)),
    relativeScaler,
    relative: designOf(relativeScaler, relativeParts(rows), new Float32Array(rows.row.length)),
  };
}

const STEPS = 3;

/**
 * Fits the scale model, then both calibrations: in closed form and by Newton's method.
 *
 * @throws GurukulError Diverged when a parameter is not finite; Cancelled.
 */
export async function fitPriorModel(task: PriorFitTask): Promise<PriorModel> {
  const { rows, select, configs = STANDARD, seed, designs = priorDesigns(rows, select) } = task;
  const early = firstTargets(rows, select);
  const { scaler, features: design } = designs;
  const scale = fitScale({
    scaler,
    design: firstOf(design, select),
    targets: early.scale,
    weights: decayedRows(early, configs.scale.halfLife).weight,
    units: scaleUnits(design.width, seed),
    config: configs.scale,
  });
  const scales = scalesOf(scale, design);
  const scalers = {
    relative: designs.relativeScaler,
    scale: { ...fitScaler(1, [wholeColumn(scales.subarray(0, select))]), clip: Infinity },
  };
  const standardised = new Float32Array(scales.length);
  standardiseRows(scalers.scale, wholeColumn(scales), standardised, 0, 1);
  const calibrationDesign = withLastFeature(designs.relative, standardised);
  await step(task, 1);
  const { calibration } = configs;
  const first = calibrate(
    decayedRows(early, calibration.halfLife),
    firstOf(calibrationDesign, select),
    calibration,
  );
  await step(task, 2);
  const second = calibrate(decayedRows(rows, calibration.halfLife), calibrationDesign, calibration, first);
  const prior: PriorModel = { scale, scalers, select: first, fit: second };
  if (!parametersOf(prior).every((values) => values.every((value) => Number.isFinite(value))))
    throw new GurukulError(
      'Diverged',
      `the prior diverged: parameters fitted on ${rows.row.length} rows are not finite`,
    );
  await step(task, STEPS);
  return prior;
}

async function step({ checkpoint, onStep }: Steps, done: number): Promise<void> {
  onStep(done, STEPS);
  await checkpoint.step(() => ({ facts: null, arrays: [] }));
}

function parametersOf({ scale, select, fit }: PriorModel): number[][] {
  return [
    [...scale.linear, ...scale.ensemble.parameters],
    ...[select, fit].map(({ weights, shifts }) => [...weights, ...shifts.values()]),
  ];
}
