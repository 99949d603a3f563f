import type { CrossSection } from './cross-section.js';
import type { Sample } from './sample.js';
import { topOf } from './strategy.js';

/** Precision and recall at one cut. */
export interface CutFigures {
  /** What is taken: in words. */
  readonly cut: string;
  /** Rows above the cut. */
  readonly taken: number;
  /** Rows of label 1. */
  readonly positives: number;
  /** Share of ones among the rows taken; null when none is. */
  readonly precision: number | null;
  /** Share of all ones that are taken; null when there are none. */
  readonly recall: number | null;
}

/** At probability ≥ 0.5: what the model itself calls more likely than not. */
export function atHalf(sample: Sample): CutFigures {
  return figuresAt('probability at least 0.5', sample, (row) => (sample.probability[row] ?? 0) >= 0.5);
}

/** At each date's top tenth: what the strategy buys. */
export function atTopTenth(sample: Sample, sections: readonly CrossSection[]): CutFigures {
  const symbols = sample.symbols.length;
  const taken = new Set(
    sections.flatMap((section) => [...topOf(section)].map((symbol) => section.date * symbols + symbol)),
  );
  return figuresAt('top tenth of each date', sample, (row) =>
    taken.has((sample.date[row] ?? 0) * symbols + (sample.symbol[row] ?? 0)),
  );
}

function figuresAt(cut: string, sample: Sample, takes: (row: number) => boolean): CutFigures {
  let taken = 0;
  let hits = 0;
  let positives = 0;
  for (let row = 0; row < sample.rows; row += 1) {
    const one = sample.label[row] === 1;
    if (one) positives += 1;
    if (!takes(row)) continue;
    taken += 1;
    if (one) hits += 1;
  }
  return {
    cut,
    taken,
    positives,
    precision: taken === 0 ? null : hits / taken,
    recall: positives === 0 ? null : hits / positives,
  };
}
