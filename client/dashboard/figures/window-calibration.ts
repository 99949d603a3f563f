/** Bins of a window with enough rows, and the rows that each has at least where it has fewer. */
const BINS = 5;
const LEAST_ROWS = 10;
/** Standard normal quantile of 97.5 %. */
const Z = 1.959963984540054;

/** Rows of similar probability. */
export interface WindowBin {
  readonly rows: number;
  readonly low: number;
  readonly high: number;
  readonly meanProbability: number;
  /** Share of labels that are 1, and its 95 % interval as if rows were independent. */
  readonly share: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * Reliability of few rows: bins of equal count by rising probability, 5 of them, and fewer below 50 rows so that each
 * has 10, down to one. Equal probabilities are in the same bin.
 */
export function windowBins(
  rows: readonly { readonly probability: number; readonly label: number }[],
): WindowBin[] {
  const sorted = [...rows].sort((a, b) => a.probability - b.probability);
  const wanted = Math.min(BINS, Math.max(1, Math.floor(sorted.length / LEAST_ROWS)));
  const bins: WindowBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= wanted; bin += 1) {
    let end = Math.round((bin * sorted.length) / wanted);
    while (end < sorted.length && sorted[end]?.probability === sorted[end - 1]?.probability) end += 1;
    if (end <= start) continue;
    bins.push(binOf(sorted.slice(start, end)));
    start = end;
  }
  return bins;
}

function binOf(rows: readonly { readonly probability: number; readonly label: number }[]): WindowBin {
  const ones = rows.filter(({ label }) => label === 1).length;
  return {
    rows: rows.length,
    low: rows[0]?.probability ?? NaN,
    high: rows.at(-1)?.probability ?? NaN,
    meanProbability: rows.reduce((sum, { probability }) => sum + probability, 0) / rows.length,
    share: ones / rows.length,
    interval: wilsonInterval(ones, rows.length),
  };
}

/**
 * 95 % interval of a share by its score test (Wilson 1927): it stays within 0 and 1, and holds for few rows.
 *
 * @param ones From 0 to `rows`.
 * @param rows At least 1.
 */
export function wilsonInterval(ones: number, rows: number): [low: number, high: number] {
  const share = ones / rows;
  const wide = 1 + Z ** 2 / rows;
  const centre = (share + Z ** 2 / (2 * rows)) / wide;
  const half = (Z / wide) * Math.sqrt((share * (1 - share)) / rows + Z ** 2 / (4 * rows ** 2));
  // At a share of 0 or 1 one end is the share itself, but for rounding.
  return [ones === 0 ? 0 : Math.max(0, centre - half), ones === rows ? 1 : Math.min(1, centre + half)];
}
