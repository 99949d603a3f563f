import { lowerBound } from '../../../data/bars/series.js';
import type { PriorPhase } from '../choices/phase.js';
import type { ExposedPart } from './exposed-parts.js';
import { exposedParts } from './exposed-parts.js';
import type { RankArm, RankInputs, RankModel, RankTable } from './rank-model.js';
import type { RankedSpan } from './rank-scores.js';
import { RANK_PARTS, rankParts, sumOfParts } from './rank-scores.js';

/** Which scores: of a head, in the phase that predicts the rows in `[from, until)`. */
export interface ExposedSpan {
  readonly arm: RankArm;
  readonly phase: PriorPhase;
  /** Exchange minutes. */
  readonly from: number;
  readonly until: number;
}

/** What a model says of the rows of one symbol in a span of time. */
export interface ScoredRows extends ExposedPart {
  /** What the rows were scored from. */
  readonly table: RankInputs;
  /** Predicted ranks, row-major [rows × RANK_PARTS]. */
  readonly parts: Float32Array;
}

/**
 * A model's predicted ranks and what the exposures explain of its scores: see `exposedParts`. Every symbol of the table
 * is scored, so that the result does not depend on the windows of a shard.
 *
 * @param wanted Symbols whose rows are needed.
 * @returns By symbol; what is explained is in the score's unit.
 */
export function exposedScores(
  table: RankTable,
  model: RankModel,
  { arm, phase, from, until }: ExposedSpan,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, ScoredRows> {
  const spans = table.symbols.map((own) => {
    const [first, end] = [lowerBound(own.time, from), lowerBound(own.time, until)];
    return { table: own, rows: Int32Array.from({ length: end - first }, (_, at) => first + at) };
  });
  const parts = rankParts(model, phase, spans, arm);
  const { unit } = model[arm][phase];
  const scores = parts.map((own) => sumOfParts(own, unit));
  const explained = exposedParts(table, { from, until, scores }, wanted);
  return new Map(
    table.symbols.flatMap((own, place): [string, ScoredRows][] => {
      const part = explained.get(own.symbol);
      const ranks = parts[place];
      return part === undefined || ranks === undefined
        ? []
        : [[own.symbol, { ...part, table: own, parts: ranks }]];
    }),
  );
}

/** The part of a row; 0 outside of the span. */
export function exposedAt(part: ExposedPart | undefined, row: number): number {
  return part === undefined ? 0 : (part.values[row - part.first] ?? 0);
}

/**
 * Predicted ranks of rows of many windows: see `rankParts`. Rows that were scored already are not scored again, unless
 * their table is another one, as that of a probe.
 *
 * @param scored By symbol: rows of the same model, phase and head.
 */
export function partsOfRows(
  model: RankModel,
  phase: PriorPhase,
  spans: readonly (RankedSpan & { readonly table: { readonly symbol: string } })[],
  scored: ReadonlyMap<string, ScoredRows>,
  arm: RankArm = 'trained',
): Float32Array[] {
  const known = spans.map(({ table, rows }) => {
    const own = scored.get(table.symbol);
    return own?.table === table ? knownParts(own, rows) : undefined;
  });
  const missing = spans.filter((_, place) => known[place] === undefined);
  const computed = (missing.length === 0 ? [] : rankParts(model, phase, missing, arm)).values();
  return known.map((parts) => parts ?? computed.next().value ?? new Float32Array(0));
}

/** The parts of some rows; undefined where one of them was not scored. */
function knownParts({ first, parts }: ScoredRows, rows: Int32Array): Float32Array | undefined {
  const width = RANK_PARTS.length;
  const own = new Float32Array(rows.length * width);
  for (let at = 0; at < rows.length; at += 1) {
    const from = ((rows[at] ?? -1) - first) * width;
    if (from < 0 || from >= parts.length) return undefined;
    for (let part = 0; part < width; part += 1) own[at * width + part] = parts[from + part] ?? NaN;
  }
  return own;
}
