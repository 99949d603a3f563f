import { lowerBound } from '../../../data/bars/series.js';
import type { PriorPhase } from '../choices/phase.js';
import type { ExposedPart, SpannedScores } from './exposed-parts.js';
import { exposedParts } from './exposed-parts.js';
import type { RankArm, RankModel, RankTable } from './rank-model.js';
import { rankScores } from './rank-scores.js';

/** Which scores: of a head, in the phase that predicts the rows in `[from, until)`. */
export interface ExposedSpan {
  readonly arm: RankArm;
  readonly phase: PriorPhase;
  /** Exchange minutes. */
  readonly from: number;
  readonly until: number;
}

/** A model's scores of every symbol of a table. */
export function spannedScores(
  { symbols }: RankTable,
  model: RankModel,
  { arm, phase, from, until }: ExposedSpan,
): SpannedScores {
  const spans = symbols.map((own) => {
    const [first, end] = [lowerBound(own.time, from), lowerBound(own.time, until)];
    return { table: own, rows: Int32Array.from({ length: end - first }, (_, at) => first + at) };
  });
  return { from, until, scores: rankScores(model, phase, spans, arm) };
}

/**
 * What the exposures explain of a model's scores: see `exposedParts`. Every symbol of the table is scored, so that the
 * result does not depend on the windows of a shard.
 *
 * @param wanted Symbols whose parts are needed.
 * @returns By symbol, in the score's unit.
 */
export function exposedScores(
  table: RankTable,
  model: RankModel,
  span: ExposedSpan,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, ExposedPart> {
  return exposedParts(table, spannedScores(table, model, span), wanted);
}

/** The part of a row; 0 outside of the span. */
export function exposedAt(part: ExposedPart | undefined, row: number): number {
  return part === undefined ? 0 : (part.values[row - part.first] ?? 0);
}
