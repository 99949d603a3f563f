import type { ScoreFlag, ScoreRow } from '../../data/schemas/score-log.js';
import type { InputReference } from './input-reference.js';
import type { IntervalOf } from './score-intervals.js';

/** What is known of a symbol at its newest bar. */
export interface NewestBar {
  readonly symbol: string;
  /** As predictions have it. */
  readonly date: string;
  readonly entry: string | null;
  /** Null where a feature is missing, and for a bar that is not the market's newest. */
  readonly scored: {
    readonly probability: number;
    readonly score: number;
    /** In the order of the reference's names. */
    readonly inputs: Float32Array;
  } | null;
}

/** What the rows of one date are made with. */
export interface RowRules {
  /** The newest bar of the market. */
  readonly date: string;
  /** The newest complete session, ISO: bars of an earlier day are stale. */
  readonly newestSession: string;
  /** First day after the period that follows the student's training, ISO. */
  readonly oldFrom: string;
  readonly reference: InputReference;
  readonly intervalOf: IntervalOf;
  readonly baseRateOf: (symbol: string) => number | null;
}

/**
 * The rows of a universe's members, by symbol. A number stands wherever there is one: the flags say how far to trust it.
 * A symbol whose newest bar is older than that of the others has none, since ranks compare symbols at one time.
 *
 * @param members Symbols, each once.
 * @param bars Those of the members that have bars.
 */
export function scoreRows(
  members: readonly string[],
  bars: readonly NewestBar[],
  rules: RowRules,
): ScoreRow[] {
  const known = new Map(bars.map((bar) => [bar.symbol, bar]));
  const rows = [...members].sort().map((symbol) => rowOf(symbol, known.get(symbol), rules));
  const ranks = ranksOf(rows);
  return rows.map((row) => ({ ...row, rank: ranks.get(row.symbol) ?? null }));
}

/** The row of a symbol without any number. */
export function emptyRow(symbol: string, flags: readonly ScoreFlag[]): ScoreRow {
  return {
    symbol,
    date: null,
    entry: null,
    probability: null,
    score: null,
    rank: null,
    interval: null,
    baseRate: null,
    flags: [...flags],
    drifted: [],
  };
}

function rowOf(
  symbol: string,
  bar: NewestBar | undefined,
  { date: newest, newestSession, oldFrom, reference, intervalOf, baseRateOf }: RowRules,
): ScoreRow {
  if (bar === undefined) return emptyRow(symbol, ['no_bars']);
  const { date, entry, scored } = bar;
  const day = date.slice(0, 'YYYY-MM-DD'.length);
  const drifted = scored === null ? [] : reference.beyond(scored.inputs);
  const flags: ScoreFlag[] = [
    ...(day < newestSession || date < newest ? (['stale'] as const) : []),
    ...(scored === null && date === newest ? (['short_history'] as const) : []),
    ...(drifted.length > 0 ? (['drift'] as const) : []),
    ...(day >= oldFrom ? (['old_model'] as const) : []),
  ];
  return {
    ...emptyRow(symbol, flags),
    ...{ date, entry, drifted },
    probability: scored?.probability ?? null,
    score: scored?.score ?? null,
    interval: scored === null ? null : intervalOf(scored.score),
    baseRate: baseRateOf(symbol),
  };
}

/** Ranks from 1 by falling score; equal scores by symbol. */
function ranksOf(rows: readonly ScoreRow[]): ReadonlyMap<string, number> {
  const ranked = rows
    .flatMap((row) => (row.score === null ? [] : [{ symbol: row.symbol, score: row.score }]))
    .sort((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1));
  return new Map(ranked.map(({ symbol }, at) => [symbol, at + 1]));
}
