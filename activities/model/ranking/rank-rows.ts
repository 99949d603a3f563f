import { permutedRows, takeTargets } from './permuted-targets.js';
import { outcomesOf } from './rank-outcomes.js';
import type { RankArm, RankTable } from './rank-model.js';
import type { RankSections } from './rank-sections.js';
import { rankSections } from './rank-sections.js';
import type { RankTask } from './fit-rank-model.js';

/** Rows of many symbols, in order of time, then of symbol, with what they led to. */
export interface RankRows extends RankSections {
  /** Number of horizons H. */
  readonly horizons: number;
  /** When each target is known, row-major [n × H]; UNRESOLVED where that is not before the cohort's end. */
  readonly resolvedAt: Int32Array;
  /** When all targets of a row are known; UNRESOLVED as above. */
  readonly lastResolvedAt: Int32Array;
  /** Neutral targets, row-major [n × H]; NaN where unresolved. */
  readonly targets: Readonly<Record<RankArm, Float32Array>>;
  /** Return from entry minus its mean over the rows of the time, row-major [n × H]; NaN where unresolved. */
  readonly returns: Float64Array;
}

/** The rows that a rank model is fitted and validated on: complete rows of members before the cohort's end. */
export function rankRows(
  table: RankTable,
  { end, seed, cohort }: Pick<RankTask, 'end' | 'seed' | 'cohort'>,
): RankRows {
  const rows = rankSections(table, end);
  const { targets, ...outcomes } = outcomesOf(table, rows, end);
  const permuted = permutedRows({ ...rows, ...outcomes }, [seed, 'permuted', cohort]);
  return {
    ...rows,
    ...outcomes,
    targets: { trained: targets, permuted: takeTargets(targets, outcomes.horizons, permuted) },
  };
}
