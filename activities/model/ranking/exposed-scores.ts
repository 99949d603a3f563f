import { placesOf } from '../../../data/math/fill-columns.js';
import { lowerBound } from '../../../data/bars/series.js';
import type { PriorPhase } from '../choices/phase.js';
import type { ExposedPart, SpannedScores } from './exposed-parts.js';
import { exposedParts, memberParts } from './exposed-parts.js';
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

/** What a model says of every symbol of a table in a span, whoever asks. */
interface SpanScores extends SpannedScores {
  readonly symbols: RankTable['symbols'];
  /** By symbol: predicted ranks. */
  readonly parts: readonly Float32Array[];
  readonly ofMembers: readonly ExposedPart[];
}

/** By model, for the shards of its cohort: a shard is a part of the symbols, and each would score all of them. */
const scoredByModel = new WeakMap<RankModel, Map<string, SpanScores>>();

/**
 * A model's predicted ranks and what the exposures explain of its scores: see `exposedParts`. Every symbol of the table
 * is scored, so that the result does not depend on the windows of a shard; once for a model.
 *
 * @param wanted Symbols whose rows are needed.
 * @returns By symbol; what is explained is in the score's unit.
 */
export function exposedScores(
  table: RankTable,
  model: RankModel,
  span: ExposedSpan,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, ScoredRows> {
  const key = [span.arm, span.phase, span.from, span.until].join(' ');
  const known = scoredByModel.get(model) ?? new Map<string, SpanScores>();
  scoredByModel.set(model, known);
  let scored = known.get(key);
  if (scored?.symbols !== table.symbols) {
    scored = scoreSpan(table, model, span);
    known.set(key, scored);
  }
  const { parts, ofMembers } = scored;
  const explained = exposedParts(table, scored, wanted, ofMembers);
  return new Map(
    table.symbols.flatMap((own, place): [string, ScoredRows][] => {
      const [part, ranks] = [explained.get(own.symbol), parts[place]];
      return part === undefined || ranks === undefined
        ? []
        : [[own.symbol, { ...part, table: own, parts: ranks }]];
    }),
  );
}

function scoreSpan(table: RankTable, model: RankModel, { arm, phase, from, until }: ExposedSpan): SpanScores {
  const { symbols } = table;
  const spans = symbols.map((own) => {
    const [first, end] = [lowerBound(own.time, from), lowerBound(own.time, until)];
    const rows = placesOf({ length: end - first });
    const part = own.between?.(first, end);
    return part === undefined ? { table: own, rows: rows.map((row) => first + row) } : { table: part, rows };
  });
  const parts = rankParts(model, phase, spans, arm);
  const { unit } = model[arm][phase];
  const spanned = { from, until, scores: parts.map((own) => sumOfParts(own, unit)) };
  return { ...spanned, symbols, parts, ofMembers: memberParts(table, spanned) };
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
