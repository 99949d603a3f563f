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

/** How the weights of a calibration are fitted. */
export interface WeightsConfig {
  /** Ridge penalty of the relative features' weights, in units of information; Infinity: none of them. */
  readonly relativeRidge: number;
  /** As in {@link ScaleConfig}. */
  readonly halfLife: number;
}

/** How the shifts of symbols are estimated. */
export interface ShiftConfig {
  /** Shrinkage of a symbol's shift, in units of information; Infinity: no shift. */
  readonly symbolShrinkage: number;
}

/** How a calibration is fitted. */
export type CalibrationConfig = WeightsConfig & ShiftConfig;

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

/** Candidates for the weights of the calibration, the most cautious first. */
export const WEIGHTS_GRID: readonly WeightsConfig[] = HALF_LIVES.flatMap((halfLife) =>
  RELATIVE_RIDGES.map((relativeRidge) => ({ relativeRidge, halfLife })),
);

/** Candidates for the shifts of symbols, the most cautious first. */
export const SHIFT_GRID: readonly ShiftConfig[] = SYMBOL_SHRINKAGES.map((symbolShrinkage) => ({
  symbolShrinkage,
}));

/** The best candidate for the scale model; the default without a validation. */
export function scaleChoice(arm: TargetArm, validation?: Validation): Choice {
  const what = whatOf(arm, 'scale model', 'mean squared error of the scale');
  return choose(what, SCALE_GRID.map(configAsJson), placeOf(SCALE_GRID, STANDARD.scale), validation);
}

/** The best candidate for the weights of the calibration; the default without a validation. */
export function weightsChoice(arm: TargetArm, validation?: Validation): Choice {
  const { relativeRidge, halfLife } = STANDARD.calibration;
  const standard = placeOf(WEIGHTS_GRID, { relativeRidge, halfLife });
  return choose(
    whatOf(arm, 'calibration', 'mean log-loss'),
    WEIGHTS_GRID.map(configAsJson),
    standard,
    validation,
  );
}

/** The best candidate for the shifts of symbols; the default without a validation. */
export function shiftChoice(arm: TargetArm, validation?: Validation): Choice {
  const { symbolShrinkage } = STANDARD.calibration;
  const standard = placeOf(SHIFT_GRID, { symbolShrinkage });
  return choose(
    whatOf(arm, 'shifts of symbols', 'mean log-loss'),
    SHIFT_GRID.map(configAsJson),
    standard,
    validation,
  );
}

function whatOf(arm: TargetArm, part: string, loss: string): string {
  const permuted = arm === 'permuted' ? ', targets permuted' : '';
  return `probability: ${part}${permuted} (figure: minus the out-of-fold ${loss})`;
}

type AnyConfig = ScaleConfig | WeightsConfig | ShiftConfig;

/** A strength of Infinity as JSON has it: `off`. */
export function configAsJson(config: AnyConfig): ChoiceConfig {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]: [string, number]) => [
      name,
      value === Infinity ? 'off' : value,
    ]),
  );
}

/** Grids and defaults name their settings in the same order. */
function placeOf<C extends AnyConfig>(grid: readonly C[], config: C): number {
  const text = JSON.stringify(configAsJson(config));
  return grid.findIndex((candidate) => JSON.stringify(configAsJson(candidate)) === text);
}
