/*
 * Polynomials from k_cos.c and k_sin.c of fdlibm 5.3. Copyright (C) 1993 by Sun Microsystems, Inc. All rights
 * reserved. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
 * notice is preserved.
 */

/** Coefficients of cos r − 1 + r²/2 and of sin r − r in r², minimax approximations on [0, π/4]. */
const [C1, C2, C3, C4, C5, C6] = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
  -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11,
] as const;
const [S1, S2, S3, S4, S5, S6] = [
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4,
  2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
] as const;

/**
 * cos(π x) (the cosPi of IEEE 754-2019), within two units in the last place: the argument is reduced exactly, so
 * that quarters of a turn give 0 and ±1. NaN for what is not finite.
 */
export function cosPi(x: number): number {
  // Even and of period 2: what is left lies in [0, 1], and its mirror at 1/2 in [0, 1/2].
  const turn = Math.abs(x - 2 * Math.round(x / 2));
  const mirrored = turn > 0.5;
  const part = mirrored ? 1 - turn : turn;
  const value = part <= 0.25 ? cosine(Math.PI * part) : sine(Math.PI * (0.5 - part));
  return mirrored ? -value : value;
}

/** For 0 ≤ r ≤ π/4. */
function cosine(r: number): number {
  const z = r * r;
  const half = 0.5 * z;
  const head = 1 - half;
  const rest = z * z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
  return head + (1 - head - half + rest);
}

/** For 0 ≤ r ≤ π/4. */
function sine(r: number): number {
  const z = r * r;
  return r + z * r * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))));
}
