import { pow } from '../../../data/math/pow.js';

/**
 * Parameters and Adam's moments of their gradients. They are few, so they stay in JavaScript memory: one pass
 * over them costs less than the calls on the device would.
 */
export interface AdamState {
  readonly parameters: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

export interface AdamOptions {
  readonly rate: number;
  /** Number of the step, counted from 1. */
  readonly step: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/** State before the first step. It takes ownership of the parameters. */
export function adamStart(parameters: Float32Array): AdamState {
  const { length } = parameters;
  return { parameters, mean: new Float32Array(length), square: new Float32Array(length) };
}

/** One step of Adam in place (Kingma and Ba 2015, algorithm 1, the bias correction folded into the rate). */
export function adamStep(
  { parameters, mean, square }: AdamState,
  gradient: Float32Array,
  { rate, step }: AdamOptions,
): void {
  const scale = Math.sqrt(1 - pow(BETA2, step));
  const corrected = (rate * scale) / (1 - pow(BETA1, step));
  for (let at = 0; at < parameters.length; at += 1) {
    const slope = gradient[at] ?? NaN;
    const average = BETA1 * (mean[at] ?? NaN) + (1 - BETA1) * slope;
    const power = BETA2 * (square[at] ?? NaN) + (1 - BETA2) * slope * slope;
    mean[at] = average;
    square[at] = power;
    parameters[at] = (parameters[at] ?? NaN) - (corrected * average) / (Math.sqrt(power) + EPSILON * scale);
  }
}
