import type { CrossSection } from './cross-section.js';
import type { Sample } from './sample.js';
import { shortPercent } from '../texts/format-numbers.js';
import { TOP_SHARE, topOf } from './top-share.js';

/** Precision and recall of one selection of rows. */
export interface CutFigures {
  /** Describes the selection. */
  readonly cut: string;
  /** Selected rows. */
  readonly taken: number;
  /** Rows with label 1. */
  readonly positives: number;
  /** Share of ones among the selected rows; null without any. */
  readonly precision: number | null;
  /** Share of all ones that are selected; null when there are none. */
  readonly recall: number | null;
}

/** Probability from which a model predicts label 1 rather than 0. */
export const EVEN_PROBABILITY = 0.5;

/** Rows that the model predicts to be ones. */
export function atEvenProbability(sample: Sample): CutFigures {
  return figuresAt(
    `probability at least ${EVEN_PROBABILITY}`,
    sample,
    (row) => (sample.probability[row] ?? 0) >= EVEN_PROBABILITY,
  );
}

/** The top share of each date by score. */
export function atTopShare(sample: Sample, sections: readonly CrossSection[]): CutFigures {
  const symbols = sample.symbols.length;
  const taken = new Set(
    sections.flatMap((section) => [...topOf(section)].map((symbol) => section.date * symbols + symbol)),
  );
  return figuresAt(`top ${shortPercent(TOP_SHARE)} of each date`, sample, (row) =>
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
