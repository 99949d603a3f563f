/**
 * Values of nodes are multiples of 2⁻³⁰. Float64 adds and subtracts such numbers without rounding while sums stay below
 * 2²³, so sums over trees are exact: they do not depend on the trees' order.
 */
const STEPS = 1_073_741_824;

/** The nearest multiple of 2⁻³⁰ that is also a float32: below 2⁻⁶ every multiple is one, above every float32 is a multiple. */
export function onFloat32Grid(value: number): number {
  return Math.fround(Math.round(value * STEPS) / STEPS);
}
