import { OUTCOME_HORIZONS } from '../../market/labels/outcomes.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import type { PriorPhase } from '../choices/phase.js';
import type { ScoredRows } from '../ranking/exposed-scores.js';
import { exposedAt, partsOfRows } from '../ranking/exposed-scores.js';
import { BLENDS } from '../ranking/rank-grid.js';
import type { RankModel } from '../ranking/rank-model.js';
import { RANK_PARTS } from '../ranking/rank-scores.js';
import type { HeadRows, HeadWindow } from './adapt-head.js';
import { scoreTarget } from './score-target.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';
import { WINDOW_PARTS } from './window-batch.js';

/** The directions of the score: a shift of the predicted rank, and the relative change of each of its parts. */
export const SCORE_DIRECTIONS = ['shift', ...RANK_PARTS] as const;

/** The predicted ranks of each part of many windows, with the directions in which a teacher may depart from them. */
export interface ScoreWindows {
  readonly windows: HeadWindow[];
  /** Neighbouring rows whose targets overlap. */
  readonly barsPerTarget: number;
}

/** By phase of the prior and symbol: its predicted ranks, and what the exposures explain of its scores. */
export type ExposedByPhase = Readonly<Record<PriorPhase, ReadonlyMap<string, ScoredRows>>>;

/**
 * A row's prior is the predicted rank without what its exposures explain: neutral, as the target is. The target is the
 * mean neutral rank over the blend's horizons. They reach further than a label may, so a target
 * counts only where it is known before the part that comes after its own.
 */
export function scoreWindows(
  model: RankModel,
  windows: readonly TrainableWindow[],
  { validationStart, end }: CohortSplit,
  exposed: ExposedByPhase,
): ScoreWindows {
  const horizons: readonly number[] = BLENDS[model.trained.blend];
  const until: Readonly<Record<WindowPart, number>> = {
    select: validationStart,
    validation: end,
    fit: end,
    forward: -Infinity,
  };
  const parts = new Map(
    WINDOW_PARTS.map((name) => [
      name,
      partsOfRows(
        model,
        PHASES[name],
        windows.map(({ table, rows }) => ({ table, rows: rows[name] })),
        exposed[PHASES[name]],
      ),
    ]),
  );
  const rowsOf = (name: WindowPart, place: number, window: TrainableWindow): HeadRows => {
    const ranks = parts.get(name)?.[place] ?? new Float32Array(0);
    const { unit } = model.trained[PHASES[name]];
    const part = exposed[PHASES[name]].get(window.table.symbol);
    const taken = (row: number): number => exposedAt(part, row) / unit;
    return headRows(window, name, { ranks, taken }, horizons, until[name]);
  };
  return {
    windows: windows.map((window, place) => ({
      select: rowsOf('select', place, window),
      validation: rowsOf('validation', place, window),
      fit: rowsOf('fit', place, window),
      forward: rowsOf('forward', place, window),
    })),
    barsPerTarget: Math.max(...horizons.map((horizon) => OUTCOME_HORIZONS[horizon] ?? 1)),
  };
}

/** The prior's fit that predicts a part. */
const PHASES = {
  select: 'select',
  validation: 'select',
  fit: 'fit',
  forward: 'fit',
} as const satisfies Record<WindowPart, PriorPhase>;

/** @param until Targets known at or after this time do not count. */
function headRows(
  { table, rows }: TrainableWindow,
  name: WindowPart,
  { ranks, taken }: { readonly ranks: Float32Array; readonly taken: (row: number) => number },
  horizons: readonly number[],
  until: number,
): HeadRows {
  const own = rows[name];
  const [parts, width] = [RANK_PARTS.length, SCORE_DIRECTIONS.length];
  const prior = new Float64Array(own.length);
  const directions = new Float32Array(own.length * width);
  const target = new Float32Array(own.length);
  const weight = new Float32Array(own.length);
  const { targets, outcomes, weight: weights } = table;
  const known = { targets, outcomes: { resolvedAt: outcomes.resolvedAt } };
  own.forEach((row, at) => {
    directions[at * width] = 1;
    for (let part = 0; part < parts; part += 1) {
      const value = ranks[at * parts + part] ?? NaN;
      directions[at * width + 1 + part] = value;
      prior[at] = (prior[at] ?? NaN) + value;
    }
    prior[at] = (prior[at] ?? NaN) - taken(row);
    target[at] = scoreTarget(known, row, horizons, until);
    weight[at] = weights[row] ?? NaN;
  });
  return { prior, directions, target, weight };
}
