import { doublesOf, integersOf } from '../../data/math/fill-columns.js';
import type { Sample } from './sample.js';

/** Minimum number of symbols of a cross-section: with fewer, ranks and deciles mean nothing. */
export const MIN_SYMBOLS = 5;

/** The predictions of one date, one entry per symbol, sorted by symbol. */
export interface CrossSection {
  /** Index into the sample's dates. */
  readonly date: number;
  /** Indices into the sample's symbols. */
  readonly symbol: Int32Array;
  readonly score: Float64Array;
  readonly forwardReturn: Float64Array;
  /** Index into the sample's rows: the first of the symbol. */
  readonly row: Int32Array;
}

/**
 * The sample by date, without dates with fewer than {@link MIN_SYMBOLS} symbols. A symbol that several windows
 * predict on one date counts once, with the mean of their scores.
 */
export function crossSections(sample: Sample): CrossSection[] {
  const sections: CrossSection[] = [];
  for (let start = 0; start < sample.rows;) {
    let end = start;
    while (end < sample.rows && sample.date[end] === sample.date[start]) end += 1;
    const section = sectionOf(sample, start, end);
    if (section.symbol.length >= MIN_SYMBOLS) sections.push(section);
    start = end;
  }
  return sections;
}

/** @param first First row of the date. @param last Exclusive. */
function sectionOf(sample: Sample, first: number, last: number): CrossSection {
  const row: number[] = [];
  const score: number[] = [];
  for (let start = first; start < last;) {
    let end = start;
    let sum = 0;
    for (; end < last && sample.symbol[end] === sample.symbol[start]; end += 1) sum += sample.score[end] ?? 0;
    row.push(start);
    score.push(sum / (end - start));
    start = end;
  }
  return {
    date: sample.date[first] ?? 0,
    symbol: integersOf(row, (at) => sample.symbol[at] ?? 0),
    score: Float64Array.from(score),
    forwardReturn: doublesOf(row, (at) => sample.forwardReturn[at] ?? 0),
    row: Int32Array.from(row),
  };
}
