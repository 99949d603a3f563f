/**
 * Targets, weights, gradients and values of nodes are multiples of 2⁻³⁰. Float64 adds and subtracts such
 * numbers without rounding while sums stay below 2²³, so sums over rows are exact: they depend neither on the
 * order of the rows nor on whether a histogram was counted or subtracted.
 */
const STEPS = 1_073_741_824;

/** The nearest multiple of 2⁻³⁰. */
export function onGrid(value: number): number {
  return Math.round(value * STEPS) / STEPS;
}

/** A multiple of 2⁻³⁰ that is also a float32: below 2⁻⁶ every multiple is one, above every float32 is a multiple. */
export function onFloat32Grid(value: number): number {
  return Math.fround(onGrid(value));
}
