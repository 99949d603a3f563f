import type { Choice, ChoiceConfig, Validation } from '../choices/choice.js';
import { choose } from '../choices/choice.js';
import type { TargetArm } from './target-rows.js';
import {
  HALF_LIVES,
  RELATIVE_RIDGES,
  SCALE_RIDGES,
  STANDARD_CALIBRATION,
  STANDARD_SCALE,
  SYMBOL_SHRINKAGES,
  TANH_RIDGES,
} from '../settings.js';

/** How a scale model is fitted. */
export interface ScaleConfig {
  /** Ridge penalty of the features' weights; its unit is one row. */
  readonly ridge: number;
  /** Ridge penalty of the tanh units' weights; Infinity: no units. */
  readonly tanhRidge: number;
  /** Sessions after which a row counts half; Infinity: all rows count alike. */
  readonly halfLife: number;
}

/** How a calibration is fitted. */
export interface CalibrationConfig {
  /** Ridge penalty of the relative features' weights, in units of information; Infinity: none of them. */
  readonly relativeRidge: number;
  /** As in {@link ScaleConfig}. */
  readonly halfLife: number;
  /** Shrinkage of a symbol's shift, in units of information; Infinity: no shift. */
  readonly symbolShrinkage: number;
}

/** Both, of one prior. */
export interface PriorConfigs {
  readonly scale: ScaleConfig;
  readonly calibration: CalibrationConfig;
}

/** What a prior is fitted with where its past is too short to choose. */
export const STANDARD: PriorConfigs = { scale: STANDARD_SCALE, calibration: STANDARD_CALIBRATION };

/** Candidates for the scale model, the most cautious first. */
export const SCALE_GRID: readonly ScaleConfig[] = HALF_LIVES.flatMap((halfLife) =>
  TANH_RIDGES.flatMap((tanhRidge) => SCALE_RIDGES.map((ridge) => ({ ridge, tanhRidge, halfLife }))),
);

/** Candidates for the calibration, the most cautious first; those that differ by the shrinkage alone are adjacent. */
export const CALIBRATION_GRID: readonly CalibrationConfig[] = HALF_LIVES.flatMap((halfLife) =>
  RELATIVE_RIDGES.flatMap((relativeRidge) =>
    SYMBOL_SHRINKAGES.map((symbolShrinkage) => ({ relativeRidge, halfLife, symbolShrinkage })),
  ),
);

/** The best candidate for the scale model; the default without a validation. */
export function scaleChoice(arm: TargetArm, validation?: Validation): Choice {
  const what = whatOf(arm, 'scale model', 'mean squared error of the scale');
  return choose(what, SCALE_GRID.map(configAsJson), placeOf(SCALE_GRID, STANDARD.scale), validation);
}

/** The best candidate for the calibration; the default without a validation. */
export function calibrationChoice(arm: TargetArm, validation?: Validation): Choice {
  const what = whatOf(arm, 'calibration', 'mean log-loss');
  return choose(
    what,
    CALIBRATION_GRID.map(configAsJson),
    placeOf(CALIBRATION_GRID, STANDARD.calibration),
    validation,
  );
}

function whatOf(arm: TargetArm, part: string, loss: string): string {
  const permuted = arm === 'permuted' ? ', targets permuted' : '';
  return `probability: ${part}${permuted} (figure: minus the out-of-fold ${loss})`;
}

/** A strength of Infinity as JSON has it: `off`. */
export function configAsJson(config: ScaleConfig | CalibrationConfig): ChoiceConfig {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]: [string, number]) => [
      name,
      value === Infinity ? 'off' : value,
    ]),
  );
}

function placeOf<C extends ScaleConfig | CalibrationConfig>(grid: readonly C[], config: C): number {
  const text = JSON.stringify(configAsJson(config));
  return grid.findIndex((candidate) => JSON.stringify(configAsJson(candidate)) === text);
}
