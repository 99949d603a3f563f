import type { Sample } from './sample.js';

/** Minimum number of symbols of a cross-section: with fewer, ranks and deciles mean nothing. */
export const MIN_SYMBOLS = 5;

/** The predictions of one date, one entry per symbol, sorted by symbol. */
export interface CrossSection {
  /** Index into the sample's dates. */
  readonly date: number;
  /** Indices into the sample's symbols. */
  readonly symbol: Int32Array;
  readonly probability: Float64Array;
  readonly forwardReturn: Float64Array;
}

/**
 * The sample by date, without dates with fewer than {@link MIN_SYMBOLS} symbols. A symbol that several windows
 * predict on one date counts once, with the mean of their probabilities.
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
