import type { Sample } from './sample.js';

/** Fewer symbols than these on a date make no cross-section: neither ranks nor deciles mean anything. */
export const MIN_SYMBOLS = 5;

/** One date's predictions, one entry a symbol, sorted by symbol. */
export interface CrossSection {
  /** Index into the sample's dates. */
  readonly date: number;
  /** Indices into the sample's symbols. */
  readonly symbol: Int32Array;
  readonly probability: Float64Array;
  readonly forwardReturn: Float64Array;
}

/**
 * The sample date by date, dates with fewer than MIN_SYMBOLS left out. A symbol that several windows
 * predict on one date has one voice: the mean of their probabilities.
 */
export function crossSections(sample: Sample): CrossSection[] {
  const rows = Array.from(sample.date.keys()).sort(
    (a, b) =>
      (sample.date[a] ?? 0) - (sample.date[b] ?? 0) ||
      (sample.symbol[a] ?? 0) - (sample.symbol[b] ?? 0) ||
      a - b,
  );
  const sections: CrossSection[] = [];
  for (let start = 0; start < rows.length;) {
    const date = sample.date[rows[start] ?? 0] ?? 0;
    let end = start;
    while (end < rows.length && sample.date[rows[end] ?? 0] === date) end += 1;
    const section = sectionOf(sample, date, rows.slice(start, end));
    if (section.symbol.length >= MIN_SYMBOLS) sections.push(section);
    start = end;
  }
  return sections;
}

function sectionOf(sample: Sample, date: number, rows: readonly number[]): CrossSection {
  const symbol: number[] = [];
  const probability: number[] = [];
  const forwardReturn: number[] = [];
  for (let start = 0; start < rows.length;) {
    const current = sample.symbol[rows[start] ?? 0] ?? 0;
    let end = start;
    let sum = 0;
    for (; end < rows.length && sample.symbol[rows[end] ?? 0] === current; end += 1)
      sum += sample.probability[rows[end] ?? 0] ?? 0;
    symbol.push(current);
    probability.push(sum / (end - start));
    forwardReturn.push(sample.forwardReturn[rows[start] ?? 0] ?? 0);
    start = end;
  }
  return {
    date,
    symbol: Int32Array.from(symbol),
    probability: Float64Array.from(probability),
    forwardReturn: Float64Array.from(forwardReturn),
  };
}
