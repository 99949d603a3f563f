/** A fraction as a percentage with its sign: `+5.2 %`, `−48.0 %`. */
export function signedPercent(fraction: number, digits = 1): string {
  return `${fraction > 0 ? '+' : '−'}${Math.abs(100 * fraction).toFixed(digits)} %`;
}
