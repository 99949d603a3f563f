import type { Predictions } from '../../../data/predictions/prediction.js';
import { pairRows } from './paired-rows.js';

/** A number of a row that differs most. */
export interface LargestMove {
  readonly symbol: string;
  readonly date: string;
  readonly window: string;
  readonly split: string;
  readonly before: number;
  readonly after: number;
}

/** What differs between the predictions of two runs, in all or in one cohort. */
export interface PredictionMoves {
  readonly rows: { readonly before: number; readonly after: number; readonly common: number };
  /** Common rows with another probability or score, and their windows. */
  readonly moved: number;
  readonly windows: { readonly common: number; readonly moved: number };
  /** Common rows with another label or return, and with another base rate of the window. */
  readonly outcomes: number;
  readonly baseRates: number;
  /** Null where it did not move in any row. */
  readonly largest: { readonly probability: LargestMove | null; readonly score: LargestMove | null };
  /** The first row that moved, by date and symbol. */
  readonly first: Pick<LargestMove, 'symbol' | 'date' | 'window' | 'split'> | null;
}

/** The moves of one cohort. */
export interface CohortMoves extends PredictionMoves {
  readonly cohort: string;
}

/** Compares the rows of one cohort. @param before From `sortedRows`. */
export function cohortMoves(cohort: string, before: Predictions, after: Predictions): CohortMoves {
  let [common, moved, outcomes, baseRates] = [0, 0, 0, 0];
  const windows = { common: new Set<string>(), moved: new Set<string>() };
  let first: PredictionMoves['first'] = null;
  let probability: LargestMove | null = null;
  let score: LargestMove | null = null;
  pairRows(before, after, (a, b) => {
    if (a === undefined || b === undefined) return;
    common += 1;
    const window = before.window[a] ?? '';
    windows.common.add(window);
    const differs = (name: 'probability' | 'score' | 'label' | 'forwardReturn' | 'baseRate'): boolean =>
      before[name][a] !== after[name][b];
    if (differs('label') || differs('forwardReturn')) outcomes += 1;
    if (differs('baseRate')) baseRates += 1;
    if (!differs('probability') && !differs('score')) return;
    moved += 1;
    windows.moved.add(window);
    const place = {
      ...{ symbol: before.symbol[a] ?? '', date: before.date[a] ?? '', window },
      split: before.split[a] ?? '',
    };
    first ??= place;
    const move = (name: 'probability' | 'score'): LargestMove => ({
      ...place,
      before: before[name][a] ?? NaN,
      after: after[name][b] ?? NaN,
    });
    if (differs('probability')) probability = larger(probability, move('probability'));
    if (differs('score')) score = larger(score, move('score'));
  });
  return {
    cohort,
    rows: { before: before.symbol.length, after: after.symbol.length, common },
    moved,
    windows: { common: windows.common.size, moved: windows.moved.size },
    outcomes,
    baseRates,
    largest: { probability, score },
    first,
  };
}

/** The moves of all cohorts together. */
export function joinMoves(cohorts: readonly PredictionMoves[]): PredictionMoves {
  const sum = (of: (moves: PredictionMoves) => number): number =>
    cohorts.reduce((total, moves) => total + of(moves), 0);
  const most = (name: 'probability' | 'score'): LargestMove | null =>
    cohorts.reduce<LargestMove | null>((found, { largest }) => larger(found, largest[name]), null);
  return {
    rows: {
      before: sum(({ rows }) => rows.before),
      after: sum(({ rows }) => rows.after),
      common: sum(({ rows }) => rows.common),
    },
    moved: sum(({ moved }) => moved),
    windows: { common: sum(({ windows }) => windows.common), moved: sum(({ windows }) => windows.moved) },
    outcomes: sum(({ outcomes }) => outcomes),
    baseRates: sum(({ baseRates }) => baseRates),
    largest: { probability: most('probability'), score: most('score') },
    first: cohorts.find(({ first }) => first !== null)?.first ?? null,
  };
}

/** The move of the larger difference; of equal ones the first. */
function larger(one: LargestMove | null, other: LargestMove | null): LargestMove | null {
  if (one === null || other === null) return other ?? one;
  return sizeOf(other) > sizeOf(one) ? other : one;
}

function sizeOf({ before, after }: LargestMove): number {
  return Math.abs(after - before);
}
