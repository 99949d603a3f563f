import { z } from 'zod';

/**
 * backtest.json: what the strategy by each score would have earned on the forward rows, session by session. With bars
 * of a day a session has one holding; of shorter bars, it has the mean of its holdings, and the last one's state.
 */
const count = z.number().int().nonnegative();
/** A value for each session; null where there is none. */
const series = z.array(z.number().nullable());
const counts = z.array(count.nullable());

export const backtestPathSchema = z.strictObject({
  /** Return over the bars held, as a fraction. */
  returns: series,
  /** Wealth of all sleeves together when the holding has ended; the start is 1. */
  equity: series,
});

/** Mean return per year of the symbols by score: the first fifth has the lowest scores. No costs. */
const quantilesSchema = z.strictObject({
  /** Holdings that the means are over. */
  holdings: count,
  perYear: z.array(z.number()),
});

const sectorSchema = z.strictObject({
  /** Null: of no known sector. */
  sector: z.string().nullable(),
  /** Symbols of the sector in the holding formed in each session. */
  held: counts,
  /** Mean share of the holdings, and of all symbols. */
  share: z.number(),
  universeShare: z.number(),
  /** What the sector adds to the gross return per year of the strategy, and to that of equal weight. */
  perYear: z.number(),
  universePerYear: z.number(),
});

/** Mean centred rank of the held symbols, from −0.5 to 0.5: at 0 they are as the symbols of the session are. */
const exposureSchema = z.strictObject({ beta: series, volatility: series, tradedValue: series });

export const backtestArmSchema = z.strictObject({
  name: z.enum(['student', 'teacher', 'placebo', 'factorSum']),
  rows: count,
  /** Bars per year. */
  periodsPerYear: z.number(),
  /** Holdings that were formed. */
  holdings: count,
  /** Bars that the holding of a session is held, and its number of symbols. */
  bars: counts,
  held: counts,
  gross: backtestPathSchema,
  net: backtestPathSchema,
  /** Of all symbols with equal weight, over the same bars. */
  equalWeight: series,
  /** Share of the sleeve that is replaced, one way. */
  turnover: series,
  /** Value bought and sold, as a share of the sleeve. */
  traded: series,
  /** Costs in a year by charge, as a fraction of the capital; their sum is `costPerYear` of metrics.json. */
  charges: z.array(z.strictObject({ charge: z.string(), perYear: z.number() })),
  /** Spearman's correlation of score and return at `icHorizon` bars, raw and neutral. */
  rankIc: series,
  neutralRankIc: series,
  quantiles: quantilesSchema,
  quantilesByYear: z.array(quantilesSchema.extend({ year: z.string() })),
  /** Null where no exposure is known: on the bars of the placebo, and without exposures.parquet. */
  exposure: exposureSchema.nullable(),
  /** Largest mean share first; empty where no exposure is known. */
  sectors: z.array(sectorSchema),
});
export type BacktestArm = z.output<typeof backtestArmSchema>;

/** backtest.json */
export const backtestSchema = z.strictObject({
  /** ISO, ascending. */
  sessions: z.array(z.string()),
  /** Share of a date's symbols that is bought. */
  topShare: z.number(),
  /** Bars of the rank ICs. */
  icHorizon: count,
  arms: z.array(backtestArmSchema),
  /** All symbols that the students rank, over the bars of the students' holdings, without costs. */
  benchmarks: z.strictObject({
    equalWeight: backtestPathSchema,
    /** Weighted by the value traded in a session, the mean of the 60 before; of the symbols where it is known. */
    tradedValue: backtestPathSchema,
  }),
});
export type Backtest = z.output<typeof backtestSchema>;
